"""Shipments in part and whole: pieces, amounts, stock, states; the rest called off; the receipt."""

from typing import Any

import pytest
from django.db.models import Sum

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.fulfilment.actions import accept_order, confirm_receipt, refuse_rest, ship_order
from marketplace.fulfilment.errors import (
    NothingOnTheRoad,
    NothingToShip,
    NotToShip,
    SubmissionReused,
    TooMany,
)
from marketplace.fulfilment.models import Shipment
from marketplace.orders.actions import cancel_order
from marketplace.orders.errors import NotCancellable
from marketplace.orders.models import Order, OrderLine
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_buyer, make_supplier, selling_for
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def accepted_order(buyer: Acting | None = None, **listing: Any) -> tuple[Order, Acting]:
    """Two lines, 120 and 60 pairs at ¥3.00, 13 % VAT, ¥11.11 freight: ¥540 + ¥70.20 + ¥11.11."""
    goods = make_listing(supplier=make_supplier(freight_flat=1_111), stock=1_000, **listing)
    one, two, *_ = variants_of(goods)
    order = make_order(buyer, {one: 120, two: 60})
    seller = selling_for(order.supplier)
    return accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id), seller


def ship(order: Order, seller: Acting, quantities: dict[int, int], key: str = "k1", **more: Any) -> Shipment:
    details = {"carrier": "SF Express", "tracking": "SF100", "cartons": 2, **more}
    return ship_order(
        acting_user=seller.user,
        acting=seller,
        order_public_id=order.public_id,
        quantities=quantities,
        submission_key=key,
        **details,
    )


def stock() -> list[tuple[int, int]]:
    return list(
        Variant.objects.filter(stock_on_hand__gt=0)
        .order_by("pk")
        .values_list("stock_on_hand", "stock_reserved")[:2]
    )


def test_in_parts_it_closes_exactly() -> None:
    order, seller = accepted_order()
    assert stock() == [(1_000, 120), (1_000, 60)]

    first = ship(order, seller, {1: 50}, key="a")
    order.refresh_from_db()
    assert (order.state, first.number, first.is_last) == ("partially_shipped", 1, False)
    second = ship(order, seller, {1: 70, 2: 20}, key="b")
    third = ship(order, seller, {2: 40}, key="c")

    order.refresh_from_db()
    assert order.state == "shipped"
    assert [s.is_last for s in (second, third)] == [False, True]
    assert (first.net, first.vat, first.freight) == (15_000, 1_950, 309)
    totals = Shipment.objects.aggregate(Sum("net"), Sum("vat"), Sum("freight"))
    assert tuple(totals.values()) == (order.net, order.vat, order.freight) == (54_000, 7_020, 1_111)
    assert stock() == [(880, 0), (940, 0)]
    assert [line.outstanding for line in order.lines.all()] == [0, 0]
    assert OutboxEvent.objects.filter(name="shipment.handed_over").count() == 3
    facts = AuditRecord.objects.filter(action="order.shipped").values_list("facts__tracking", flat=True)
    assert list(facts) == ["SF100"] * 3


def test_the_same_form_twice_is_one_shipment() -> None:
    order, seller = accepted_order()
    first = ship(order, seller, {1: 50})
    again = ship(order, seller, {1: 50})

    assert again.pk == first.pk
    assert Shipment.objects.count() == 1
    assert OrderLine.objects.aggregate(Sum("shipped")) == {"shipped__sum": 50}


def test_goods_made_to_order_leave_no_stock() -> None:
    order, seller = accepted_order(is_made_to_order=True)
    ship(order, seller, {1: 120, 2: 60})

    assert stock() == [(1_000, 0), (1_000, 0)]


@pytest.mark.parametrize(
    ("quantities", "refusal", "fields"),
    [
        ({}, NothingToShip, []),
        ({1: 0, 2: 0}, NothingToShip, []),
        ({1: 121}, TooMany, ["n_1"]),
        ({1: -1, 2: 10}, TooMany, ["n_1"]),
        ({1: 10, 3: 1}, TooMany, ["n_3"]),
    ],
)
def test_no_more_than_is_outstanding_leaves(
    quantities: dict[int, int], refusal: type[Refusal], fields: list[str]
) -> None:
    order, seller = accepted_order()
    before = stock()

    with pytest.raises(refusal) as raised:
        ship(order, seller, quantities)

    assert list(raised.value.fields) == fields
    assert not Shipment.objects.exists()
    assert stock() == before
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_what_is_not_accepted_or_is_gone_is_not_shipped() -> None:
    waiting = make_order()
    with pytest.raises(NotToShip):
        ship(waiting, selling_for(waiting.supplier), {1: 1})
    order, seller = accepted_order()
    ship(order, seller, {1: 120, 2: 60})

    with pytest.raises(NotToShip):
        ship(order, seller, {1: 1}, key="again")
    with pytest.raises(NotCancellable):
        cancel_order(acting_user=seller.user, order=order, reason="late")
    assert Shipment.objects.count() == 1


def test_strangers_ship_nothing_and_a_key_serves_one_order() -> None:
    order, seller = accepted_order()
    other, other_seller = accepted_order()
    clerk = selling_for(order.supplier, role="finance")
    ship(order, seller, {1: 10}, key="once")

    with pytest.raises(NotFound):
        ship(order, other_seller, {1: 10}, key="x")
    with pytest.raises(Forbidden):
        ship(order, clerk, {1: 10}, key="y")
    with pytest.raises(SubmissionReused):
        ship(other, other_seller, {1: 10}, key="once")
    assert Shipment.objects.count() == 1


def test_the_rest_can_be_called_off_once() -> None:
    order, seller = accepted_order()
    with pytest.raises(NotToShip):
        refuse_rest(acting_user=seller.user, acting=seller, order_public_id=order.public_id, reason="x")
    ship(order, seller, {1: 50})

    for _press in range(2):
        refuse_rest(
            acting_user=seller.user, acting=seller, order_public_id=order.public_id, reason="Machine broke"
        )

    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("shipped", "Machine broke")
    assert [(ln.shipped, ln.cancelled, ln.outstanding) for ln in order.lines.all()] == [
        (50, 70, 0),
        (0, 60, 0),
    ]
    assert stock() == [(950, 0), (1_000, 0)]
    event = OutboxEvent.objects.get(name="order.rest_cancelled")
    # 62,131 in all; 15,000 + 1,950 + 309 went with the first parcel.
    assert event.payload == {"order": order.pk, "group": order.group_id, "amount": 44_872}


def test_the_buyer_confirms_what_arrived() -> None:
    buyer = make_buyer()
    order, seller = accepted_order(buyer)

    def confirm(acting: Acting) -> Order:
        return confirm_receipt(acting_user=acting.user, acting=acting, order_public_id=order.public_id)

    with pytest.raises(NothingOnTheRoad):
        confirm(buyer)
    ship(order, seller, {1: 50}, key="a")
    assert confirm(buyer).state == "partially_shipped"
    with pytest.raises(NothingOnTheRoad):
        confirm(buyer)
    ship(order, seller, {1: 70, 2: 60}, key="b")
    with pytest.raises(NotFound):
        confirm(make_buyer())
    with pytest.raises(NotFound):
        confirm(seller)

    assert confirm(buyer).state == "completed"
    assert confirm(buyer).state == "completed"
    assert set(Shipment.objects.values_list("state", flat=True)) == {"delivered"}
    assert OutboxEvent.objects.filter(name="order.completed").count() == 1
