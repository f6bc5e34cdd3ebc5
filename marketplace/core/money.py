"""Money: integer minor units and an ISO 4217 currency. Floats never enter.

Rounding is half away from zero, once per document line (MONEY.md P1); splits use the largest remainder,
ties to the lower index (P2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Minor-unit digits by ISO 4217; what is not listed has two.
_EXPONENTS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies met in one sum: a fault of ours, never of a user."""


def exponent(currency: str) -> int:
    """Minor-unit digits of a currency: JPY 0, CNY 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Decimal) -> int:
    """Nearest integer, halves away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def share(amount: int, rate: Decimal) -> int:
    """`amount` minor units times `rate` (0.03 for 3 %), rounded half-up."""
    return round_half_up(Decimal(amount) * rate)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split minor units by non-negative weights so that the parts sum exactly; largest remainder, ties first.

    Raises ValueError when no weight is positive and there is something to split.
    """
    total = sum(weights)
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if total == 0:
        if amount == 0:
            return [0 for _ in weights]
        raise ValueError("nothing to split by")
    sign = -1 if amount < 0 else 1
    floors, remainders = [], []
    for index, weight in enumerate(weights):
        whole, rest = divmod(abs(amount) * weight, total)
        floors.append(whole)
        remainders.append((-rest, index))
    for _, index in sorted(remainders)[: abs(amount) - sum(floors)]:
        floors[index] += 1
    return [sign * part for part in floors]


def cumulative_share(total: int, done_before: int, done_after: int, base: int) -> int:
    """The part of `total` that falls to the step from `done_before` to `done_after` of `base`.

    MONEY.md P2: round(total·after/base) − round(total·before/base), so the last step closes exactly.
    """
    if base <= 0:
        raise ValueError("base must be positive")
    after = round_half_up(Decimal(total) * done_after / base)
    before = round_half_up(Decimal(total) * done_before / base)
    return after - before


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`amount` minor units of `currency`. Arithmetic refuses to mix currencies."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("money is an integer number of minor units")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError("currency is an ISO 4217 code")

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.amount * quantity, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def share(self, rate: Decimal) -> Money:
        """This amount times a rate, rounded half-up."""
        return Money(share(self.amount, rate), self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Parts by weight that sum exactly to this amount."""
        return [Money(part, self.currency) for part in allocate(self.amount, weights)]

    def as_decimal(self) -> Decimal:
        """Major units, for showing and exporting only."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))
