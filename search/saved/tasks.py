"""What the worker does for saved searches."""

from __future__ import annotations

from collections.abc import Sequence

from celery import shared_task

from marketplace.core import outbox
from marketplace.core.models import OutboxEvent

from .matching import match_changes
from .telling import tell_due


@outbox.consumer(batch=100)
def match_saved(events: Sequence[OutboxEvent]) -> None:
    """Listings changed: find the saved searches they are news for, and tell those that want it at once."""
    keys = {int(event.payload["listing"]) for event in events if "listing" in event.payload}
    keys |= {int(key) for event in events for key in event.payload.get("listings", ())}
    found = match_changes(sorted(keys))
    if found:
        tell_due(found)


@shared_task(name="search.tell_saved")
def tell_saved() -> int:
    """Tell what has waited for its time; returns how many searches were told of."""
    return tell_due()
