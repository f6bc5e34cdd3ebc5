"""Two orders on account from the basket to the last cent, in euro.

Placed, shipped in part, paid early, overdue,
put on hold, charged, repaid by bank and by card. The figures were worked out by hand; policies of the set
`eu`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings
from django.test import Client

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.core import clock, ids, outbox
from marketplace.core.actors import SYSTEM
from marketplace.orders.models import Order, OrderGroup
from marketplace.orders.queries import basket_of
from payments.actions.daily import run_daily
from payments.actions.treasury import pay_in_equity, top_up_processor
from payments.credit.models import CreditLine
from payments.gateway import AccountSpec, get_gateway
from payments.ledger.queries import trial_balance
from payments.models import Invoice, Payment, PayoutItem
from payments.queries.verification import verify
from tests.factories.companies import make_staff
from tests.factories.orders import fill_cart
from tests.factories.payments import invoice_of, make_credit_buyer, make_goods, make_paid_supplier, ship
from tests.stripe_server.fixtures import SECRET, _one_stripe_server, hook_sink, stripe_server, with_webhooks
from tests.stripe_server.server import StripeServer
from tests.stripe_server.sink import HookSink

__all__ = ["_one_stripe_server", "hook_sink", "stripe_server", "with_webhooks"]
pytestmark = pytest.mark.django_db(transaction=True)


class Trade:
    """A buyer, staff, the payment service and the clock, driven through the site's pages."""

    def __init__(self, buyer: Acting, service: StripeServer, sink: HookSink) -> None:
        self.buyer, self.service, self.sink = buyer, service, sink
        self.client, self.staff = Client(), Client()
        self.client.force_login(buyer.user)
        self.staff.force_login(make_staff())
        self.line = CreditLine.objects.get()

    def on(self, month: int, day: int) -> None:
        """Ten in the morning in Shanghai of a day of 2026, with the daily round done."""
        _moment.append(clock.at(datetime(2026, month, day, 2, tzinfo=UTC)))
        _moment[-1].__enter__()
        run_daily(until=date(2026, month, day))
        outbox.drain()

    def order(self, goods: object, pieces: int, term: str) -> Order:
        """Place an order on the checkout page."""
        answer = self.place(goods, pieces, term)
        assert answer.status_code == 303, answer.content.decode()
        return OrderGroup.objects.order_by("-pk")[0].orders.get()

    def place(self, goods: object, pieces: int, term: str) -> object:
        fill_cart(self.buyer, {goods: pieces})  # type: ignore[dict-item]
        basket = basket_of(self.buyer)
        assert basket.cart is not None
        form = {
            "payment": term,
            "ship_name": "Mei",
            "ship_phone": "1",
            "ship_address": "Road 1",
            "note": "",
            "cart": basket.cart.public_id,
            "version": basket.cart.version,
            "key": ids.new_public_id(),
            "expected_total": basket.total,
        }
        return self.client.post("/en/checkout/", form)

    def pay_by_card(self, invoice: Invoice, amount: str) -> None:
        """Choose an invoice and an amount on the finance page, pay on the hosted page, hear of it."""
        form = {"invoices": invoice.public_id, "amount": amount, "key": ids.new_public_id()}
        answer = self.client.post("/en/finance/pay/", form)
        assert answer.status_code == 303, answer.content.decode()
        self.service.pay(answer.headers["Location"])
        self.service.control("POST", "/webhooks/drain", timeout=5)
        for received in self.sink.received:
            hook = Client().post(
                "/hooks/stripe/",
                received.body,
                content_type="application/json",
                headers={"Stripe-Signature": received.signature},
            )
            assert hook.status_code == 200
        outbox.drain()

    def pay_by_bank(self, amount: str, reference: str) -> None:
        """Staff enter a line of the bank statement."""
        form = {
            "buyer": self.buyer.company.public_id,
            "amount": amount,
            "reference": reference,
            "received_on": clock.today().isoformat(),
        }
        answer = self.staff.post("/en/staff/books/treasury/", form)
        assert answer.status_code == 302, answer.content.decode()
        outbox.drain()

    def is_line(self, held: int, owed: int, fees: int, available: int) -> None:
        """The credit line, in cents."""
        self.line.refresh_from_db()
        line = self.line
        assert (line.held, line.owed, line.fees_owed, line.available) == (held, owed, fees, available)


_moment: list[clock.at] = []  # type: ignore[valid-type]


@pytest.fixture
def trade(with_webhooks: StripeServer, hook_sink: HookSink, settings: LazySettings) -> Iterator[Trade]:
    settings.STRIPE_API_BASE, settings.STRIPE_WEBHOOK_SECRET = with_webhooks.url, SECRET
    settings.PAYMENT_POLICY, settings.RATE_LIMITS_ENABLED = "eu", False
    pay_in_equity(acting_user=SYSTEM, key="start", amount=10_000_000, currency="EUR")
    top_up_processor(acting_user=SYSTEM, key="start", amount=2_000_000, currency="EUR")
    with_webhooks.control("POST", "/fund", amount=2_000_000, currency="eur")
    yield Trade(make_credit_buyer(limit=5_000_000, currency="EUR"), with_webhooks, hook_sink)
    while _moment:
        _moment.pop().__exit__(None, None, None)


def account_at(service: StripeServer, reference: str) -> str:
    """A supplier's account at the payment service, ready to be paid."""
    spec = AccountSpec(
        key=reference, reference=reference, business_name="Mill", email="m@example.com", country="DE"
    )
    account = get_gateway().open_account(spec).account_id
    service.control("POST", f"/accounts/{account}/activate")
    return account


def paid(item: PayoutItem) -> tuple[int, int, str]:
    item.refresh_from_db()
    return item.fee, item.net, item.state


def test_two_orders_from_basket_to_the_last_cent(trade: Trade) -> None:
    trade.on(3, 2)
    first = make_paid_supplier(currency="EUR", provider_account=account_at(trade.service, "mill-1"))
    second = make_paid_supplier(currency="EUR", provider_account=account_at(trade.service, "mill-2"))
    socks = make_goods(first, price=100_000, vat_rate_bp=1900)
    gloves = make_goods(second, price=100_000, vat_rate_bp=1900)
    one = trade.order(socks, 10, "net-30")
    two = trade.order(gloves, 6, "instalments-3")
    assert (one.total, two.total) == (1_190_000, 714_000)
    trade.is_line(1_904_000, 0, 0, 3_096_000)

    trade.on(3, 5)
    inv1 = invoice_of(ship(one))
    assert [(i.due_on, i.amount) for i in inv1.instalments.all()] == [(date(2026, 4, 4), 1_190_000)]
    trade.is_line(714_000, 1_190_000, 0, 3_096_000)

    trade.on(3, 6)
    assert paid(inv1.payout_items.get()) == (20_349, 1_110_151, "paid")

    trade.on(3, 10)
    inv2 = invoice_of(ship(two, 4))
    assert [(i.due_on, i.amount) for i in inv2.instalments.all()] == [
        (date(2026, 4, 9), 158_666),
        (date(2026, 5, 9), 158_666),
        (date(2026, 6, 8), 158_668),
    ]
    trade.is_line(238_000, 1_666_000, 0, 3_096_000)
    trade.on(3, 11)
    assert paid(inv2.payout_items.get()) == (11_305, 440_895, "paid")

    # A directed receipt touches only what it is for: nothing is booked on the first invoice, five days late.
    trade.on(4, 9)
    trade.pay_by_card(inv2, "1,586.66")
    trade.is_line(238_000, 1_507_334, 0, 3_254_666)
    it_is_late_and_on_hold(trade, socks)
    it_is_repaid(trade, inv1, inv2)
    books_are_closed(trade)


def it_is_late_and_on_hold(trade: Trade, socks: Variant) -> None:
    """The first invoice is not paid; new orders are declined and change nothing."""
    # Fifteen days late: the flat compensation, the interest so far, and the hold.
    trade.on(4, 19)
    trade.is_line(238_000, 1_507_334, 9_086, 3_245_580)
    assert trade.line.status == "on_hold"

    trade.on(4, 20)
    declined = trade.place(socks, 1, "net-30")
    assert declined.status_code == 409  # type: ignore[attr-defined]
    assert "Your credit is on hold (Overdue invoices)" in declined.content.decode()  # type: ignore[attr-defined]
    trade.is_line(238_000, 1_507_334, 9_086, 3_245_580)


def it_is_repaid(trade: Trade, inv1: Invoice, inv2: Invoice) -> None:
    """By bank, undirected, and the last of it by card."""
    trade.on(4, 24)
    trade.pay_by_bank("5,000.00", "B-1")
    trade.is_line(238_000, 1_018_115, 0, 3_743_885)

    trade.on(4, 30)
    trade.is_line(238_000, 1_018_115, 1_198, 3_742_687)

    # What was never shipped is given back when its time is over.
    trade.on(5, 14)
    trade.is_line(0, 1_018_115, 1_198, 3_980_687)
    trade.pay_by_bank("9,000.00", "B-2")
    trade.is_line(0, 122_335, 0, 4_877_665)
    assert trade.line.status == "active"
    assert Invoice.objects.get(pk=inv1.pk).state == "settled"

    trade.on(6, 8)
    trade.pay_by_card(inv2, "")
    trade.is_line(0, 0, 0, 5_000_000)
    assert Invoice.objects.get(pk=inv2.pk).state == "settled"


def books_are_closed(trade: Trade) -> None:
    """The trial balance, worked out by hand; nothing else is left anywhere."""
    lines = {line.code: line.debits - line.credits for line in trial_balance("EUR").lines}
    assert {code: amount for code, amount in lines.items() if amount} == {
        "1000": 9_400_000,
        "1100": 725_690,
        "2300": -13_300,
        "3000": -10_000_000,
        "4000": -70_000,
        "4010": -31_654,
        "4030": -15_001,
        "5000": 4_265,
    }
    assert trade.service.balance("EUR") == 725_690
    assert Payment.objects.filter(state="succeeded").count() == 4
    assert {name: broken for name, broken in verify().items() if broken} == {}
