"""The Celery application. Each worker carries a relay thread that brings outbox rows to the broker."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_ready, worker_shutdown
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

app = Celery("chandi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {
    name: {**job, "schedule": crontab(**when) if isinstance(when := job["schedule"], dict) else when}
    for name, job in settings.BEAT_SCHEDULE.items()
}
app.autodiscover_tasks()

_relays: list[Any] = []


@worker_ready.connect
def start_relay(**_: Any) -> None:
    """Begin to relay once the worker can take tasks."""
    from marketplace.core.relay import Relay  # Django's apps are loaded only now

    relay = Relay()
    relay.start()
    _relays.append(relay)


@worker_shutdown.connect
def stop_relay(**_: Any) -> None:
    """Stop relaying before the worker goes."""
    while _relays:
        _relays.pop().stop()
