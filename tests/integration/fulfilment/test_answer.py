"""The supplier's one decision per order."""

from datetime import date, timedelta

import pytest

from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.fulfilment.actions import accept_order, refuse_order
from marketplace.fulfilment.errors import AlreadyAnswered, PromiseOutOfRange
from marketplace.orders.actions import cancel_order
from marketplace.orders.models import Order
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_buyer, selling_for
from tests.factories.orders import make_order, place

pytestmark = pytest.mark.django_db


def test_accepting_promises_the_day_the_lead_time_allows() -> None:
    order = make_order(wanted={variants_of(make_listing(lead_days=9))[0]: 120})
    seller = selling_for(order.supplier)

    for _press in range(2):
        accepted = accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id)

    assert (accepted.state, accepted.promise_date) == ("confirmed", clock.today() + timedelta(days=9))
    assert accepted.confirmed_at is not None
    assert OutboxEvent.objects.filter(name="order.accepted").count() == 1
    record = AuditRecord.objects.get(action="order.accepted")
    assert (record.actor_id, record.from_state) == (seller.user.pk, "awaiting_acceptance")


@pytest.mark.parametrize("days", [-1, 367])
def test_a_promise_is_neither_past_nor_far(days: int) -> None:
    order = make_order()
    seller = selling_for(order.supplier)

    with pytest.raises(PromiseOutOfRange):
        accept_order(
            acting_user=seller.user,
            acting=seller,
            order_public_id=order.public_id,
            promise_date=clock.today() + timedelta(days=days),
        )
    order.refresh_from_db()
    assert order.state == "awaiting_acceptance"


def test_refusing_frees_the_stock_and_says_why() -> None:
    order = make_order()
    seller = selling_for(order.supplier)

    for _press in range(2):
        refuse_order(
            acting_user=seller.user, acting=seller, order_public_id=order.public_id, reason="No yarn left"
        )

    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("rejected", "No yarn left")
    assert order.lines.get().outstanding == 0
    assert not Variant.objects.filter(stock_reserved__gt=0).exists()
    assert OutboxEvent.objects.filter(name="order.rejected").count() == 1


def test_what_was_decided_stays_decided() -> None:
    accepted, refused, cancelled = make_order(), make_order(), make_order()
    sellers = [selling_for(order.supplier) for order in (accepted, refused, cancelled)]
    accept_order(acting_user=sellers[0].user, acting=sellers[0], order_public_id=accepted.public_id)
    refuse_order(
        acting_user=sellers[1].user, acting=sellers[1], order_public_id=refused.public_id, reason="x"
    )
    cancel_order(acting_user=sellers[2].user, order=cancelled, reason="x")

    with pytest.raises(AlreadyAnswered):
        refuse_order(
            acting_user=sellers[0].user, acting=sellers[0], order_public_id=accepted.public_id, reason="x"
        )
    for seller, order in ((sellers[1], refused), (sellers[2], cancelled)):
        with pytest.raises(AlreadyAnswered):
            accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id)
    assert [Order.objects.get(pk=o.pk).state for o in (accepted, refused, cancelled)] == [
        "confirmed",
        "rejected",
        "cancelled",
    ]


def test_only_the_orders_supplier_answers_and_only_those_who_sell() -> None:
    order = make_order()
    rival, clerk = selling_for(make_listing().supplier), selling_for(order.supplier, role="finance")

    for public_id in (order.public_id, "0" * 13):
        with pytest.raises(NotFound):
            accept_order(acting_user=rival.user, acting=rival, order_public_id=public_id)
    with pytest.raises(Forbidden):
        refuse_order(acting_user=clerk.user, acting=clerk, order_public_id=order.public_id, reason="x")
    order.refresh_from_db()
    assert order.state == "awaiting_acceptance"


def test_an_order_not_paid_for_can_not_be_answered() -> None:
    buyer, listing = make_buyer(), make_listing()
    order = place(buyer, {variants_of(listing)[0]: 120}).orders.get()
    seller = selling_for(listing.supplier)

    with pytest.raises(NotFound):
        accept_order(
            acting_user=seller.user,
            acting=seller,
            order_public_id=order.public_id,
            promise_date=date(2100, 1, 1),
        )
