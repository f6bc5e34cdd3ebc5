"""What the worker does for search: hears of changes, writes them, looks after the indexes.

`marketplace.subscriptions` names the consumers; beat calls `flush_pending` every few seconds (for what an
engine that was away still has to learn) and `nightly` once a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from celery import shared_task

from marketplace.catalog.models import Listing
from marketplace.core import clock, outbox
from marketplace.core.jobs import missed_days, run_once
from marketplace.core.models import OutboxEvent

from . import indexing
from .backends.interface import EngineError
from .backends.serving import backends
from .curation.tasks import measure_judged, run_order
from .log.tasks import add_up_log, take_log
from .pictures.actions import forget_pictures
from .pictures.tasks import describe_pictures
from .rebuilding import ensure_indexes
from .saved.tasks import match_saved, tell_saved

__all__ = [
    "add_up_log",
    "describe_pictures",
    "match_saved",
    "measure_judged",
    "run_order",
    "take_log",
    "tell_saved",
]

log = structlog.get_logger(__name__)

# Payload key of an event → which listings show something of that object.
_PARENTS = {
    "supplier": "supplier_id",
    "factory": "factory_id",
    "cluster": "cluster_id",
    "category": "category_id",
}


@outbox.consumer(batch=200)
def on_listing_changed(events: Sequence[OutboxEvent]) -> None:
    """Listings changed, came on sale or went off it; payload `listing` or `listings`."""
    indexing.note_changes(_listings_of(events))
    indexing.flush_all()


@outbox.consumer(batch=50)
def on_parent_changed(events: Sequence[OutboxEvent]) -> None:
    """A supplier, factory, cluster or category changed: all listings that show its name must be read
    again.
    """
    indexing.note_changes(_children_of(events))
    indexing.flush_all()


def _listings_of(events: Sequence[OutboxEvent]) -> Iterator[int]:
    for event in events:
        if "listing" in event.payload:
            yield int(event.payload["listing"])
        yield from (int(key) for key in event.payload.get("listings", ()))


def _children_of(events: Sequence[OutboxEvent]) -> Iterator[int]:
    for key, column in _PARENTS.items():
        parents = {int(e.payload[key]) for e in events if key in e.payload}
        if parents:
            yield from (
                Listing.objects.filter(**{f"{column}__in": parents})
                .order_by("pk")
                .values_list("pk", flat=True)
                .iterator(chunk_size=2000)
            )


@shared_task(name="search.flush_pending")
def flush_pending() -> int:
    """Write what is pending; builds an index that is missing. Returns how many listings were written."""
    try:
        ensure_indexes()
    except (EngineError, indexing.Busy) as error:
        log.info("index_not_built_yet", error=str(error))
    return indexing.flush_all()


@shared_task(name="search.nightly")
def nightly() -> None:
    """Once per business day: find and mend drift, forget old tombstones and run rows."""
    for day in missed_days("search.nightly", until=clock.today(), at_most=1):
        run_once("search.nightly", day, lambda _day: look_after())


def look_after() -> dict[str, Any]:
    """Drift by engine, and what was purged. An engine that is away is reported, not hidden."""
    report: dict[str, Any] = {}
    for engine in backends():
        try:
            report[engine] = indexing.mend_drift(engine).summary()
        except EngineError as error:
            report[engine] = {"away": str(error)[:200]}
    report["purged"] = indexing.purge()
    report["pictures"] = {"looked_at": describe_pictures(), "forgotten": forget_pictures()}
    return report
