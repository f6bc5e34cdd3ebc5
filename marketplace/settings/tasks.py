"""Celery: a real worker over folders on disk unless a broker is named. The web process never publishes."""

from typing import Any

from .env import VAR, env

CELERY_BROKER_URL = env.str("BROKER_URL", env.str("REDIS_URL", "") or "filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 220
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")

CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if CELERY_BROKER_URL.startswith("filesystem"):
    _folder = VAR / "broker"
    for _name in ("messages", "processed", "control"):
        (_folder / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_folder / "messages"),
        "data_folder_out": str(_folder / "messages"),
        "processed_folder": str(_folder / "processed"),
        "control_folder": str(_folder / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
else:
    # A lost worker's task returns after 300 s, longer than any task may run (RELIABILITY F6).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
    }

# The relay inside the worker: how often it looks for new rows, and when an undone delivery is sent again.
OUTBOX_POLL_SECONDS = env.float("OUTBOX_POLL_SECONDS", 0.25)
OUTBOX_RESEND_SECONDS = env.float("OUTBOX_RESEND_SECONDS", 30)
# How long work that was begun is taken to be alive; then another worker may take it (RELIABILITY F5: redone
# within 60 s). Calls to others give up well before.
OUTBOX_LEASE_SECONDS = env.float("OUTBOX_LEASE_SECONDS", 50)
OUTBOX_MAX_ATTEMPTS = 5
OUTBOX_SUBSCRIPTIONS = "marketplace.subscriptions.TABLE"
