"""How old a debt is on a day, in buckets: not due, 1–30, 31–60, 61–90 and more days."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal

from marketplace.core.money import share

from ..policies import LossBand

# The last day of each bucket; beyond is the last one.
_ENDS = (0, 30, 60, 90)
COUNT = len(_ENDS) + 1


@dataclass(frozen=True, slots=True)
class Ageing:
    """Minor units by days overdue; adds up bucket by bucket."""

    not_due: int = 0
    to_30: int = 0
    to_60: int = 0
    to_90: int = 0
    older: int = 0

    def __add__(self, other: "Ageing") -> "Ageing":
        return Ageing(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def buckets(self) -> tuple[int, ...]:
        return astuple(self)

    @property
    def total(self) -> int:
        return sum(astuple(self))

    @property
    def overdue(self) -> int:
        return self.total - self.not_due


def bucket(days: int) -> int:
    """The place of the bucket for `days` after the due date (0 and less: not due)."""
    return sum(days > end for end in _ENDS)


def aged(amount: int, days: int) -> Ageing:
    """An amount in its bucket."""
    values = [0] * COUNT
    values[bucket(days)] = amount
    return Ageing(*values)


def age_fees(charges: Iterable[tuple[date, int]], gone: int, as_of: date) -> Ageing:
    """Fees by days since they were booked; what was paid or waived (`gone`) takes the oldest first."""
    found = Ageing()
    for day, amount in sorted(charges):
        part = min(gone, amount)
        gone -= part
        if amount > part:
            found += aged(amount - part, (as_of - day).days)
    return found


def expected_loss(ageing: Ageing, bands: Iterable[LossBand]) -> int:
    """What of aged principal will probably not come in (P11), each bucket rounded half-up."""
    rates: list[Decimal] = [band.rate for band in bands]
    return sum(share(amount, rate) for amount, rate in zip(ageing.buckets, rates, strict=True))
