"""The outbox: what happened is written with the change; consumers hear of it afterwards, at least once.

`publish` adds a row in the caller's transaction. A relay (a thread of the Celery worker) fans events out
to the consumers that `marketplace.subscriptions` names and sends each delivery to Celery. A consumer that
touches only the database runs in one transaction with the mark "done", so its effect happens once. One that
reaches outside (`outside=True`) runs without a transaction and must carry its own idempotency key. Failures
are repeated with growing pauses and parked after `OUTBOX_MAX_ATTEMPTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from . import clock, failpoints, ids
from .models import OutboxDelivery, OutboxEvent

log = structlog.get_logger(__name__)
State = OutboxDelivery.State
_UNDONE = (State.WAITING, State.SENT)
FAN_OUT_BATCH = 500


@dataclass(frozen=True, slots=True)
class Consumer:
    """A function of events: one event at a time, or with `batch` a list of them."""

    name: str
    handle: Callable[..., None]
    outside: bool = False
    batch: int = 1

    def __call__(self, events: OutboxEvent | Sequence[OutboxEvent]) -> None:
        self.handle(events)


def consumer(*, outside: bool = False, batch: int = 1) -> Callable[[Callable[..., None]], Consumer]:
    """Declare a consumer. `handle(event)`, or `handle(events)` when `batch` > 1 (then always outside)."""

    def wrap(function: Callable[..., None]) -> Consumer:
        name = f"{function.__module__}.{function.__name__}"
        return Consumer(name=name, handle=function, outside=outside or batch > 1, batch=batch)

    return wrap


def subscriptions() -> dict[str, tuple[Consumer, ...]]:
    """The one table, event name → consumers, from the composition root."""
    table: dict[str, tuple[Consumer, ...]] = import_string(settings.OUTBOX_SUBSCRIPTIONS)
    return table


def _consumers() -> dict[str, Consumer]:
    return {c.name: c for row in subscriptions().values() for c in row}


def publish(name: str, payload: dict[str, Any], *, key: str | None = None) -> None:
    """Record that `name` happened, in the current transaction. The same (name, key) is recorded once."""
    publish_many([(name, payload, key)])


def publish_many(rows: Iterable[tuple[str, dict[str, Any], str | None]]) -> None:
    """As `publish`, for several events in one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of the change it tells of")
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(name=n, payload=p, key=k or ids.new_public_id()) for n, p, k in rows],
        ignore_conflicts=True,
        batch_size=1000,
    )


def fan_out() -> int:
    """Give new events one delivery row per consumer. Returns how many events were taken; safe in parallel."""
    table = subscriptions()
    with transaction.atomic():
        query = OutboxEvent.objects.filter(fanned_out_at__isnull=True).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            query = query.select_for_update(skip_locked=True)
        events = list(query[:FAN_OUT_BATCH])
        now = clock.now()
        OutboxDelivery.objects.bulk_create(
            [
                OutboxDelivery(event=e, consumer=c.name, due_at=now)
                for e in events
                for c in table.get(e.name, ())
            ],
            ignore_conflicts=True,
        )
        OutboxEvent.objects.filter(pk__in=[e.pk for e in events]).update(fanned_out_at=now)
    return len(events)


def claim_due(limit: int = 500) -> list[tuple[Consumer, list[int]]]:
    """Take due deliveries for sending, grouped for their consumers; each is claimed by one relay.

    A claimed delivery that is not done becomes due again after `OUTBOX_RESEND_SECONDS`. One that was begun
    `OUTBOX_MAX_ATTEMPTS` times and never came back, not even with an error, is parked: it ends its process.
    """
    now = clock.now()
    known = _consumers()
    with transaction.atomic():
        query = OutboxDelivery.objects.filter(state__in=_UNDONE, due_at__lte=now)
        query = query.order_by("id").only("id", "consumer", "attempts", "running_until")
        if connection.features.has_select_for_update_skip_locked:
            query = query.select_for_update(skip_locked=True)
        rows = _without_lost(list(query[:limit]), now)
        resend = now + timedelta(seconds=settings.OUTBOX_RESEND_SECONDS)
        OutboxDelivery.objects.filter(pk__in=[r.pk for r in rows]).update(state=State.SENT, due_at=resend)
    groups: dict[str, list[int]] = {}
    for row in rows:
        groups.setdefault(row.consumer, []).append(row.pk)
    claimed = []
    for name, keys in groups.items():
        target = known.get(name)
        if target is None:
            OutboxDelivery.objects.filter(pk__in=keys).update(
                state=State.PARKED, last_error="no such consumer any more"
            )
            continue
        claimed += [(target, keys[i : i + target.batch]) for i in range(0, len(keys), target.batch)]
    return claimed


def _without_lost(rows: Sequence[OutboxDelivery], now: datetime) -> list[OutboxDelivery]:
    """Park, in the caller's transaction, what has ended its process each time; the rest."""
    most = settings.OUTBOX_MAX_ATTEMPTS
    lost = [r for r in rows if r.attempts >= most and r.running_until and r.running_until < now]
    if not lost:
        return list(rows)
    OutboxDelivery.objects.filter(pk__in=[r.pk for r in lost]).update(
        state=State.PARKED, running_until=None, last_error="its process ended each time"
    )
    log.error("outbox_deliveries_lost", deliveries=[r.pk for r in lost])
    return [r for r in rows if r not in lost]


def _begin(keys: Sequence[int]) -> list[int]:
    """Mark deliveries as running: a resent copy of the same message steps aside while the lease lasts."""
    now = clock.now()
    lease = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    free = Q(running_until__isnull=True) | Q(running_until__lt=now)
    mine = []
    for key in keys:
        open_ = OutboxDelivery.objects.filter(free, pk=key, state__in=_UNDONE)
        if open_.update(running_until=lease, attempts=F("attempts") + 1):
            mine.append(key)
    return mine


def _rows(keys: Sequence[int], *, hold: bool = False) -> list[OutboxDelivery]:
    """Undone deliveries with their events; held, no other transaction runs them.

    The lease alone would let a run that outlives it be repeated beside itself.
    """
    rows = OutboxDelivery.objects.filter(pk__in=keys, state__in=_UNDONE).select_related("event")
    if hold and connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows.order_by("event_id"))


def _finish(rows: Sequence[OutboxDelivery]) -> None:
    OutboxDelivery.objects.filter(pk__in=[r.pk for r in rows]).update(
        state=State.DONE, done_at=clock.now(), running_until=None, last_error=""
    )


def _fail(rows: Sequence[OutboxDelivery], error: Exception) -> None:
    for row in rows:
        parked = row.attempts >= settings.OUTBOX_MAX_ATTEMPTS
        pause = timedelta(seconds=min(3600, 2 ** (2 * row.attempts)))
        OutboxDelivery.objects.filter(pk=row.pk).exclude(state=State.DONE).update(
            state=State.PARKED if parked else State.SENT,
            due_at=clock.now() + pause,
            running_until=None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
        event = log.error if parked else log.warning
        event(
            "outbox_delivery_failed",
            consumer=row.consumer,
            event_id=row.event_id,
            parked=parked,
            exc_info=error,
        )


def deliver(consumer_name: str, keys: Sequence[int], *, reraise: bool = False) -> int:
    """Run one consumer for its deliveries; returns how many were done. Errors are recorded, not raised."""
    target = _consumers()[consumer_name]
    mine = _begin(keys)
    rows: list[OutboxDelivery] = []
    try:
        if target.outside:
            rows = _rows(mine)
            _run(target, rows)
            _finish(rows)
        else:
            with transaction.atomic():
                rows = _rows(mine, hold=True)
                _run(target, rows)
                _finish(rows)
    except Exception as error:
        _fail(rows, error)
        if reraise:
            raise
        return 0
    if rows:
        failpoints.hit(f"after.{_step(target, rows)}")
    return len(rows)


def _step(target: Consumer, rows: Sequence[OutboxDelivery]) -> str:
    return f"{target.name.rpartition('.')[2]}.{rows[0].event.name}"


def _run(target: Consumer, rows: Sequence[OutboxDelivery]) -> None:
    if not rows:
        return
    events = [row.event for row in rows]
    argument: Any = events if target.batch > 1 else events[0]
    failpoints.hit(f"before.{_step(target, rows)}")
    target(argument)
    failpoints.hit(f"between.{_step(target, rows)}")


def drain(*, limit: int = 1000) -> int:
    """Deliver everything in this process until nothing is left; raises what a consumer raises.

    For tests and the making of demo data, where no relay runs.
    """
    done = 0
    for _ in range(limit):
        taken = fan_out()
        groups = claim_due()
        for target, keys in groups:
            done += deliver(target.name, keys, reraise=True)
        if not taken and not groups:
            return done
    raise RuntimeError("the outbox does not come to rest")


def lag_seconds() -> float:
    """Age of the oldest event that has not reached all its consumers; 0 when there is none."""
    now = clock.now()
    oldest = [
        OutboxEvent.objects.filter(fanned_out_at__isnull=True)
        .order_by("id")
        .values_list("created_at", flat=True)
        .first(),
        OutboxDelivery.objects.filter(state__in=_UNDONE)
        .order_by("event_id")
        .values_list("event__created_at", flat=True)
        .first(),
    ]
    return max(((now - moment).total_seconds() for moment in oldest if moment), default=0.0)
