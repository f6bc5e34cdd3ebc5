"""Closing a month: first for all but finance, then for good, each in the caller's transaction."""

from datetime import date

from django.db import connection

from marketplace.core import clock
from marketplace.core.actors import Actor

from ..errors import BooksNotWhole, PeriodNotReady, SecondPersonNeeded
from . import chain, checks, periods
from .models import LedgerPeriod

_LOCKS = 7301  # the first key of the months' locks, as in sql/postgresql.sql


def soft_close(month: date, *, actor: Actor) -> LedgerPeriod:
    """From now on only finance books into the month, with a reason. Raises PeriodNotReady."""
    _take_alone(month)
    _check_step(month, LedgerPeriod.State.SOFT_CLOSED)
    return LedgerPeriod.objects.create(
        month=month,
        state=LedgerPeriod.State.SOFT_CLOSED,
        soft_closed_at=clock.now(),
        soft_closed_by_id=actor.pk,
        soft_closed_by_label=actor.audit_label,
    )


def close(month: date, *, actor: Actor) -> LedgerPeriod:
    """Close a soft-closed month for good, with its sums and the head of its chain.

    Raises PeriodNotReady, SecondPersonNeeded for who soft-closed it, BooksNotWhole when a proof finds
    something.
    """
    _take_alone(month)
    _check_step(month, LedgerPeriod.State.CLOSED)
    period = LedgerPeriod.objects.get(month=month)
    if (period.soft_closed_by_id, period.soft_closed_by_label) == (actor.pk, actor.audit_label):
        raise SecondPersonNeeded
    totals = checks.totals_of(month)
    if checks.uneven_totals(totals) or checks.uneven_currencies() or checks.negative_accounts():
        raise BooksNotWhole
    period.head, period.entries = chain.head_of(month, chain.head_before(month))
    period.totals = totals
    period.state = LedgerPeriod.State.CLOSED
    period.closed_at = clock.now()
    period.closed_by_id, period.closed_by_label = actor.pk, actor.audit_label
    period.save()
    return period


def _take_alone(month: date) -> None:
    """Wait for everyone who is booking into a month that is not the present one, or into this; let nobody in.

    SQLite has one writer, who is us.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for lock in (0, month.year * 12 + month.month):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, lock])


def _check_step(month: date, wanted: str) -> None:
    rows = {row.month: row for row in LedgerPeriod.objects.all()}
    if periods.next_steps(periods.used_months(), rows).get(month) != wanted:
        raise PeriodNotReady(month=month.isoformat())
