"""Saved searches found something: one notice, with what was found."""

from marketplace.accounts.models import User
from marketplace.core.models import OutboxEvent
from marketplace.core.outbox import consumer

from .actions import tell


@consumer()
def saved_search_found(event: OutboxEvent) -> None:
    """A saved search has news: tell its keeper, the way they chose."""
    found = event.payload
    tell(
        User.objects.filter(pk=found["user"], is_active=True),
        kind="saved_search_found",
        facts={name: found[name] for name in ("name", "count", "lines", "stop")},
        event_key=event.key,
        page="search:saved_edit",
        page_id=found["saved"],
        by_mail=found["by_mail"],
        in_app=found["in_app"],
    )
