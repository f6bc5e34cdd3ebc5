"""The ASGI application: pages on threads that stay, live streams on the event loop."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

from .bridge import Bridge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
application = Bridge(
    pages=get_wsgi_application(),
    streams=get_asgi_application(),
    live=settings.LIVE_PATHS,
    threads=settings.WEB_THREADS,
    max_body=settings.BODY_MAX_BYTES,
)
