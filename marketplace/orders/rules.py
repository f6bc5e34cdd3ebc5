"""Amounts of an order, its states, and what follows from them. No ORM.

An order's goods are priced without VAT. VAT is counted once per order, half-up, over all its lines, so that
the sum of rounded lines never differs from the order; freight is not taxed and falls away from a goods
total the supplier names. A shipment's share of net, VAT and freight follows the cumulative rule: the last
one closes exactly.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from marketplace.core.money import cumulative_share, round_half_up

ANSWER_WITHIN = timedelta(hours=72)
RATE_BASE = 10_000

AWAITING_PAYMENT, AWAITING_ACCEPTANCE, CONFIRMED = "awaiting_payment", "awaiting_acceptance", "confirmed"
PARTIALLY_SHIPPED, SHIPPED, COMPLETED = "partially_shipped", "shipped", "completed"
REJECTED, CANCELLED = "rejected", "cancelled"

ORDER_TRANSITIONS: dict[str, frozenset[str]] = {
    AWAITING_PAYMENT: frozenset({AWAITING_ACCEPTANCE, CANCELLED}),
    AWAITING_ACCEPTANCE: frozenset({CONFIRMED, REJECTED, CANCELLED}),
    CONFIRMED: frozenset({PARTIALLY_SHIPPED, SHIPPED, CANCELLED}),
    PARTIALLY_SHIPPED: frozenset({SHIPPED}),
    SHIPPED: frozenset({COMPLETED}),
    COMPLETED: frozenset(),
    REJECTED: frozenset(),
    CANCELLED: frozenset(),
}
# What a buyer may still call off; from the first parcel on it is a matter of returns.
CANCELLABLE = frozenset({AWAITING_PAYMENT, AWAITING_ACCEPTANCE, CONFIRMED})
TO_SHIP = frozenset({CONFIRMED, PARTIALLY_SHIPPED})
# Steps of an order in the way of a buyer's eye; rejected and cancelled leave it.
PATH = (AWAITING_PAYMENT, AWAITING_ACCEPTANCE, CONFIRMED, PARTIALLY_SHIPPED, SHIPPED, COMPLETED)

PAYMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    "pending": frozenset({"authorised", "paid", "failed"}),
    "authorised": frozenset({"paid", "refunded", "failed"}),
    "paid": frozenset({"refunded"}),
    "failed": frozenset({"pending", "authorised", "paid"}),
    "refunded": frozenset(),
}


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


@dataclass(frozen=True, slots=True)
class ShippedPart:
    """One order line in the measure of a shipment: pieces in all, gone before, going now."""

    unit_price: int
    vat_rate_bp: int
    quantity: int
    shipped_before: int
    shipping: int


def shipment_sums(order: Sums, lines: Sequence[ShippedPart]) -> Sums:
    """What a shipment takes of its order's amounts (MONEY.md P2); the one that completes it closes exactly.

    Net is exact by pieces. VAT goes by taxable weight, freight by net, both cumulatively over all pieces
    ordered, so pieces that are never shipped leave their share unclaimed.
    """
    net = sum(p.unit_price * p.shipping for p in lines)
    before = sum(p.unit_price * p.shipped_before for p in lines)
    weight = sum(p.unit_price * p.quantity * p.vat_rate_bp for p in lines)
    weight_before = sum(p.unit_price * p.shipped_before * p.vat_rate_bp for p in lines)
    weight_now = sum(p.unit_price * p.shipping * p.vat_rate_bp for p in lines)
    vat = cumulative_share(order.vat, weight_before, weight_before + weight_now, weight) if weight else 0
    freight = cumulative_share(order.freight, before, before + net, order.net) if order.net else 0
    return Sums(net, vat, freight)


def group_state(states: Collection[str]) -> str:
    """One word for a group of orders: the least advanced that is still alive, else how they ended."""
    alive = [state for state in states if state in PATH]
    if alive:
        return min(alive, key=PATH.index)
    return REJECTED if REJECTED in states else CANCELLED
