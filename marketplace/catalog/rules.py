"""Prices by quantity, valid quantities, states. No ORM.

The ladder has only lower bounds: of the tiers whose `min_qty` is reached, the highest counts. Below the first
tier its price stands, but such quantities are refused by the minimum. No quantity is ever rounded silently: a
refusal names the nearest valid ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_QUANTITY = 10_000_000

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
