"""Figures of goods that come from their orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from django.db import transaction

from marketplace.catalog.actions import set_repurchase
from marketplace.core import clock
from marketplace.core.actors import Actor

from ..models import Order, OrderLine

DAYS = 182
# Fewer buyers than these say nothing.
MIN_BUYERS = 3
_UNDONE = (Order.State.REJECTED, Order.State.CANCELLED, Order.State.AWAITING_PAYMENT)


@transaction.atomic
def refresh_repurchase(*, acting_user: Actor) -> int:
    """Of the buyers of each listing in half a year, how many ordered it more than once; returns how many
    listings have another figure than before.
    """
    since = clock.now() - timedelta(days=DAYS)
    lines = OrderLine.objects.filter(order__created_at__gte=since).exclude(order__state__in=_UNDONE)
    rows = lines.order_by().values_list("listing_id", "order__buyer_id", "order_id").distinct()
    orders: dict[int, Counter[int]] = defaultdict(Counter)
    for listing_id, buyer_id, _order_id in rows.iterator(chunk_size=2000):
        orders[listing_id][buyer_id] += 1
    figures = {}
    for listing_id, of_buyers in orders.items():
        if len(of_buyers) >= MIN_BUYERS:
            again = sum(1 for count in of_buyers.values() if count > 1)
            figures[listing_id] = (again * 10_000 // len(of_buyers), len(of_buyers))
    return set_repurchase(acting_user=acting_user, figures=figures)
