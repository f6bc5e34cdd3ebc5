"""An order on account from placing to the supplier's payable, in both policy sets."""

from datetime import date

import pytest

from marketplace.core import outbox
from marketplace.orders.models import Order
from payments.credit.models import Authorisation, CreditLine
from payments.ledger.queries import balance, trial_balance
from payments.models import Invoice, PayoutItem
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


def figures(line: CreditLine) -> tuple[int, int, int, int]:
    """held / owed / fees / available"""
    line.refresh_from_db()
    return line.held, line.owed, line.fees_owed, line.available


def test_order_shipment_and_invoice_move_the_line_and_the_books(eu: None, days: Days) -> None:
    days.go(date(2026, 3, 2))
    buyer = make_credit_buyer(limit=5_000_000, currency="EUR")
    line = CreditLine.objects.get()
    mill = make_paid_supplier(currency="EUR")
    group = order_on_account(buyer, {make_goods(mill, price=100_000, vat_rate_bp=1900): 10}, term="net-30")
    order = group.orders.get()
    assert order.total == 1_190_000
    assert figures(line) == (1_190_000, 0, 0, 3_810_000)
    assert balance("EUR", "9000", buyer.company.pk) == 1_190_000

    days.go(date(2026, 3, 5))
    invoice = invoice_of(ship(order))
    assert invoice.number == "2026-000001"
    assert (invoice.gross, invoice.financed, invoice.commission, invoice.commission_vat) == (
        1_190_000,
        1_190_000,
        50_000,
        9_500,
    )
    assert invoice.supplier_net == 1_130_500
    assert [(i.due_on, i.amount) for i in invoice.instalments.all()] == [(date(2026, 4, 4), 1_190_000)]
    assert figures(line) == (0, 1_190_000, 0, 3_810_000)
    item = PayoutItem.objects.get()
    assert (item.gross, item.fee, item.net, item.available_on) == (
        1_130_500,
        20_349,
        1_110_151,
        date(2026, 3, 6),
    )
    assert balance("EUR", "1200", buyer.company.pk) == 1_190_000
    assert balance("EUR", "2000", mill.pk) == 1_130_500
    assert balance("EUR", "4000") == 50_000
    assert balance("EUR", "2300") == 9_500
    assert balance("EUR", "9000", buyer.company.pk) == 0
    assert trial_balance("EUR").difference == 0
    assert Authorisation.objects.get().state == "captured"


def test_the_same_shipment_twice_is_one_invoice(eu: None, days: Days) -> None:
    days.go(date(2026, 3, 2))
    buyer = make_credit_buyer(currency="EUR")
    group = order_on_account(buyer, {make_goods(make_paid_supplier(currency="EUR")): 10}, term="net-30")
    shipment = ship(group.orders.get())
    invoice_of(shipment)
    from django.db import transaction

    from payments.settlement.invoicing import invoice_shipment

    with transaction.atomic():
        again = invoice_shipment(acting_user=buyer.user, shipment_id=shipment.pk)
    assert Invoice.objects.get() == again
    outbox.drain()
    assert Order.objects.get().invoices.count() == 1
