"""What the worker does for those who look after search: rebuilds with progress, and measuring."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import structlog
from celery import shared_task

from marketplace.core import clock, outbox
from marketplace.core.errors import TemporarilyUnavailable
from marketplace.core.jobs import missed_days, run_once
from marketplace.core.models import OutboxEvent
from search.backends.interface import EngineError
from search.indexing import Busy, live_drift
from search.models import DriftCheck, QualityRun, RebuildOrder, RuleVersion
from search.rebuilding import rebuild

from .queries import quality

log = structlog.get_logger(__name__)
State = RebuildOrder.State
TELL_EVERY = 1.0


@outbox.consumer(outside=True)
def on_rebuild_asked(event: OutboxEvent) -> None:
    """Hand a rebuild to a worker of its own: it takes minutes, and other messages must not wait for it."""
    run_order.delay(int(event.payload["order"]))


@shared_task(name="search.run_order")
def run_order(order_id: int) -> str:
    """Build the index of an order anew, telling how far it is; returns how it ended."""
    order = RebuildOrder.objects.filter(pk=order_id, state__in=[State.ASKED, State.RUNNING]).first()
    if order is None:
        return ""
    _move(order, state=State.RUNNING)
    try:
        index = rebuild(order.engine, progress=_teller(order))
    except (EngineError, Busy) as error:
        log.warning("rebuild_failed", engine=order.engine, error=str(error))
        _move(order, state=State.FAILED, error=str(error)[:300], finished_at=clock.now())
        return State.FAILED
    _move(order, state=State.DONE, done=index.documents, total=index.documents, finished_at=clock.now())
    return State.DONE


def _teller(order: RebuildOrder | DriftCheck) -> Callable[[int, int], None]:
    """A function that writes down how far an order is, at most every second."""
    told = [0.0]

    def tell(done: int, total: int) -> None:
        if time.monotonic() - told[0] >= TELL_EVERY or done >= total:
            told[0] = time.monotonic()
            _move(order, done=done, total=total)

    return tell


def _move(order: RebuildOrder | DriftCheck, **changes: Any) -> None:
    type(order).objects.filter(pk=order.pk).update(moved_at=clock.now(), **changes)


@outbox.consumer(outside=True)
def on_check_asked(event: OutboxEvent) -> None:
    """Hand a comparison to a worker of its own, as a rebuild."""
    run_check.delay(int(event.payload["order"]))


@shared_task(name="search.run_check")
def run_check(check_id: int) -> str:
    """Compare the live index of a check with the database, telling how far it is; returns how it ended."""
    check = DriftCheck.objects.filter(pk=check_id, state__in=[State.ASKED, State.RUNNING]).first()
    if check is None:
        return ""
    _move(check, state=State.RUNNING)
    try:
        found = live_drift(check.engine, progress=_teller(check))
    except EngineError as error:
        log.warning("check_failed", engine=check.engine, error=str(error))
        _move(check, state=State.FAILED, error=str(error)[:300], finished_at=clock.now())
        return State.FAILED
    counts = found.summary()
    compared = counts.pop("compared")
    _move(check, state=State.DONE, done=compared, total=compared, finished_at=clock.now(), **counts)
    return State.DONE


@outbox.consumer(outside=True)
def on_rules_published(event: OutboxEvent) -> None:
    """Rules went live: measure what they do to the judged queries."""
    version = RuleVersion.objects.filter(pk=event.payload["version"], cluster__isnull=True).first()
    if (
        version is not None
        and not QualityRun.objects.filter(version=version, at__gte=version.live_since).exists()
    ):
        measure(version)


def measure(version: RuleVersion | None = None) -> QualityRun | None:
    """Write down how well the judged queries are answered now; None where none is judged."""
    found = quality()
    if not found.by_query:
        return None
    return QualityRun.objects.create(
        engine="all", queries=len(found.by_query), ndcg_bp=round(found.mean * 10_000), version=version
    )


@shared_task(name="search.measure_judged")
def measure_judged() -> None:
    """Once per business day."""
    for day in missed_days("search.judged", until=clock.today(), at_most=1):
        try:
            run_once("search.judged", day, _measured)
        except TemporarilyUnavailable as error:
            log.warning("judged_queries_not_measured", error=str(error))


def _measured(_day: date) -> dict[str, Any]:
    run = measure()
    return {"ndcg_bp": run.ndcg_bp, "queries": run.queries} if run else {}
