"""Proofs over the whole ledger: each answers the ids that break it, nothing when all is well."""

import hashlib
from collections.abc import Iterator
from datetime import date

from django.db import connection
from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from ..rules.days import next_month, start_of
from . import chain, guards
from .chart import CHART, CREDIT, DEBIT
from .models import AccountBalance, LedgerAccount, LedgerEntry, LedgerPeriod, LedgerTx
from .posting import digest_of

_OTHER = {DEBIT: CREDIT, CREDIT: DEBIT}
_SIGNED = Case(When(side=DEBIT, then=F("amount")), default=-F("amount"), output_field=BigIntegerField())


def uneven_transactions() -> list[str]:
    """I1: keys of transactions whose legs do not cancel per currency, or are not as many as declared."""
    uneven = (
        LedgerEntry.objects.values("tx__key", "account__currency")
        .annotate(s=Sum(_SIGNED))
        .exclude(s=0)
        .values_list("tx__key", flat=True)
    )
    short = LedgerTx.objects.annotate(n=Count("entries")).exclude(n=F("legs")).values_list("key", flat=True)
    return sorted({*uneven, *short})


def wrong_balances() -> list[str]:
    """I3: paths of accounts whose kept balance is not the sum of their entries."""
    kept = AccountBalance.objects.filter(account=OuterRef("pk")).values("account")
    legs = LedgerEntry.objects.filter(account=OuterRef("pk")).values("account")

    def total(rows: object, column: str, side: str) -> Coalesce:
        if column:
            query = rows.annotate(s=Sum(column)).values("s")  # type: ignore[attr-defined]
        else:
            query = rows.filter(side=side).annotate(s=Sum("amount")).values("s")  # type: ignore[attr-defined]
        return Coalesce(Subquery(query, output_field=BigIntegerField()), Value(0))

    rows = LedgerAccount.objects.annotate(
        kept_d=total(kept, "debits", ""),
        kept_c=total(kept, "credits", ""),
        legs_d=total(legs, "", DEBIT),
        legs_c=total(legs, "", CREDIT),
    )
    return list(rows.exclude(Q(kept_d=F("legs_d")) & Q(kept_c=F("legs_c"))).values_list("path", flat=True))


def negative_accounts() -> list[str]:
    """I5: paths of guarded accounts below zero."""
    low = Q(normal=DEBIT, debits__lt=F("credits")) | Q(normal=CREDIT, credits__lt=F("debits"))
    rows = AccountBalance.objects.filter(low, is_guarded=True)
    return list(rows.values_list("account__path", flat=True))


def uneven_currencies() -> list[str]:
    """I4: currencies whose trial balance is not zero, the memo accounts apart."""
    memo = [code for code, line in CHART.items() if line.memo]
    found = []
    for rows in (
        AccountBalance.objects.exclude(account__code__in=memo),
        AccountBalance.objects.filter(account__code__in=memo),
    ):
        sums = rows.values("account__currency").annotate(d=Sum("debits"), c=Sum("credits"))
        found += [
            row["account__currency"] for row in sums.order_by("account__currency") if row["d"] != row["c"]
        ]
    return found


def inexact_reversals() -> list[str]:
    """I2: keys of reversing transactions that are not the mirror of what they reverse."""
    wrong = []
    reversing = LedgerTx.objects.filter(reverses__isnull=False).order_by("pk")
    for tx in reversing.select_related("reverses").iterator(chunk_size=1000):
        mirrored = [(path, _OTHER[side], amount) for path, side, amount in _legs_of(tx.reverses_id)]
        if sorted(_legs_of(tx.pk)) != sorted(mirrored):
            wrong.append(tx.key)
    return wrong


def _legs_of(tx_id: int | None) -> list[tuple[str, str, int]]:
    return list(LedgerEntry.objects.filter(tx=tx_id).values_list("account__path", "side", "amount"))


def absent_guards() -> list[str]:
    """I2: names of triggers that the database should have and has not, or that are switched off."""
    return guards.missing(connection)


def totals_of(month: date) -> dict[str, dict[str, list[int]]]:
    """What takes effect in a month.

    Currency → code → [debits, credits], minor units, memo accounts included.
    """
    rows = LedgerEntry.objects.filter(
        tx__effective_at__gte=start_of(month), tx__effective_at__lt=start_of(next_month(month))
    )
    totals: dict[str, dict[str, list[int]]] = {}
    grouped = rows.values_list("account__currency", "account__code", "side").annotate(s=Sum("amount"))
    for currency, code, side, amount in grouped.order_by("account__currency", "account__code"):
        totals.setdefault(currency, {}).setdefault(code, [0, 0])[0 if side == DEBIT else 1] = amount
    return totals


def uneven_totals(totals: dict[str, dict[str, list[int]]]) -> list[str]:
    """Currencies in which a month's debits and credits differ."""
    return [
        currency
        for currency, codes in totals.items()
        if sum(debit for debit, _ in codes.values()) != sum(credit for _, credit in codes.values())
    ]


def changed_months() -> list[str]:
    """I21: closed months whose sums or chain of hashes are not those they were closed with."""
    head, wrong = chain.GENESIS, []
    closed = LedgerPeriod.objects.filter(state=LedgerPeriod.State.CLOSED).order_by("month")
    for period in closed:
        if head == chain.GENESIS:
            head = chain.head_before(period.month)
        found, entries = chain.head_of(period.month, head)
        same = (found, entries, totals_of(period.month)) == (period.head, period.entries, period.totals)
        if not same:
            wrong.append(f"{period.month:%Y-%m}")
        head = period.head  # each month is judged by itself
    return wrong


def _with_legs() -> Iterator[tuple[LedgerTx, list[tuple[str, str, int]]]]:
    """Every transaction with (path, side, amount) of its legs, in booking order, in bounded memory."""
    last = 0
    while True:
        txs = list(LedgerTx.objects.filter(pk__gt=last).order_by("pk")[:1000])
        if not txs:
            return
        legs: dict[int, list[tuple[str, str, int]]] = {tx.pk: [] for tx in txs}
        for entry in LedgerEntry.objects.filter(tx__in=txs).values_list(
            "tx_id", "account__path", "side", "amount"
        ):
            legs[entry[0]].append((entry[1], entry[2], entry[3]))
        yield from ((tx, legs[tx.pk]) for tx in txs)
        last = txs[-1].pk


def changed_transactions() -> list[str]:
    """I2: keys of transactions whose entries are not those they were booked with."""
    return [tx.key for tx, legs in _with_legs() if digest_of(tx.kind, legs) != tx.digest]


def fingerprint() -> str:
    """One hash over all keys and what they booked, in no particular order: equal books have equal hashes."""
    lines = sorted(f"{tx.key} {digest_of(tx.kind, legs)}" for tx, legs in _with_legs())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
