"""An order on account from two factories, in euro, from the basket to the last cent of its books.

Placed with a voucher, shipped in part, paid early, a rest called off, goods returned, overdue, put on hold,
charged, repaid by debit, bank and card, and a payout taken back. The figures are those of the specification.
"""

from datetime import date

import pytest

from marketplace.catalog.models import Variant
from marketplace.core import ids, outbox
from marketplace.orders.models import Order
from payments.models import Clawback, CreditNote, Invoice, OrderDiscount, Payment, PayoutItem, Voucher
from payments.queries.ageing import Ageing, ageing
from payments.queries.verification import verify
from tests.factories.payments import invoice_of, make_goods, make_paid_supplier, ship
from tests.support.trade import (
    Trade,
    _one_stripe_server,
    balances,
    hook_sink,
    stripe_server,
    trade,
    with_webhooks,
)

__all__ = ["_one_stripe_server", "hook_sink", "stripe_server", "trade", "with_webhooks"]
pytestmark = pytest.mark.django_db(transaction=True)


def paid(item: PayoutItem) -> tuple[int, int, str]:
    item.refresh_from_db()
    return item.fee, item.net, item.state


def dues(invoice: Invoice) -> list[tuple[date, int]]:
    return [(part.due_on, part.amount) for part in invoice.instalments.all()]


def test_an_order_on_account_from_two_factories_to_the_last_cent(trade: Trade) -> None:
    trade.on(3, 2)
    first = make_paid_supplier(currency="EUR", provider_account=trade.account_at_service("mill-1"))
    second = make_paid_supplier(currency="EUR", provider_account=trade.account_at_service("mill-2"))
    socks = make_goods(first, price=100_000, vat_rate_bp=1900)
    gloves = make_goods(second, price=100_000, vat_rate_bp=1900)
    Voucher.objects.create(code="SPRING", currency="EUR", amount=40_000, valid_until=date(2026, 4, 1))
    group = trade.order(
        {socks: 10, gloves: 6},
        "net-30",
        voucher="spring",
        **{f"term_{second.public_id}": "instalments-3"},
    )
    one, two = group.orders.order_by("pk")
    assert list(OrderDiscount.objects.order_by("order").values_list("amount", flat=True)) == [25_000, 15_000]
    trade.is_line(1_864_000, 0, 0, 3_136_000)
    inv1, inv2 = it_is_shipped_and_paid_early(trade, one, two)
    the_rest_is_called_off(trade, two)
    goods_come_back(trade, inv1)
    trade.on(4, 9)
    trade.pay(inv2, "1,553.33", fees=(0, 35))
    trade.is_line(0, 1_359_167, 0, 3_640_833)
    it_is_late_and_on_hold(trade, socks)
    it_is_repaid_by_bank(trade, inv1)
    the_last_is_paid_and_the_claim_taken_back(trade, inv2)
    books_are_closed(trade)


def it_is_shipped_and_paid_early(trade: Trade, one: Order, two: Order) -> tuple[Invoice, Invoice]:
    trade.on(3, 5)
    inv1 = invoice_of(ship(one))
    assert dues(inv1) == [(date(2026, 4, 4), 1_165_000)]
    assert (inv1.gross, inv1.discount) == (1_190_000, 25_000)
    assert (inv1.supplier_net, inv1.commission, inv1.commission_vat) == (1_130_500, 50_000, 9_500)
    trade.is_line(699_000, 1_165_000, 0, 3_136_000)

    trade.on(3, 6)
    assert paid(inv1.payout_items.get()) == (20_349, 1_110_151, "paid")

    trade.on(3, 10)
    inv2 = invoice_of(ship(two, 4))
    assert dues(inv2) == [
        (date(2026, 4, 9), 155_333),
        (date(2026, 5, 9), 155_333),
        (date(2026, 6, 8), 155_334),
    ]
    assert (inv2.gross, inv2.discount, inv2.supplier_net) == (476_000, 10_000, 452_200)
    trade.is_line(233_000, 1_631_000, 0, 3_136_000)
    trade.on(3, 11)
    assert paid(inv2.payout_items.get()) == (11_305, 440_895, "paid")
    return inv1, inv2


def the_rest_is_called_off(trade: Trade, two: Order) -> None:
    trade.on(3, 12)
    answer = trade.seller(two.supplier).post(
        f"/en/desk/orders/{two.public_id}/rest/", {"rest-reason": "no yarn left"}
    )
    assert answer.status_code == 303, answer.content.decode()
    outbox.drain()
    trade.is_line(0, 1_631_000, 0, 3_369_000)


def goods_come_back(trade: Trade, inv1: Invoice) -> None:
    trade.on(3, 20)
    form = {"n_1": "1", "note": "seams open", "key": ids.new_public_id()}
    url = f"/en/earnings/invoices/{inv1.public_id}/credit/"
    for _ in range(2):
        answer = trade.seller(inv1.supplier).post(url, form)
        assert answer.status_code == 303, answer.content.decode()
    note = CreditNote.objects.get()
    assert (note.gross, note.offset, note.platform_share) == (119_000, 116_500, 2_500)
    assert (note.supplier_share, note.commission, note.commission_vat) == (113_050, 5_000, 950)
    assert Clawback.objects.get().amount == balances()["1400"] == 113_050
    assert inv1.instalments.get().outstanding == 1_048_500
    trade.is_line(0, 1_514_500, 0, 3_485_500)


def it_is_late_and_on_hold(trade: Trade, socks: Variant) -> None:
    """Fifteen days late: compensation, the interest so far, and the hold; new orders are declined."""
    trade.on(4, 19)
    trade.is_line(0, 1_359_167, 8_481, 3_632_352)
    assert trade.line.status == "on_hold"

    trade.on(4, 20)
    declined = trade.place({socks: 1}, "net-30")
    assert declined.status_code == 409
    assert "Your credit is on hold (Overdue invoices)" in declined.content.decode()
    trade.is_line(0, 1_359_167, 8_481, 3_632_352)


def it_is_repaid_by_bank(trade: Trade, inv1: Invoice) -> None:
    """Undirected: compensation, interest, what is overdue, what is due next."""
    trade.on(4, 24)
    trade.pay_by_bank("5,000.00", "B-1")
    trade.is_line(0, 869_142, 0, 4_130_858)
    assert inv1.instalments.get().outstanding == 558_475

    trade.on(4, 30)
    trade.is_line(0, 869_142, 955, 4_129_903)
    page = trade.client.get("/en/finance/statement.csv?since=2026-04-01&until=2026-04-30")
    rows = [line.split(",") for line in page.content.decode("utf-8-sig").splitlines()]
    assert (rows[1][4], rows[-1][4]) == ("15145.00", "8700.97")

    trade.on(5, 10)
    found = ageing(trade.buyer.company, "EUR", date(2026, 5, 10))
    assert found.principal == Ageing(155_334, 155_333, 558_475, 0, 0)

    trade.on(5, 14)
    trade.pay_by_bank("7,200.00", "B-2")
    trade.is_line(0, 152_546, 0, 4_847_454)
    assert trade.line.status == "active"
    assert Invoice.objects.get(pk=inv1.pk).state == "settled"


def the_last_is_paid_and_the_claim_taken_back(trade: Trade, inv2: Invoice) -> None:
    trade.on(6, 8)
    trade.pay(inv2)
    trade.is_line(0, 0, 0, 5_000_000)
    assert Invoice.objects.get(pk=inv2.pk).state == "settled"

    trade.on(6, 10)
    claim = Clawback.objects.get()
    for _ in range(2):
        answer = trade.staff.post(f"/en/staff/books/treasury/claims/{claim.public_id}/reverse/")
        assert answer.status_code == 302
        outbox.drain()
    claim.refresh_from_db()
    item = PayoutItem.objects.get(invoice=claim.invoice)
    assert (claim.open, item.taken_back, item.state) == (0, 113_050, "partly_reversed")
    # What the first factory kept.
    assert item.net - item.taken_back == 997_101


def books_are_closed(trade: Trade) -> None:
    """The trial balance of the specification; nothing else is left anywhere."""
    assert balances() == {
        "1000": 9_220_000,
        "1100": 867_535,
        "2300": -12_350,
        "3000": -10_000_000,
        "4000": -65_000,
        "4010": -31_654,
        "4030": -13_379,
        "4900": 32_500,
        "5000": 2_348,
    }
    result = sum(amount for code, amount in balances().items() if code >= "4")
    assert result == -75_185
    assert trade.service.balance("EUR") == 867_535
    assert Payment.objects.filter(state="succeeded").count() == 4
    assert {name: broken for name, broken in verify().items() if broken} == {}
