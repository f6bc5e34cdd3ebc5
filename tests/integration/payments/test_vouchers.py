"""Vouchers: made by finance, used once at checkout, by whom and for what they are meant."""

from datetime import timedelta

import pytest
from django.test import Client

from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from payments.actions.vouchers import make_voucher
from payments.credit.models import CreditLine
from payments.errors import VoucherNotValid
from payments.models import OrderDiscount, Voucher
from tests.factories.companies import make_staff
from tests.factories.payments import (
    check_out,
    invoice_of,
    make_credit_buyer,
    make_goods,
    make_paid_supplier,
    ship,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_hold")]


def voucher(code: str = "SPRING", **fields: object) -> Voucher:
    known = {"currency": "CNY", "amount": 1_000, "valid_until": clock.today() + timedelta(days=5)}
    return make_voucher(acting_user=SYSTEM, code=code, **{**known, **fields})  # type: ignore[arg-type]


def test_finance_makes_one_on_the_page() -> None:
    client = Client()
    client.force_login(make_staff())
    day = (clock.today() + timedelta(days=5)).isoformat()
    form = {"code": "spring-1", "amount": "10.00", "min_total": "", "buyer": "", "valid_until": day}
    url = "/en/staff/books/vouchers/"
    assert client.post(url, form).status_code == 302
    assert (Voucher.objects.get().code, Voucher.objects.get().amount) == ("SPRING-1", 1_000)
    again = client.post(url, form)
    assert again.status_code == 422
    assert "This code is taken." in again.content.decode()
    assert "SPRING-1" in client.get(url).content.decode()


def test_it_is_used_once_and_shared_by_shipments() -> None:
    buyer, goods = make_credit_buyer(), make_goods(make_paid_supplier(), price=10_000)
    voucher()
    order = check_out(buyer, {goods: 3}, voucher="spring").group.orders.get()
    assert CreditLine.objects.get().held == 33_900 - 1_000
    first, second = invoice_of(ship(order, 1)), invoice_of(ship(order))
    assert (first.discount, second.discount) == (333, 667)
    assert (CreditLine.objects.get().held, CreditLine.objects.get().owed) == (0, 32_900)
    with pytest.raises(VoucherNotValid):
        check_out(buyer, {goods: 3}, voucher="SPRING")
    assert OrderDiscount.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"min_total": 40_000}, {"currency": "EUR"}, {"amount": 33_900}],
    ids=["basket too small", "other currency", "as much as the basket"],
)
def test_it_is_refused_where_it_is_not_meant(fields: dict[str, object]) -> None:
    buyer, goods = make_credit_buyer(), make_goods(make_paid_supplier(), price=10_000)
    voucher(**fields)
    with pytest.raises(VoucherNotValid):
        check_out(buyer, {goods: 3}, voucher="SPRING")
    assert Voucher.objects.get().used_for is None
    assert CreditLine.objects.get().held == 0


def test_another_company_s_voucher_is_as_good_as_none() -> None:
    buyer, other = make_credit_buyer(), make_credit_buyer()
    voucher(buyer=other.company)
    with pytest.raises(VoucherNotValid):
        check_out(buyer, {make_goods(make_paid_supplier()): 3}, voucher="SPRING")
