"""Reads of the desk and of shipments, scoped to who asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core.errors import NotFound
from marketplace.orders.models import Order
from marketplace.orders.queries import order_for_reader, orders_of_supplier
from marketplace.orders.rules import AWAITING_ACCEPTANCE, TO_SHIP
from marketplace.sourcing.models import Inquiry

from .models import Shipment, ShipmentLine

# Rows of each part of the desk; what waits longest comes first.
DESK_ROWS = 40


@dataclass(frozen=True, slots=True)
class Desk:
    """Today's list of a supplier: orders to answer, to ship, questions to answer; the most urgent first."""

    to_answer: list[Order]
    to_ship: list[Order]
    questions: list[Inquiry]

    @property
    def is_clear(self) -> bool:
        return not (self.to_answer or self.to_ship or self.questions)


def desk_of(acting: Acting) -> Desk:
    """The acting supplier's desk; five queries whatever is on it. Raises NotFound without a supplier."""
    if acting.supplier is None:
        raise NotFound
    orders = orders_of_supplier(acting)
    questions = Inquiry.objects.filter(supplier=acting.supplier, state=Inquiry.State.OPEN)
    return Desk(
        to_answer=list(orders.filter(state=AWAITING_ACCEPTANCE).order_by("answer_by", "pk")[:DESK_ROWS]),
        to_ship=list(orders.filter(state__in=TO_SHIP).order_by("promise_date", "pk")[:DESK_ROWS]),
        questions=list(questions.select_related("buyer", "listing").order_by("pk")[:DESK_ROWS]),
    )


def shipments_of(order: Order) -> list[Shipment]:
    """An order's shipments, first to last, with their lines; two queries."""
    lines = Prefetch(
        "lines", ShipmentLine.objects.select_related("order_line").order_by("order_line__position")
    )
    return list(Shipment.objects.filter(order=order).prefetch_related(lines).order_by("number"))


def parcels_for_reader(
    user: User, acting: Acting | None, public_id: str
) -> tuple[Order, str, list[Shipment]]:
    """An order, the reader's side ("buyer", "supplier" or "staff") and its shipments. Raises NotFound."""
    order, side = order_for_reader(user, acting, public_id)
    return order, side, shipments_of(order)
