"""Receivables per instalment as they stood on a day, by what was known at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BigIntegerField, Case, F, QuerySet, Sum, When

from marketplace.core.clock import business_date

from .chart import CHART, DEBIT
from .models import AccountBalance, LedgerEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """The balance of an instalment on an owner's account. Minor units; debit positive."""

    owner: int
    invoice: int | None
    instalment: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class Fee:
    """A leg on an owner's fee account."""

    owner: int
    instalment: int | None
    day: date
    change: int


def _rows(
    currency: str, code: str, owners: Sequence[int] | None, before: datetime, known_at: datetime | None
) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(
        account__currency=currency, account__code=code, tx__effective_at__lt=before
    )
    if owners is not None:
        rows = rows.filter(account__owner_id__in=owners)
    return rows if known_at is None else rows.filter(tx__recorded_at__lt=known_at)


_SIGNED = Case(When(side=DEBIT, then=F("amount")), default=-F("amount"), output_field=BigIntegerField())


def standings(
    currency: str,
    code: str,
    *,
    before: datetime,
    known_at: datetime | None = None,
    owners: Sequence[int] | None = None,
) -> list[Standing]:
    """What stands on an owner account per instalment of what took effect before a moment; one query."""
    rows = (
        _rows(currency, code, owners, before, known_at)
        .values_list("account__owner_id", "invoice_id", "instalment_id")
        .annotate(s=Sum(_SIGNED))
        .exclude(s=0)
        .order_by("account__owner_id", "invoice_id", "instalment_id")
    )
    return [Standing(*row) for row in rows]


def fees(
    currency: str,
    *,
    before: datetime,
    known_at: datetime | None = None,
    owners: Sequence[int] | None = None,
) -> list[Fee]:
    """The legs on fee accounts that took effect before a moment, in order; one query."""
    rows = _rows(currency, "1210", owners, before, known_at).order_by("tx__effective_at", "id")
    return [
        Fee(owner, instalment, business_date(at), change)
        for owner, instalment, at, change in rows.annotate(change=_SIGNED).values_list(
            "account__owner_id", "instalment_id", "tx__effective_at", "change"
        )
    ]


def balances_of(code: str, owner_id: int) -> list[tuple[str, int]]:
    """(currency, balance on its normal side) of an owner's accounts of a code that are not at zero."""
    rows = AccountBalance.objects.filter(account__code=code, account__owner_id=owner_id)
    sums = rows.values_list("account__currency").annotate(d=Sum("debits"), c=Sum("credits"))
    sign = 1 if CHART[code].normal == DEBIT else -1
    found = [(currency, sign * (d - c)) for currency, d, c in sums.order_by("account__currency")]
    return [(currency, amount) for currency, amount in found if amount]
