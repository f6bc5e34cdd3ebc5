"""The relay takes outbox rows to Celery: a thread of each worker, and several may run at once."""

import threading

import structlog
from django.conf import settings
from django.db import close_old_connections, connection

from . import outbox
from .tasks import deliver

log = structlog.get_logger(__name__)


def relay_once() -> int:
    """Fan out new events and send due deliveries; returns how many messages went out."""
    while outbox.fan_out() == outbox.FAN_OUT_BATCH:
        pass
    claimed = outbox.claim_due()
    for target, keys in claimed:
        deliver.apply_async(args=[target.name, keys], retry=False)
    return len(claimed)


class Relay(threading.Thread):
    """Polls the outbox until `stop()`; an unreachable database or broker only delays it."""

    def __init__(self) -> None:
        super().__init__(name="outbox-relay", daemon=True)
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=5)

    def run(self) -> None:
        pause = settings.OUTBOX_POLL_SECONDS
        while not self._stopped.wait(pause):
            close_old_connections()
            try:
                pause = 0.02 if relay_once() else settings.OUTBOX_POLL_SECONDS
            except Exception as error:  # noqa: BLE001 - the relay outlives any fault of its parts
                log.warning("relay_waits", error=str(error))
                pause = 1.0
        connection.close()
