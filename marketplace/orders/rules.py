"""Amounts of an order, its states, and what follows from them. No ORM.

An order's amounts are counted by the catalogue's rules, so that listing page, basket and order agree. A
shipment's share of net, VAT and freight follows the cumulative rule: the last one closes exactly.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext, gettext_noop

from marketplace.catalog.rules import NOTHING, Sums, order_sums, vat_of
from marketplace.core.money import cumulative_share

__all__ = ["NOTHING", "Sums", "order_sums", "vat_of"]

ANSWER_WITHIN = timedelta(hours=72)
# Why the clock calls an order off. Kept as they stand here, read in the reader's language.
NOT_PAID, NOT_ANSWERED = gettext_noop("not paid in time"), gettext_noop("the factory did not answer in time")

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


def say_reason(reason: str) -> str:
    """A reason in the active language: ours translated, a person's as it was written."""
    return gettext(reason) if reason in (NOT_PAID, NOT_ANSWERED) else reason


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
