"""Paying invoices from the finance page and what is refused; the doors of staff."""

import pytest
from django.test import Client

from marketplace.core import outbox
from payments.credit.models import CreditDecision, CreditLine
from payments.models import Invoice, Payment, PayoutItem
from tests.factories.companies import acting_for, make_staff, make_supplier
from tests.factories.payments import (
    invoice_of,
    make_credit_buyer,
    make_goods,
    make_paid_supplier,
    order_on_account,
    ship,
)

from .test_pages import as_member

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "submission-1"


def invoiced() -> tuple[Client, Invoice]:
    """A buyer with one open invoice of ¥1,130.00."""
    buyer = make_credit_buyer()
    group = order_on_account(buyer, {make_goods(make_paid_supplier()): 10})
    return as_member(buyer), invoice_of(ship(group.orders.get()))


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ("1,130.01", 422),
        ("0", 422),
        ("-1", 422),
        ("0.001", 422),
        ("1e3", 422),
        ("NaN", 422),
        ("Infinity", 422),
        ("１００", 422),
        ("9" * 18, 422),
        ("abc", 422),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused_in_words(amount: str, status: int) -> None:
    client, invoice = invoiced()
    answer = client.post("/en/finance/pay/", {"invoices": invoice.public_id, "amount": amount, "key": KEY})
    assert answer.status_code == status
    assert "Nothing was paid" in answer.content.decode()
    assert Payment.objects.count() == 0
    assert f'value="{invoice.public_id}" checked' in answer.content.decode()


def test_nothing_chosen_is_said(client: Client) -> None:
    buyer, _invoice = invoiced()
    answer = buyer.post("/en/finance/pay/", {"amount": "1", "key": KEY})
    assert answer.status_code == 422
    assert "Choose at least one invoice." in answer.content.decode()


def test_another_company_s_invoice_is_as_good_as_none() -> None:
    _client, invoice = invoiced()
    stranger = as_member(make_credit_buyer())
    for key in (invoice.public_id, "0000000000000"):
        answer = stranger.post("/en/finance/pay/", {"invoices": key, "amount": "1", "key": KEY})
        assert answer.status_code == 404
    assert Payment.objects.count() == 0


def test_a_buyer_without_the_right_to_pay_may_not() -> None:
    client, invoice = invoiced()
    clerk = as_member(acting_for(invoice.buyer, role="buyer"))
    answer = clerk.post("/en/finance/pay/", {"invoices": invoice.public_id, "amount": "1", "key": KEY})
    assert answer.status_code == 403
    assert client.get("/en/finance/").status_code == 200


def test_a_limit_changes_only_by_a_decision_with_a_reason() -> None:
    invoiced()
    line = CreditLine.objects.get()
    url = f"/en/staff/books/credit/{line.public_id}/limit/"
    credit, finance = Client(), Client()
    credit.force_login(make_staff("credit"))
    finance.force_login(make_staff("finance"))
    form = {"limit": "1,000.00", "terms": ["net-30"], "note": "asked for less"}
    assert finance.post(url, form).status_code == 403
    assert credit.post(url, {**form, "note": "  "}).status_code == 422
    assert credit.post(url, {**form, "limit": "-5"}).status_code == 422
    assert CreditDecision.objects.count() == 1
    assert credit.post(url, form).status_code == 302
    line.refresh_from_db()
    # Below what is owed nothing breaks: nothing is free, and the line waits.
    assert (line.base_limit, line.available, line.status) == (100_000, 0, "on_hold")
    assert credit.post(url, {**form, "limit": "2,000.00", "note": "grown"}).status_code == 302
    line.refresh_from_db()
    assert (line.available, line.status, CreditDecision.objects.count()) == (87_000, "active", 3)


def test_a_stop_by_hand_and_its_end() -> None:
    invoiced()
    line = CreditLine.objects.get()
    staff = Client()
    staff.force_login(make_staff("credit"))
    url = f"/en/staff/books/credit/{line.public_id}/hold/"
    for step, status in (("open", "on_hold"), ("open", "on_hold"), ("close", "active"), ("close", "active")):
        assert staff.post(url, {"note": "under review", "step": step}).status_code == 302
        line.refresh_from_db()
        assert line.status == status
    assert line.holds.count() == 1


def test_a_bank_payout_is_confirmed_by_finance_only() -> None:
    mill = make_supplier()
    buyer = make_credit_buyer()
    invoice_of(ship(order_on_account(buyer, {make_goods(mill): 10}).orders.get()))
    item = PayoutItem.objects.get()
    url = f"/en/staff/books/treasury/payouts/{item.public_id}/sent/"
    support = Client()
    support.force_login(make_staff("support"))
    assert support.post(url, {"reference": "X"}).status_code == 403
    finance = Client()
    finance.force_login(make_staff("finance"))
    assert finance.post(url, {"reference": "X"}).status_code == 404  # it goes by the payment service
    outbox.drain()
    item.refresh_from_db()
    assert item.state == "pending"


def test_the_statement_as_a_file_adds_up() -> None:
    client, invoice = invoiced()
    text = client.get("/en/finance/statement.csv").content.decode("utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    assert rows[1][1:5] == ["Opening balance", "", "", "0.00"]
    assert rows[2][1:5] == ["Invoice", invoice.number, "1130.00", "1130.00"]
    assert rows[-1][4] == "1130.00"
