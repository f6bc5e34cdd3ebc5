"""The books as of a date, as they were known at a moment: today's balances less what came later.

Whatever takes effect after the date, or was recorded after the moment, is taken off the kept balances in
the same statement: a recent date costs few entries, however many there are before it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When

from ..rules.days import start_of
from .chart import CREDIT, DEBIT
from .models import AccountBalance, LedgerEntry


@dataclass(frozen=True, slots=True)
class Cut:
    """`as_of` the last business date that counts, None for all.

    `known_at` the moment of knowledge, None for now.
    """

    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        return self.as_of is None and self.known_at is None

    def later(self) -> Q:
        """Entries that do not count."""
        late = Q(pk__in=[])
        if self.as_of is not None:
            late |= Q(tx__effective_at__gte=start_of(self.as_of + timedelta(days=1)))
        if self.known_at is not None:
            late |= Q(tx__recorded_at__gt=self.known_at)
        return late

    def counted(self) -> Q:
        """Entries that count."""
        known = Q()
        if self.as_of is not None:
            known &= Q(tx__effective_at__lt=start_of(self.as_of + timedelta(days=1)))
        if self.known_at is not None:
            known &= Q(tx__recorded_at__lte=self.known_at)
        return known


NOW = Cut()
_Sums = QuerySet[AccountBalance, tuple[str | int, int, int]]


def sums_by(by: str, cut: Cut, accounts: Q) -> dict[str | int, tuple[int, int]]:
    """Debits and credits by a column (`account__code`, `account_id`) of the accounts that `accounts` finds.

    `accounts` speaks of `account__…`. One statement, so that both halves see the same moment.
    """
    found: dict[str | int, tuple[int, int]] = {}
    for place, debited, credited in _statement(by, cut, accounts):
        before = found.get(place, (0, 0))
        found[place] = (before[0] + debited, before[1] + credited)
    return found


def _statement(by: str, cut: Cut, accounts: Q) -> "_Sums":
    kept = AccountBalance.objects.filter(accounts).order_by().values(by)
    kept = kept.annotate(d=Sum("debits"), c=Sum("credits")).values_list(by, "d", "c")
    if cut.is_now:
        return cast("_Sums", kept)
    late = LedgerEntry.objects.filter(accounts & cut.later()).order_by().values(by)
    late = late.annotate(d=_less(DEBIT), c=_less(CREDIT)).values_list(by, "d", "c")
    return cast("_Sums", kept.union(late, all=True))


def _less(side: str) -> Sum:
    amount = Case(When(side=side, then=-F("amount")), default=Value(0), output_field=BigIntegerField())
    return Sum(amount)
