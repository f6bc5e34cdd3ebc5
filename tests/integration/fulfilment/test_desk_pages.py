"""The desk through its pages: one press to accept, forms as typed, strangers turned away."""

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_buyer, selling_for
from tests.factories.orders import make_group, make_order

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def shipping(**changes: str) -> dict[str, str]:
    return {
        "carrier": "SF",
        "tracking": "SF1",
        "cartons": "2",
        "submission_key": "k1",
        "n_1": "120",
        **changes,
    }


def test_from_the_desk_an_order_is_accepted_shipped_and_received() -> None:
    buyer = make_buyer()
    order = make_order(buyer)
    desk, browser = signed_in(selling_for(order.supplier).user), signed_in(buyer.user)
    base = f"/en/desk/orders/{order.public_id}"

    assert "1 to answer, 0 to ship" in text_of(desk.get("/en/desk/"))
    assert desk.post(f"{base}/accept/", {"back": "desk"})["Location"] == "/en/desk/"
    assert "0 to answer, 1 to ship" in text_of(desk.get("/en/desk/"))
    assert 'value="120"' in text_of(desk.get(f"{base}/"))
    assert desk.post(f"{base}/ship/", shipping(n_1="50")).status_code == 303
    assert "It has arrived" in text_of(browser.get(f"{base}/parcels/"))
    assert "<html" not in text_of(browser.get(f"{base}/parcels/", headers={"HX-Request": "true"}))
    assert 'value="70"' in text_of(desk.get(f"{base}/"))
    assert desk.post(f"{base}/ship/", shipping(n_1="70", submission_key="k2")).status_code == 303
    assert browser.post(f"{base}/received/").status_code == 303

    order.refresh_from_db()
    assert order.state == "completed"
    assert Shipment.objects.count() == 2
    assert "Nothing to do right now" in text_of(desk.get("/en/desk/"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"n_1": "121"}, "At most 120"),
        ({"n_1": "0"}, "Enter how many pieces"),
        ({"n_1": ""}, "Enter how many pieces"),
        ({"n_1": "-1"}, "in plain digits"),
        ({"n_1": "1.5"}, "in plain digits"),
        ({"n_1": "１２"}, "in plain digits"),
        ({"n_1": "1000000000000"}, "in plain digits"),
        ({"carrier": ""}, "This field is required"),
        ({"tracking": "x" * 61}, "at most 60"),
        ({"cartons": "0"}, "in plain digits"),
        ({"cartons": "100001"}, "At most 100,000 cartons"),
        ({"submission_key": ""}, "correct"),
    ],
)
def test_a_wrong_shipment_comes_back_as_typed(wrong: dict[str, str], sentence: str) -> None:
    order = make_order()
    desk = signed_in(selling_for(order.supplier).user)
    base = f"/en/desk/orders/{order.public_id}"
    desk.post(f"{base}/accept/")

    response = desk.post(f"{base}/ship/", shipping(**wrong))

    assert response.status_code == 422
    assert sentence in text_of(response)
    for value in {**shipping(), **wrong}.values():
        assert not value or f'value="{value}"' in text_of(response)
    assert not Shipment.objects.exists()


def test_refusing_and_calling_off_need_reasons() -> None:
    order = make_order()
    desk = signed_in(selling_for(order.supplier).user)
    base = f"/en/desk/orders/{order.public_id}"

    assert desk.post(f"{base}/refuse/", {"refuse-reason": ""}).status_code == 422
    assert desk.post(f"{base}/accept/", {"promise_date": "2001-01-01"}).status_code == 422
    assert desk.post(f"{base}/accept/", {"promise_date": "9999-12-31"}).status_code == 422
    assert desk.post(f"{base}/accept/", {"promise_date": "soon"}).status_code == 422
    assert desk.post(f"{base}/rest/", {"rest-reason": "x"}).status_code == 409
    assert desk.post(f"{base}/ship/", shipping()).status_code == 409
    assert desk.post(f"{base}/refuse/", {"refuse-reason": "No yarn"}).status_code == 303
    again = desk.post(f"{base}/accept/")
    assert again.status_code == 409
    assert "answered or cancelled" in text_of(again)
    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("rejected", "No yarn")


def test_the_rest_is_called_off_from_the_page() -> None:
    order = make_order()
    desk = signed_in(selling_for(order.supplier).user)
    base = f"/en/desk/orders/{order.public_id}"
    desk.post(f"{base}/accept/")
    desk.post(f"{base}/ship/", shipping(n_1="50"))

    assert desk.post(f"{base}/rest/", {"rest-reason": ""}).status_code == 422
    assert desk.post(f"{base}/rest/", {"rest-reason": "Machine broke"}).status_code == 303
    order.refresh_from_db()
    assert order.state == "shipped"


def test_strangers_buyers_and_clerks_are_turned_away() -> None:
    buyer = make_buyer()
    order = make_order(buyer)
    rival = selling_for(make_listing().supplier)
    clerk = acting_for(order.supplier.company, role="finance")
    steps = ("accept", "refuse", "ship", "rest")

    for public_id in (order.public_id, "0" * 13):
        base = f"/en/desk/orders/{public_id}"
        assert signed_in(rival.user).get(f"{base}/").status_code == 404
        assert signed_in(rival.user).get(f"{base}/parcels/").status_code == 404
        for step in steps:
            fields = {**shipping(), "refuse-reason": "x", "rest-reason": "x"}
            assert signed_in(rival.user).post(f"{base}/{step}/", fields).status_code == 404
            assert signed_in(clerk.user).post(f"{base}/{step}/", fields).status_code == 403
            assert signed_in(buyer.user).post(f"{base}/{step}/", fields).status_code == 403
            assert Client().post(f"{base}/{step}/", fields).status_code == 302
        assert signed_in(make_buyer().user).post(f"{base}/received/").status_code == 404
        assert signed_in(rival.user).post(f"{base}/received/").status_code == 403
    assert Order.objects.get(pk=order.pk).state == "awaiting_acceptance"


def test_nothing_on_the_road_can_not_have_arrived() -> None:
    buyer = make_buyer()
    order = make_order(buyer)

    response = signed_in(buyer.user).post(f"/en/desk/orders/{order.public_id}/received/")

    assert response.status_code == 409


def test_the_desk_takes_as_many_queries_for_many_orders(django_assert_max_num_queries: Any) -> None:
    buyer, listing = make_buyer(), make_listing(stock=100_000)
    one, two, *_ = variants_of(listing)
    make_group(buyer, {one: 120})
    desk = signed_in(selling_for(listing.supplier).user)
    desk.get("/en/desk/")
    with django_assert_max_num_queries(12) as captured:
        desk.get("/en/desk/")
        few = len(captured)
    for _ in range(8):
        make_group(buyer, {one: 120, two: 120})
    with django_assert_max_num_queries(few):
        desk.get("/en/desk/")
