"""How old what buyers owe is, on any day, out of the books: so it always equals them.

Every leg on a receivable names its instalment. Principal is aged by the due date the instalment had on that
day, fees by the day they were booked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from marketplace.companies.models import Company

from ..ledger import aged as books
from ..models import DueChange, Instalment, Standstill
from ..rules.ageing import Ageing, age_fees
from ..rules.ageing import aged as in_bucket
from ..rules.days import start_of


@dataclass(frozen=True, slots=True)
class AgedDebt:
    """What one buyer owes in a currency on a day. `disputed` principal stands apart; minor units.

    Credits (2110, 2120) are never netted against it.
    """

    owner: int
    principal: Ageing
    fees: Ageing
    disputed: int = 0

    @property
    def total(self) -> int:
        return self.principal.total + self.fees.total + self.disputed


def ageing(company: Company, currency: str, as_of: date, *, known_at: datetime | None = None) -> AgedDebt:
    """One buyer's debt by age at the end of a day, by what was known at a moment (now). Six queries."""
    found = age_all(currency, as_of, known_at=known_at, owners=[company.pk])
    return found[0] if found else AgedDebt(company.pk, Ageing(), Ageing())


def age_all(
    currency: str,
    as_of: date,
    *,
    known_at: datetime | None = None,
    owners: Sequence[int] | None = None,
) -> list[AgedDebt]:
    """Every buyer's debt by age, in key order; the number of queries does not depend on how many."""
    before = start_of(as_of + timedelta(days=1))
    rows = books.standings(currency, "1200", before=before, known_at=known_at, owners=owners)
    parts = _by_instalment(rows)
    facts = _Facts(parts.keys(), as_of)
    principal: dict[int, Ageing] = defaultdict(Ageing)
    disputed: dict[int, int] = defaultdict(int)
    for (owner, key), amount in parts.items():
        if key in facts.still:
            disputed[owner] += amount
        else:
            principal[owner] += in_bucket(amount, (as_of - facts.due[key]).days)
    charged = _fees(books.fees(currency, before=before, known_at=known_at, owners=owners), as_of)
    everyone = sorted({*principal, *disputed, *charged})
    return [
        AgedDebt(owner, principal.get(owner, Ageing()), charged.get(owner, Ageing()), disputed.get(owner, 0))
        for owner in everyone
    ]


def _by_instalment(rows: Iterable[books.Standing]) -> dict[tuple[int, int], int]:
    """Amounts by (owner, instalment); what old journals booked per invoice is shared as it was issued."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    whole: dict[int, tuple[int, int]] = {}
    for row in rows:
        if row.instalment is not None:
            found[row.owner, row.instalment] += row.amount
        elif row.invoice is not None:
            whole[row.invoice] = (row.owner, row.amount)
    for invoice, parts in _issued(whole.keys()).items():
        owner, _amount = whole[invoice]
        for key, amount in parts.items():
            found[owner, key] += amount
    return {key: amount for key, amount in found.items() if amount}


def _issued(invoices: Iterable[int]) -> dict[int, dict[int, int]]:
    """Instalments of invoices with the amounts they were issued with: before any was split."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Instalment.objects.filter(invoice__in=invoices).order_by("-seq")
    grown: dict[int, int] = defaultdict(int)
    for row in rows:
        amount = row.amount + grown[row.pk]
        if row.split_from_id is None:
            found[row.invoice_id][row.pk] = amount if not row.is_revived else 0
        else:
            grown[row.split_from_id] += amount
    return found


class _Facts:
    """Due dates and standstills of instalments as they were at the end of a day."""

    def __init__(self, keys: Iterable[tuple[int, int]], as_of: date) -> None:
        wanted = {instalment for _owner, instalment in keys}
        self.due: Mapping[int, date] = _dues(wanted, as_of)
        rows = Standstill.objects.filter(
            Q(until__isnull=True) | Q(until__gt=as_of), instalment__in=wanted, since__lte=as_of
        )
        self.still = set(rows.values_list("instalment_id", flat=True))


def _dues(wanted: set[int], as_of: date) -> dict[int, date]:
    due = dict(Instalment.objects.filter(pk__in=wanted).values_list("pk", "due_on"))
    later = DueChange.objects.filter(instalment__in=wanted, changed_on__gt=as_of).order_by("-id")
    for change in later:  # back to the first change after the day
        due[change.instalment_id] = change.due_before
    return due


def _fees(rows: Iterable[books.Fee], as_of: date) -> dict[int, Ageing]:
    charges: dict[tuple[int, int | None], list[tuple[date, int]]] = defaultdict(list)
    gone: dict[tuple[int, int | None], int] = defaultdict(int)
    for row in rows:
        if row.change > 0:
            charges[row.owner, row.instalment].append((row.day, row.change))
        else:
            gone[row.owner, row.instalment] -= row.change
    found: dict[int, Ageing] = defaultdict(Ageing)
    for key, booked in charges.items():
        left = age_fees(booked, gone[key], as_of)
        if left.total:
            found[key[0]] += left
    return found
