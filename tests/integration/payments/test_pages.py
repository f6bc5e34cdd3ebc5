"""The pages of payments: who may open them, what they show, what they refuse."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.companies.acting import Acting
from marketplace.core import outbox
from marketplace.orders.models import OrderGroup
from marketplace.orders.queries import basket_of
from payments.credit.models import CreditLine
from payments.models import Invoice
from tests.factories.companies import make_buyer, make_staff, selling_for
from tests.factories.orders import fill_cart
from tests.factories.payments import (
    invoice_of,
    make_credit_buyer,
    make_goods,
    make_paid_supplier,
    order_on_account,
    ship,
)

from .conftest import Days

pytestmark = pytest.mark.django_db(transaction=True)


def as_member(acting: Acting) -> Client:
    client = Client()
    client.force_login(acting.user)
    return client


def form_of(acting: Acting, **changes: str) -> dict[str, str]:
    basket = basket_of(acting)
    assert basket.cart is not None
    fields = {
        "payment": "net-60",
        "ship_name": "Li Hua",
        "ship_phone": "1380000",
        "ship_address": "1 Market Road",
        "note": "",
        "cart": basket.cart.public_id,
        "version": str(basket.cart.version),
        "key": "submission-1",
        "expected_total": str(basket.total),
    }
    return {**fields, **changes}


def test_checkout_places_on_account_and_shows_the_receipt() -> None:
    buyer = make_credit_buyer(limit=5_000_000)
    fill_cart(buyer, {make_goods(make_paid_supplier()): 10})
    client = as_member(buyer)
    page = client.get("/en/checkout/")
    assert page.status_code == 200
    assert "Place order for ¥1,130.00" in page.content.decode()
    answer = client.post("/en/checkout/", form_of(buyer))
    group = OrderGroup.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/en/checkout/{group.public_id}/placed/"
    assert "What happens next" in client.get(answer.headers["Location"]).content.decode()
    assert CreditLine.objects.get().held == 113_000


def test_the_same_submission_twice_is_one_order() -> None:
    buyer = make_credit_buyer()
    fill_cart(buyer, {make_goods(make_paid_supplier()): 10})
    client, form = as_member(buyer), form_of(buyer)
    first = client.post("/en/checkout/", form)
    second = client.post("/en/checkout/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert OrderGroup.objects.count() == 1
    assert CreditLine.objects.get().held == 113_000


@pytest.mark.parametrize("lines", [1, 4])
def test_the_cost_of_checking_out_does_not_grow_with_the_basket(lines: int) -> None:
    buyer = make_credit_buyer(limit=50_000_000)
    mills = [make_paid_supplier() for _ in range(3)]
    fill_cart(buyer, {make_goods(mill): 10 for mill in mills for _ in range(lines)})
    client = as_member(buyer)
    with CaptureQueriesContext(connection) as shown:
        assert client.get("/en/checkout/").status_code == 200
    form = form_of(buyer)
    with CaptureQueriesContext(connection) as placed:
        assert client.post("/en/checkout/", form).status_code == 303
    # The first order of a company also opens its accounts in the books.
    assert len(shown) <= 12
    assert len(placed) <= 41


def test_a_declined_order_keeps_the_form_and_says_why() -> None:
    buyer = make_credit_buyer(limit=100_000)
    fill_cart(buyer, {make_goods(make_paid_supplier()): 10})
    answer = as_member(buyer).post("/en/checkout/", form_of(buyer, ship_name="Mei <b>"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Your credit limit is ¥1,000.00, of which ¥1,000.00 is free." in text
    assert "Mei &lt;b&gt;" in text
    assert OrderGroup.objects.count() == 0
    assert basket_of(buyer).total == 113_000
    assert CreditLine.objects.get().held == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"payment": "net-90"}, 422),
        ({"payment": ""}, 422),
        ({"expected_total": "1"}, 409),
        ({"expected_total": "1e3"}, 422),
        ({"expected_total": "-5"}, 422),
        ({"version": "99"}, 409),
        ({"version": "NaN"}, 422),
        ({"ship_address": ""}, 422),
        ({"cart": "0000000000000"}, 404),
        ({"key": "x"}, 422),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(change: dict[str, str], status: int) -> None:
    buyer = make_credit_buyer()
    fill_cart(buyer, {make_goods(make_paid_supplier()): 10})
    answer = as_member(buyer).post("/en/checkout/", form_of(buyer, **change))
    assert answer.status_code == status
    assert OrderGroup.objects.count() == 0
    assert CreditLine.objects.get().held == 0


def test_buyer_supplier_and_staff_pages_open(days: Days) -> None:
    days.go(date(2026, 3, 2))
    buyer = make_credit_buyer()
    mill = make_paid_supplier()
    group = order_on_account(buyer, {make_goods(mill): 10})
    order = group.orders.get()
    days.go(date(2026, 3, 5))
    invoice = invoice_of(ship(order))
    outbox.drain()
    client = as_member(buyer)
    for url in (
        "/finance/",
        "/finance/statement/",
        f"/finance/invoices/{invoice.public_id}/",
        f"/payments/orders/{order.public_id}/",
        f"/payments/groups/{group.public_id}/",
        f"/checkout/{group.public_id}/placed/",
        f"/checkout/{group.public_id}/pay/",
    ):
        for prefix in ("", "/en"):
            assert client.get(prefix + url).status_code == 200, url
    seller = as_member(selling_for(mill))
    for url in (
        "/en/earnings/",
        f"/en/finance/invoices/{invoice.public_id}/",
        f"/en/payments/orders/{order.public_id}/",
    ):
        assert seller.get(url).status_code == 200, url
    staff = Client()
    staff.force_login(make_staff())
    line = CreditLine.objects.get()
    for url in (
        "/en/staff/books/",
        "/en/staff/books/codes/CNY/1200/",
        f"/en/staff/books/accounts/CNY:1200:{line.buyer_id}/",
        f"/en/staff/books/journals/inv:{invoice.pk}/",
        f"/en/staff/books/orders/{order.public_id}/",
        f"/en/staff/books/invoices/{invoice.public_id}/",
        "/en/staff/books/credit/",
        f"/en/staff/books/credit/{line.public_id}/",
        "/en/staff/books/treasury/",
    ):
        assert staff.get(url).status_code == 200, url


def test_strangers_get_the_same_answer_as_for_nothing(days: Days) -> None:
    buyer = make_credit_buyer()
    group = order_on_account(buyer, {make_goods(make_paid_supplier()): 10})
    invoice = invoice_of(ship(group.orders.get()))
    stranger = as_member(make_buyer())
    for url in (
        f"/en/finance/invoices/{invoice.public_id}/",
        f"/en/payments/orders/{invoice.order.public_id}/",
        f"/en/payments/groups/{group.public_id}/",
        f"/en/checkout/{group.public_id}/placed/",
    ):
        parts = urlsplit(url).path.split("/")
        absent = url.replace(next(p for p in parts if len(p) == 13), "0000000000000")
        there, gone = stranger.get(url), stranger.get(absent)
        assert there.status_code == gone.status_code == 404
    assert Invoice.objects.count() == 1
    assert stranger.get("/en/staff/books/").status_code == 403
    assert Client().get("/en/finance/").status_code == 302
