"""Reads of the books: balances without summing legs, accounts, entries, journals. Staff only.

Buyers see their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.utils.functional import Promise

from marketplace.core.errors import NotFound

from ..rules.days import month_of, start_of
from .chart import CHART, CREDIT, DEBIT, path_of
from .cuts import NOW, Cut, sums_by
from .models import AccountBalance, LedgerAccount, LedgerEntry, LedgerTx


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with its sums; `balance` is positive on the account's normal side."""

    account: LedgerAccount
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        difference = self.debits - self.credits
        return difference if self.account.normal == DEBIT else -difference


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of the trial balance: all accounts of one code in one currency. Minor units."""

    code: str
    name: str | Promise
    accounts: int
    debits: int
    credits: int
    is_memo: bool

    @property
    def debit_balance(self) -> int:
        return max(0, self.debits - self.credits)

    @property
    def credit_balance(self) -> int:
        return max(0, self.credits - self.debits)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts of a currency by code; `difference` is zero or the books are broken."""

    currency: str
    lines: Sequence[CodeLine]

    @property
    def debits(self) -> int:
        return sum(line.debit_balance for line in self.lines)

    @property
    def credits(self) -> int:
        return sum(line.credit_balance for line in self.lines)

    @property
    def difference(self) -> int:
        return self.debits - self.credits


def balance(currency: str, code: str, owner_id: int = 0) -> int:
    """The balance of one account on its normal side; 0 for an account never used."""
    sums = AccountBalance.objects.filter(account__path=path_of(currency, code, owner_id)).aggregate(
        d=Sum("debits", default=0), c=Sum("credits", default=0)
    )
    difference = int(sums["d"] - sums["c"])
    return difference if CHART[code].normal == DEBIT else -difference


def trial_balance(currency: str, cut: Cut = NOW) -> TrialBalance:
    """Debits and credits by code, in chart order; codes without accounts in this currency are left out."""
    counts = dict(LedgerAccount.objects.filter(currency=currency).values_list("code").annotate(n=Count("id")))
    sums = sums_by("account__code", cut, Q(account__currency=currency))
    lines = [
        CodeLine(code, line.name, counts[code], *sums.get(code, (0, 0)), line.memo)
        for code, line in CHART.items()
        if code in counts
    ]
    return TrialBalance(currency, lines)


def currencies() -> list[str]:
    """Currencies that have accounts, in order."""
    return list(LedgerAccount.objects.values_list("currency", flat=True).distinct().order_by("currency"))


def accounts_of(currency: str, code: str, cut: Cut = NOW, *, limit: int = 500) -> list[AccountLine]:
    """The accounts of a code with their sums; newest first."""
    accounts = list(LedgerAccount.objects.filter(currency=currency, code=code).order_by("-id")[:limit])
    keys = [account.pk for account in accounts]
    sums = sums_by("account_id", cut, Q(account__in=keys))
    return [AccountLine(account, *sums.get(account.pk, (0, 0))) for account in accounts]


def account_line(path: str, cut: Cut = NOW) -> AccountLine:
    """One account with its sums. Raises NotFound."""
    account = LedgerAccount.objects.filter(path=path).first()
    if account is None:
        raise NotFound
    sums = sums_by("account_id", cut, Q(account=account))
    return AccountLine(account, *sums.get(account.pk, (0, 0)))


def entries_of(path: str, cut: Cut = NOW, *, before: int | None = None) -> QuerySet[LedgerEntry]:
    """Entries of an account that the cut counts, newest first, with their transactions.

    `before` an entry id for the next page.
    """
    rows = LedgerEntry.objects.filter(cut.counted(), account__path=path).select_related("tx", "account")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return rows.order_by("-id")


@dataclass(frozen=True, slots=True)
class Journal:
    """A transaction with its entries."""

    tx: LedgerTx
    entries: Sequence[LedgerEntry]

    @property
    def amount(self) -> int:
        """Sum of the debits, minor units."""
        return sum(entry.amount for entry in self.entries if entry.side == DEBIT)


def _journals(txs: Iterable[LedgerTx]) -> list[Journal]:
    rows = list(txs)
    entries: dict[int, list[LedgerEntry]] = {}
    for entry in LedgerEntry.objects.filter(tx__in=rows).select_related("account").order_by("id"):
        entries.setdefault(entry.tx_id, []).append(entry)
    return [Journal(tx, entries.get(tx.pk, [])) for tx in rows]


def journal(key: str) -> Journal:
    """One transaction by its key. Raises NotFound."""
    tx = LedgerTx.objects.filter(key=key).first()
    if tx is None:
        raise NotFound
    return _journals([tx])[0]


def journals_of(
    *,
    order: int | None = None,
    invoice: int | None = None,
    refs: Iterable[tuple[str, int]] = (),
    limit: int = 200,
) -> list[Journal]:
    """Journals behind an order or invoice (by the keys on their legs) or of objects (type, id).

    Oldest first.
    """
    wanted = Q(pk__in=[])
    if order is not None:
        wanted |= Q(pk__in=LedgerEntry.objects.filter(order_id=order).values("tx_id"))
    if invoice is not None:
        wanted |= Q(pk__in=LedgerEntry.objects.filter(invoice_id=invoice).values("tx_id"))
    for ref_type, ref_id in refs:
        wanted |= Q(ref_type=ref_type, ref_id=ref_id)
    return _journals(LedgerTx.objects.filter(wanted).order_by("id")[:limit])


def latest_journals(limit: int = 50) -> list[Journal]:
    """The newest transactions."""
    return _journals(LedgerTx.objects.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of a statement: an entry seen from its owner, and the balance after it."""

    entry: LedgerEntry
    change: int
    balance: int

    @property
    def is_prior(self) -> bool:
        """Whether it adjusts a prior period.

        Recorded in a later month than the one it takes effect in, or is about.
        """
        tx = self.entry.tx
        return "belongs_to" in tx.meta or month_of(tx.effective_at) < month_of(tx.recorded_at)


def movements(
    currency: str, codes: Sequence[str], owner_id: int, *, since: date, until: date
) -> tuple[int, list[Movement]]:
    """What moved an owner's accounts of some codes on the booking days [since, until], debit positive.

    Answers the balance before, and the lines in booking order, each with the balance after it.
    """
    paths = [path_of(currency, code, owner_id) for code in codes]
    mine = LedgerEntry.objects.filter(account__path__in=paths)
    signed = Sum(Case(When(side=DEBIT, then=F("amount")), default=-F("amount")), default=0)
    begin, end = start_of(since), start_of(until + timedelta(days=1))
    running = int(mine.filter(tx__recorded_at__lt=begin).aggregate(s=signed)["s"])
    opening, lines = running, []
    rows = mine.filter(tx__recorded_at__gte=begin, tx__recorded_at__lt=end)
    for entry in rows.select_related("tx", "account").order_by("id"):
        change = entry.amount if entry.side == DEBIT else -entry.amount
        running += change
        lines.append(Movement(entry, change, running))
    return opening, lines


__all__ = [
    "CREDIT",
    "DEBIT",
    "AccountLine",
    "CodeLine",
    "Cut",
    "Journal",
    "Movement",
    "TrialBalance",
    "account_line",
    "accounts_of",
    "balance",
    "currencies",
    "entries_of",
    "journal",
    "journals_of",
    "latest_journals",
    "movements",
    "trial_balance",
]
