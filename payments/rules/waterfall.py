"""Where a receipt goes (P6).

Compensation → interest → overdue principal → principal in due order → the rest.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a part of a receipt pays."""

    COMPENSATION = "comp"
    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True)
class Open:
    """What is open on one instalment; `instalment` and `invoice` are keys."""

    instalment: int
    invoice: int
    due_on: date
    seq: int
    principal: int
    interest: int = 0
    compensation: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """`amount` minor units of a receipt for one debt."""

    kind: Kind
    instalment: int
    invoice: int
    amount: int


def _take(debts: Iterable[tuple[Kind, Open, int]], amount: int) -> tuple[list[Share], int]:
    shares = []
    for kind, item, owed in debts:
        part = min(owed, amount)
        if part > 0:
            shares.append(Share(kind, item.instalment, item.invoice, part))
            amount -= part
    return shares, amount


def _by_due(items: Iterable[Open]) -> list[Open]:
    return sorted(items, key=lambda i: (i.due_on, i.invoice, i.seq))


def distribute(
    items: Sequence[Open], amount: int, *, today: date, directed_to: Collection[int] = ()
) -> tuple[list[Share], int]:
    """Split a receipt over open instalments; returns the shares and what is left over (a credit balance).

    A directed receipt first pays the named invoices: what they owe in fees, then their instalments in due
    order, and its excess follows the waterfall. Disputed amounts are not in `items`.
    """
    shares: list[Share] = []
    rest = amount
    if directed_to:
        chosen = _by_due(i for i in items if i.invoice in directed_to)
        shares, rest = _take(_in_order(chosen, today), rest)
        items = _without(items, shares)
    more, rest = _take(_in_order(_by_due(items), today), rest)
    return _merged([*shares, *more]), rest


def _in_order(items: Sequence[Open], today: date) -> list[tuple[Kind, Open, int]]:
    overdue = [i for i in items if i.due_on < today]
    coming = [i for i in items if i.due_on >= today]
    return [
        *((Kind.COMPENSATION, i, i.compensation) for i in items),
        *((Kind.INTEREST, i, i.interest) for i in items),
        *((Kind.PRINCIPAL, i, i.principal) for i in overdue),
        *((Kind.PRINCIPAL, i, i.principal) for i in coming),
    ]


def _without(items: Sequence[Open], shares: Sequence[Share]) -> list[Open]:
    paid: dict[tuple[int, Kind], int] = {}
    for part in shares:
        key = (part.instalment, part.kind)
        paid[key] = paid.get(key, 0) + part.amount
    return [
        Open(
            i.instalment,
            i.invoice,
            i.due_on,
            i.seq,
            i.principal - paid.get((i.instalment, Kind.PRINCIPAL), 0),
            i.interest - paid.get((i.instalment, Kind.INTEREST), 0),
            i.compensation - paid.get((i.instalment, Kind.COMPENSATION), 0),
        )
        for i in items
    ]


def _merged(shares: Sequence[Share]) -> list[Share]:
    total: dict[tuple[Kind, int, int], int] = {}
    for part in shares:
        key = (part.kind, part.instalment, part.invoice)
        total[key] = total.get(key, 0) + part.amount
    return [Share(kind, instalment, invoice, amount) for (kind, instalment, invoice), amount in total.items()]
