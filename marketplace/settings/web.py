"""How a web process serves: pages on threads that stay, live streams apart from them."""

from .env import env

# Threads per process. Each keeps its own database connection.
WEB_THREADS = env.int("WEB_THREADS", 4)
# Addresses whose views wait for news instead of working: they run on the event loop and hold no thread.
LIVE_PATHS = ("/live/", "/en/live/")
