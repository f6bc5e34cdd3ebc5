"""Prices by quantity, valid quantities, states. No ORM.

The ladder has only lower bounds: of the tiers whose `min_qty` is reached, the highest counts. Below the first
tier its price stands, but such quantities are refused by the minimum. No quantity is ever rounded silently: a
refusal names the nearest valid ones.

Goods are priced without VAT. VAT is counted once per order, half-up, over all its lines, so that the sum of
rounded lines never differs from the order; freight is not taxed and falls away from a goods total the
supplier names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from marketplace.core.money import round_half_up

MAX_QUANTITY = 10_000_000
RATE_BASE = 10_000
# The longest term goods can be bought at on account; the checkout offers what the buyer's credit line allows.
ACCOUNT_DAYS = 60

LISTING_TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"in_review", "published"}),
    "in_review": frozenset({"published", "changes_requested"}),
    "changes_requested": frozenset({"in_review"}),
    "published": frozenset({"paused", "archived"}),
    "paused": frozenset({"published", "archived"}),
    "archived": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """From `min_qty` pieces on, `unit_price` minor units each."""

    min_qty: int
    unit_price: int


Ladder = Sequence[Tier]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a quantity stands on a ladder: the tier that counts, the next one, the pieces missing to it."""

    tier: Tier
    next_tier: Tier | None
    pieces_to_next: int


def reach(ladder: Ladder, quantity: int) -> Reached:
    """The tier that counts for `quantity`. Raises ValueError on an empty ladder."""
    if not ladder:
        raise ValueError("a ladder has at least one tier")
    steps = sorted(ladder, key=lambda t: t.min_qty)
    index = max((i for i, t in enumerate(steps) if t.min_qty <= quantity), default=0)
    following = steps[index + 1] if index + 1 < len(steps) else None
    return Reached(steps[index], following, max(0, following.min_qty - quantity) if following else 0)


def unit_price_at(ladder: Ladder, quantity: int) -> int:
    """Minor units per piece at `quantity`."""
    return reach(ladder, quantity).tier.unit_price


def cheaper_with_more(ladder: Ladder, quantity: int) -> tuple[int, int] | None:
    """(pieces to add, minor units saved) when reaching the next tier costs less in all than `quantity`."""
    place = reach(ladder, quantity)
    if place.next_tier is None:
        return None
    now = quantity * place.tier.unit_price
    then = place.next_tier.min_qty * place.next_tier.unit_price
    return (place.pieces_to_next, now - then) if then < now else None


def parse_quantity(text: str) -> int:
    """Pieces as a person types them: ASCII digits only, 1 to MAX_QUANTITY. Raises ValueError.

    `int()` would also take full-width digits, signs, underscores and spaces inside; those are refused.
    """
    trimmed = text.strip(" ")
    if not (trimmed.isascii() and trimmed.isdigit()) or len(trimmed) > 12:
        raise ValueError("not a whole number of pieces")
    number = int(trimmed)
    if not 1 <= number <= MAX_QUANTITY:
        raise ValueError("out of range")
    return number


def first_valid(moq: int, multiple: int) -> int:
    """The smallest quantity that satisfies the minimum and the multiple."""
    return -(-max(moq, 1) // multiple) * multiple


def nearest_valid(quantity: int, *, moq: int, multiple: int) -> list[int]:
    """The valid quantities next to an invalid one: one below (if any) and one above, or just the smallest."""
    smallest = first_valid(moq, multiple)
    if quantity < smallest:
        return [smallest]
    below = quantity // multiple * multiple
    largest = MAX_QUANTITY // multiple * multiple
    if below >= largest:
        return [largest]
    return [below, below + multiple]


@dataclass(frozen=True, slots=True)
class QuantityProblem:
    """What is wrong with the line at `index` (None: with the sum), and the nearest valid quantities."""

    index: int | None
    quantity: int
    nearest: list[int]


def quantity_problems(quantities: Sequence[int], *, moq: int, multiple: int) -> list[QuantityProblem]:
    """What keeps the quantities of a listing's variants from being ordered together; empty when nothing.

    The minimum counts over the sum of the variants, so that a colour can be tried in a small lot; the
    multiple (an inner pack holds one variant) holds for each of them. A variant alone is told both at once.
    """
    if len(quantities) == 1:
        quantity = quantities[0]
        nearest = nearest_valid(quantity, moq=moq, multiple=multiple)
        return (
            []
            if is_valid_quantity(quantity, moq=moq, multiple=multiple)
            else [QuantityProblem(0, quantity, nearest)]
        )
    problems = [
        QuantityProblem(index, quantity, nearest_valid(quantity, moq=multiple, multiple=multiple))
        for index, quantity in enumerate(quantities)
        if not is_valid_quantity(quantity, moq=multiple, multiple=multiple)
    ]
    total = sum(quantities)
    if total < first_valid(moq, multiple):
        problems.append(QuantityProblem(None, total, [first_valid(moq, multiple)]))
    elif total > MAX_QUANTITY and not problems:
        problems.append(QuantityProblem(None, total, [MAX_QUANTITY // multiple * multiple]))
    return problems


def is_valid_quantity(quantity: int, *, moq: int, multiple: int) -> bool:
    """Whether the quantity reaches the minimum, is a multiple and is not absurdly large."""
    return first_valid(moq, multiple) <= quantity <= MAX_QUANTITY and quantity % multiple == 0


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of one order in minor units; `total` = net + vat + freight."""

    net: int
    vat: int
    freight: int

    @property
    def total(self) -> int:
        return self.net + self.vat + self.freight

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.net + other.net, self.vat + other.vat, self.freight + other.freight)


NOTHING = Sums(0, 0, 0)


def vat_of(lines: Iterable[tuple[int, int]]) -> int:
    """VAT of (net, rate in basis points) lines: summed exactly, rounded half-up once."""
    return round_half_up(Decimal(sum(net * rate_bp for net, rate_bp in lines)) / RATE_BASE)


def order_sums(
    lines: Sequence[tuple[int, int]], *, freight_flat: int = 0, freight_free_over: int | None = None
) -> Sums:
    """Amounts of an order of (net, VAT rate in basis points) lines; freight is 0 for an order of nothing."""
    net = sum(amount for amount, _ in lines)
    free = not lines or (freight_free_over is not None and net >= freight_free_over)
    return Sums(net, vat_of(lines), 0 if free else freight_flat)


def ships_on(day: date, lead_days: int) -> date:
    """The day by which goods ordered on `day` leave the factory."""
    return day + timedelta(days=lead_days)


def due_on(shipped: date, days: int = ACCOUNT_DAYS) -> date:
    """The day on which goods shipped on `shipped` are to be paid for on account."""
    return shipped + timedelta(days=days)
