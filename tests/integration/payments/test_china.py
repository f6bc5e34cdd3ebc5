"""An order on account in yuan, policies `cn`: paid in two working days, late by the day, repaid."""

from datetime import date

import pytest

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.core import outbox
from marketplace.core.actors import SYSTEM
from marketplace.fulfilment.actions import refuse_rest
from marketplace.orders.models import Order
from payments.actions.daily import run_daily
from payments.actions.treasury import (
    confirm_bank_payout,
    open_supplier_account,
    pay_in_equity,
    receive_bank_transfer,
)
from payments.credit.models import Authorisation, CreditLine
from payments.errors import CreditOnHold
from payments.ledger.queries import balance, trial_balance
from payments.models import Allocation, Invoice, PayoutItem, Rail, SupplierAccount
from payments.queries.verification import verify
from tests.factories.companies import make_supplier, selling_for
from tests.factories.payments import invoice_of, make_credit_buyer, make_goods, order_on_account, ship

from .conftest import Days

pytestmark = pytest.mark.django_db(transaction=True)


def day(days: Days, month: int, number: int) -> None:
    """A day of 2026 with its round done and its news spread."""
    days.go(date(2026, month, number))
    run_daily(until=date(2026, month, number))
    outbox.drain()


def line_now() -> tuple[int, int, int, int]:
    line = CreditLine.objects.get()
    return line.held, line.owed, line.fees_owed, line.available


def test_an_order_in_yuan_from_shipment_to_settlement(days: Days) -> None:
    day(days, 3, 2)
    pay_in_equity(acting_user=SYSTEM, key="start", amount=10_000_000, currency="CNY")
    mill = make_supplier(freight_flat=5_000)
    open_supplier_account(acting_user=SYSTEM, supplier=mill, rail=Rail.BANK)
    buyer = make_credit_buyer(limit=5_000_000)
    socks = make_goods(mill, price=100_000)
    order = order_on_account(buyer, {socks: 10}, term="net-60").orders.get()
    # ¥10,000.00 of goods, 13 % VAT once over the order, ¥50.00 of freight without tax.
    assert (order.net, order.vat, order.freight, order.total) == (1_000_000, 130_000, 5_000, 1_135_000)
    assert line_now() == (1_135_000, 0, 0, 3_865_000)

    # Friday: six of ten leave. The payout is due on Tuesday, the second working day.
    day(days, 3, 6)
    invoice = invoice_of(ship(order, 6))
    assert (invoice.net, invoice.vat, invoice.freight, invoice.gross) == (600_000, 78_000, 3_000, 681_000)
    assert (invoice.commission, invoice.commission_vat, invoice.supplier_net) == (18_000, 1_080, 661_920)
    assert [(i.due_on, i.amount) for i in invoice.instalments.all()] == [(date(2026, 5, 5), 681_000)]
    assert invoice.document == "vat_general"
    assert line_now() == (454_000, 681_000, 0, 3_865_000)
    item = PayoutItem.objects.get()
    assert (item.available_on, item.gross, item.fee, item.net) == (
        date(2026, 3, 10),
        661_920,
        15_886,
        646_034,
    )

    # The rest will never come: its credit is free again.
    seller = selling_for(mill)
    refuse_rest(acting_user=seller.user, acting=seller, order_public_id=order.public_id, reason="no yarn")
    outbox.drain()
    assert line_now() == (0, 681_000, 0, 4_319_000)
    assert Authorisation.objects.get().state == "voided"

    day(days, 3, 9)
    assert PayoutItem.objects.get().state == "pending"
    day(days, 3, 10)
    assert PayoutItem.objects.get().state == "scheduled"
    confirm_bank_payout(acting_user=SYSTEM, item_public_id=item.public_id, reference="ICBC-1")
    confirm_bank_payout(acting_user=SYSTEM, item_public_id=item.public_id, reference="ICBC-1")
    assert PayoutItem.objects.get().state == "paid"
    assert balance("CNY", "1000") == 10_000_000 - 646_034
    it_falls_overdue(days, buyer, socks)
    it_is_repaid(days, buyer)


def it_falls_overdue(days: Days, buyer: Acting, socks: Variant) -> None:
    """Late fees by the day and the hold from the fourth."""
    # Due on 5 May: ¥3.405 a day from the 6th, on hold from the 9th, the fourth day.
    day(days, 5, 5)
    assert line_now()[2] == 0
    day(days, 5, 6)
    assert line_now()[2] == 341
    day(days, 5, 8)
    assert (line_now()[2], CreditLine.objects.get().status) == (1_022, "active")
    day(days, 5, 9)
    assert (line_now()[2], CreditLine.objects.get().status) == (1_362, "on_hold")
    with pytest.raises(CreditOnHold) as declined:
        order_on_account(buyer, {socks: 1})
    assert declined.value.code == "credit_hold:overdue"
    assert Order.objects.count() == 1


def it_is_repaid(days: Days, buyer: Acting) -> None:
    """In two transfers, the second too large."""
    # ¥3,000.00 pay the fee first, then the debt; the rest of the debt goes on costing.
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="CNY", amount=300_000, reference="B-1"
    )
    assert line_now() == (0, 681_000 - 298_638, 0, 5_000_000 - 382_362)
    assert CreditLine.objects.get().status == "on_hold"
    day(days, 5, 19)
    assert line_now()[2] == 1_912  # 3,823.62 × 0.05 % × 10 days
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="CNY", amount=400_000, reference="B-2"
    )
    assert line_now() == (0, 0, 0, 5_000_000)
    assert CreditLine.objects.get().status == "active"
    assert Invoice.objects.get().state == "settled"
    left_over = 400_000 - 382_362 - 1_912
    assert Allocation.objects.get(target="credit").amount == left_over
    assert balance("CNY", "2110", buyer.company.pk) == left_over
    assert trial_balance("CNY").difference == 0
    assert {name: ids for name, ids in verify().items() if ids} == {}


def test_a_supplier_who_waits_is_paid_when_the_buyer_has_paid_and_keeps_the_fee(days: Days) -> None:
    day(days, 3, 2)
    mill = make_supplier()
    open_supplier_account(
        acting_user=SYSTEM, supplier=mill, rail=Rail.BANK, plan=SupplierAccount.Plan.WHEN_PAID
    )
    buyer = make_credit_buyer()
    order = order_on_account(buyer, {make_goods(mill, price=100_000): 10}, term="net-30").orders.get()
    invoice_of(ship(order))
    item = PayoutItem.objects.get()
    assert (item.kind, item.available_on, item.fee, item.net) == ("maturity", None, 0, 1_098_200)
    day(days, 3, 20)
    assert PayoutItem.objects.get().state == "pending"
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="CNY", amount=1_130_000, reference="B"
    )
    day(days, 3, 21)
    assert PayoutItem.objects.get().state == "scheduled"
    assert {name: ids for name, ids in verify().items() if ids} == {}


def test_without_a_payout_account_the_money_waits_visibly(days: Days) -> None:
    day(days, 3, 2)
    mill = make_supplier()
    order = order_on_account(make_credit_buyer(), {make_goods(mill): 10}).orders.get()
    invoice_of(ship(order))
    day(days, 3, 4)
    item = PayoutItem.objects.get()
    assert (item.state, balance("CNY", "2010", mill.pk)) == ("available", item.gross)
    open_supplier_account(acting_user=SYSTEM, supplier=mill, rail=Rail.BANK)
    day(days, 3, 5)
    assert PayoutItem.objects.get().state == "scheduled"
    assert balance("CNY", "2020", mill.pk) == item.net
