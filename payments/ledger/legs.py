"""Legs: the sides of a posting, as its callers write them."""

from dataclasses import dataclass
from typing import Any

from .chart import CREDIT, DEBIT


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a posting: `amount` minor units on an account; the rest traces it."""

    side: str
    code: str
    amount: int
    owner: int = 0
    order: int | None = None
    invoice: int | None = None
    instalment: int | None = None
    supplier: int | None = None
    currency: str = ""

    def traces(self) -> tuple[tuple[str, int | None], ...]:
        """What it is about, by column of `ledger_entry`."""
        return (
            ("order_id", self.order),
            ("invoice_id", self.invoice),
            ("instalment_id", self.instalment),
            ("supplier_id", self.supplier),
        )


def dr(code: str, amount: int, owner: int = 0, **dims: Any) -> Leg:
    """A debit leg; dims as in `Leg`."""
    return Leg(DEBIT, code, amount, owner, **dims)


def cr(code: str, amount: int, owner: int = 0, **dims: Any) -> Leg:
    """A credit leg; dims as in `Leg`."""
    return Leg(CREDIT, code, amount, owner, **dims)
