"""Django's PostgreSQL backend, asking the socket whether a kept connection still stands."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection kept between requests is looked at before each of them (`CONN_HEALTH_CHECKS`).

    Django asks `SELECT 1`. A server that ended the connection, by stopping, crashing or by time, has closed
    its end, which the socket shows without a word sent. Only where something waits to be read, or a statement
    failed before, is the server asked.
    """

    def is_usable(self) -> bool:
        kept = self.connection
        if kept is None or kept.closed:
            return False
        if self.errors_occurred or _has_news(kept.fileno()):
            return bool(super().is_usable())
        return True


def _has_news(descriptor: int) -> bool:
    """Whether the other end has sent something or hung up."""
    look = select.poll()
    look.register(descriptor, select.POLLIN | select.POLLPRI)
    return bool(look.poll(0))
