"""Months of the books: open, closed for all but finance, closed for good; in that order, one after the other.

A closed month closes all before it. Nothing takes effect in it any more: the triggers on `ledger_tx`
refuse it, under a lock that whoever books into the month holds until commit and whoever closes it takes
alone (`closing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import TruncMonth

from marketplace.core import clock

from ..rules.days import month_of, next_month, start_of
from .chart import CHART, DEBIT
from .models import LedgerEntry, LedgerPeriod, LedgerTx

OPEN = "open"
SOFT_CLOSED, CLOSED = LedgerPeriod.State.SOFT_CLOSED, LedgerPeriod.State.CLOSED


def same_month(one: datetime, other: datetime) -> bool:
    """Whether two moments are of one month of the books."""
    return month_of(one) == month_of(other)


def first_open_moment() -> datetime | None:
    """When the first month that is open to everybody begins; None while none was ever closed."""
    last: date | None = LedgerPeriod.objects.aggregate(m=Max("month"))["m"]
    return start_of(next_month(last)) if last else None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the books. `debits` per currency in minor units, memo accounts apart.

    `period` is None while open.

    `may` is what can be done to it now: the state it may go to, "" for none.
    """

    month: date
    period: LedgerPeriod | None
    entries: int
    debits: dict[str, int]
    may: str

    @property
    def last_day(self) -> date:
        return next_month(self.month) - timedelta(days=1)

    @property
    def state(self) -> str:
        return self.period.state if self.period else OPEN


def used_months() -> list[date]:
    """The months from the first journal to the present or the last one, whichever is later; oldest first."""
    span = LedgerTx.objects.aggregate(first=Min("effective_at"), last=Max("effective_at"))
    if span["first"] is None:
        return []
    month, last = month_of(span["first"]), max(month_of(span["last"]), month_of(clock.now()))
    found = []
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def months() -> list[Month]:
    """All months with journals, newest first. Only those not closed for good are summed.

    The others know their sums.
    """
    listed = used_months()
    rows = {row.month: row for row in LedgerPeriod.objects.all()}
    sums = _sums_since(next((m for m in listed if not _is_closed(rows.get(m))), None))
    steps = next_steps(listed, rows)
    return [_month(m, rows.get(m), sums, steps.get(m, "")) for m in reversed(listed)]


def next_steps(listed: Sequence[date], rows: dict[date, LedgerPeriod]) -> dict[date, str]:
    """What may be done now: the first open month may be soft closed, the first not closed for good closed so.

    Only months that are over.
    """
    present = month_of(clock.now())
    last = max(rows, default=date.min)
    soft = [m for m in listed if last < m < present]
    hard = [m for m in listed if m in rows and rows[m].state == SOFT_CLOSED]
    return dict.fromkeys(soft[:1], str(SOFT_CLOSED)) | dict.fromkeys(hard[:1], str(CLOSED))


def _is_closed(row: LedgerPeriod | None) -> bool:
    return row is not None and row.state == CLOSED


def _month(month: date, row: LedgerPeriod | None, sums: dict[date, "_Sums"], may: str) -> Month:
    if row is not None and row.state == CLOSED:
        debits = {
            currency: sum(debit for code, (debit, _) in codes.items() if not CHART[code].memo)
            for currency, codes in row.totals.items()
        }
        return Month(month, row, row.entries, debits, may)
    found = sums.get(month, _Sums(0, {}))
    return Month(month, row, found.entries, found.debits, may)


@dataclass(slots=True)
class _Sums:
    entries: int
    debits: dict[str, int]


def _sums_since(first: date | None) -> dict[date, _Sums]:
    """Entries, and debits by currency, of every month from `first` on; one query."""
    if first is None:
        return {}
    found: dict[date, _Sums] = {}
    rows = LedgerEntry.objects.filter(tx__effective_at__gte=start_of(first))
    rows = rows.annotate(month=TruncMonth("tx__effective_at", tzinfo=clock.BUSINESS_ZONE))
    grouped = rows.values("month", "account__currency", "account__code", "side")
    for row in grouped.annotate(s=Sum("amount"), n=Count("id")).order_by("month"):
        sums = found.setdefault(row["month"].date(), _Sums(0, {}))
        sums.entries += row["n"]
        if row["side"] == DEBIT and not CHART[row["account__code"]].memo:
            currency = row["account__currency"]
            sums.debits[currency] = sums.debits.get(currency, 0) + row["s"]
    return found
