"""A shop finds socks in a portal, asks, fills a basket from two factories, orders, and receives in parts."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from marketplace.catalog.models import Variant
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.fulfilment.models import Shipment
from marketplace.orders.actions import place_orders, record_payment_state, release_to_suppliers
from marketplace.orders.models import Cart, Order, OrderGroup
from marketplace.orders.queries import read_basket
from tests.factories.catalog import make_listing, variants_of
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_buyer, make_supplier, selling_for
from tests.factories.orders import checkout_form

pytestmark = pytest.mark.django_db


def signed_in(acting: Any) -> Client:
    client = Client()
    client.force_login(acting.user)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_from_portal_to_receipt() -> None:
    town = make_cluster(code="zhuji-socks")
    knitter = make_supplier(freight_flat=1_200, freight_free_over=300_000)
    dyer = make_supplier(freight_flat=3_000, order_minimum=50_000)
    crew = make_listing(factory=make_factory(supplier=knitter, cluster=town), stock=2_000)
    ankle = make_listing(factory=make_factory(supplier=dyer, cluster=town), stock=2_000)
    buyer = make_buyer()
    browser = signed_in(buyer)
    portal = "/en/zhuji-socks"
    black_m, black_l, *_ = variants_of(crew)
    ankle_m, *_ = variants_of(ankle)

    # The basket: ¥2.45 is reached by two variants together; the second factory is below its minimum.
    for listing, grid in ((crew, {black_m: 600, black_l: 600}), (ankle, {ankle_m: 120})):
        fields = {f"q_{variant.public_id}": str(pieces) for variant, pieces in grid.items()}
        response = browser.post(f"{portal}/basket/add/", {"listing": listing.public_id, **fields})
        assert response["Location"] == f"{portal}/basket/"
    page = text_of(browser.get(f"{portal}/basket/"))
    assert "takes orders from ¥500.00 of goods; ¥140.00 to go" in page
    browser.post(f"{portal}/basket/change/", {f"q_{ankle_m.public_id}": "168"})
    cart = Cart.objects.get()
    basket = read_basket(cart)
    assert basket.is_ready
    # ¥2,940.00 + 13 % + ¥12.00, and ¥504.00 + 13 % + ¥30.00.
    assert [group.sums.total for group in basket.groups] == [333_420, 59_952]
    assert "Check out ¥3,933.72" in text_of(browser.get(f"{portal}/basket/"))

    # The checkout's own steps, as payments takes them in one transaction.
    form = checkout_form(buyer, cart, portal_code="zhuji-socks")
    with transaction.atomic():
        group = place_orders(**form).group
        record_payment_state(acting_user=buyer.user, group=group, payment_state="authorised")
        release_to_suppliers(acting_user=buyer.user, group=group)
    assert group.total == 393_372
    assert text_of(browser.get(f"{portal}/basket/")).count("Your basket is empty") == 1

    _knitter_ships_in_parts(group.orders.get(supplier=knitter), browser)
    _dyer_refuses(group.orders.get(supplier=dyer), browser)

    assert "Refused by the factory" in text_of(browser.get(f"{portal}/orders/groups/{group.public_id}/"))
    assert OrderGroup.objects.count() == 1
    names = OutboxEvent.objects.filter(name__regex=r"^(order|shipment)").values_list("name", flat=True)
    assert sorted(names) == [
        "order.accepted",
        "order.completed",
        "order.rejected",
        "orders.placed",
        "orders.released",
        "shipment.handed_over",
        "shipment.handed_over",
    ]


def _knitter_ships_in_parts(order: Order, browser: Client) -> None:
    desk = signed_in(selling_for(order.supplier))
    base = f"/en/desk/orders/{order.public_id}"
    desk.post(f"{base}/accept/")
    parcel = {"carrier": "SF", "tracking": "SF1", "cartons": "3"}
    desk.post(f"{base}/ship/", {**parcel, "n_1": "600", "n_2": "0", "submission_key": "a"})
    desk.post(f"{base}/ship/", {**parcel, "n_2": "600", "submission_key": "b"})
    browser.post(f"{base}/received/")

    order.refresh_from_db()
    assert order.state == "completed"
    parts = Shipment.objects.filter(order=order).order_by("number")
    assert [(p.net, p.vat, p.freight) for p in parts] == [(147_000, 19_110, 600)] * 2
    stock = Variant.objects.filter(stock_on_hand=1_400, stock_reserved=0)
    assert stock.count() == 2


def _dyer_refuses(order: Order, browser: Client) -> None:
    desk = signed_in(selling_for(order.supplier))
    desk.post(f"/en/desk/orders/{order.public_id}/refuse/", {"refuse-reason": "Vat is down"})

    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("rejected", "Vat is down")
    assert not Variant.objects.filter(stock_reserved__gt=0).exists()
    assert "Vat is down" in text_of(browser.get(f"/en/orders/{order.public_id}/"))
    trail = AuditRecord.objects.filter(subject_type="orders.order", subject_id=order.pk).order_by("id")
    assert [(r.action, bool(r.actor_id)) for r in trail] == [
        ("order.placed", True),
        ("order.released", True),
        ("order.rejected", True),
    ]
