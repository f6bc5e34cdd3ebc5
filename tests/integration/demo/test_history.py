"""A short stretch of the demo's trade: made by real actions, so the books agree; made once."""

from typing import Any

import pytest

from marketplace.core.models import OutboxDelivery
from marketplace.demo.history import live_through
from marketplace.demo.history.plan import Scale, purchases
from marketplace.demo.making import stock
from marketplace.demo.seeding import Wish, make_base
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order
from marketplace.sourcing.models import Inquiry
from payments.models import Invoice, Payment, PayoutItem
from payments.queries.verification import verify

SCALE = Scale(days=45, checkouts=6, questions=6)


def test_plans_are_the_same_again() -> None:
    assert purchases(7, Scale()) == purchases(7, Scale())
    assert purchases(7, Scale()) != purchases(8, Scale())
    assert {0, 3} <= {purchase.buyer for purchase in purchases(7, Scale())}
    assert max(purchase.day for purchase in purchases(7, Scale())) == Scale().days - 1


@pytest.mark.django_db(transaction=True)
def test_trade_is_lived_through_once_and_the_books_agree(settings: Any) -> None:
    make_base(Wish())
    stock.write_listings(7, 400, rich=400)
    before = settings.OUTBOX_SUBSCRIPTIONS
    counts = live_through(7, SCALE)
    assert counts["orders"] == Order.objects.count() >= 8
    assert counts["shipments"] == Shipment.objects.count() == Invoice.objects.count() > 0
    assert counts["payments"] == Payment.objects.filter(state=Payment.State.SUCCEEDED).count()
    assert PayoutItem.objects.filter(state=PayoutItem.State.PAID).exists()
    assert Order.objects.filter(state=Order.State.COMPLETED).exists()
    assert {inquiry.state for inquiry in Inquiry.objects.all()} == {
        Inquiry.State.OPEN,
        Inquiry.State.ANSWERED,
    }
    assert not any(verify().values())
    assert not OutboxDelivery.objects.exclude(state=OutboxDelivery.State.DONE).exists()
    assert before == settings.OUTBOX_SUBSCRIPTIONS
    orders = set(Order.objects.values_list("pk", flat=True))
    assert live_through(7, SCALE) == {}
    assert set(Order.objects.values_list("pk", flat=True)) == orders
