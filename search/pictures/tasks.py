"""What the worker does for pictures."""

from __future__ import annotations

from collections.abc import Sequence

from celery import shared_task

from marketplace.core import outbox
from marketplace.core.models import OutboxEvent
from search import indexing

from .actions import describe_listings, describe_missing


@outbox.consumer(batch=50)
def on_listing_pictured(events: Sequence[OutboxEvent]) -> None:
    """Listings changed; payload `listing` or `listings`. A first picture that is another one is looked at."""
    listings = {int(event.payload["listing"]) for event in events if "listing" in event.payload}
    listings.update(int(key) for event in events for key in event.payload.get("listings", ()))
    if describe_listings(listings):
        indexing.flush_all()


@shared_task(name="search.describe_pictures")
def describe_pictures() -> int:
    """Look at pictures not looked at yet: of goods written in bulk, all after a change of the descriptor."""
    return describe_missing()
