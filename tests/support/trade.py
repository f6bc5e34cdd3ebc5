"""A buyer, factories, staff, the payment service and the clock, driven through the site's pages."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier
from marketplace.core import clock, ids, outbox
from marketplace.core.actors import SYSTEM
from marketplace.orders.models import OrderGroup
from marketplace.orders.queries import basket_of
from payments.actions.daily import run_daily
from payments.actions.treasury import pay_in_equity, top_up_processor
from payments.credit.models import CreditLine
from payments.gateway import AccountSpec, get_gateway
from payments.ledger.queries import trial_balance
from payments.models import Invoice
from tests.factories.companies import make_staff, selling_for
from tests.factories.orders import fill_cart
from tests.factories.payments import make_credit_buyer
from tests.stripe_server.fixtures import SECRET, _one_stripe_server, hook_sink, stripe_server, with_webhooks
from tests.stripe_server.server import StripeServer
from tests.stripe_server.sink import HookSink

__all__ = ["Trade", "_one_stripe_server", "hook_sink", "stripe_server", "trade", "with_webhooks"]
ADDRESS = {"ship_name": "Mei", "ship_phone": "1", "ship_address": "Road 1", "note": ""}


class Trade:
    """Everybody at their pages; amounts in cents, dates of 2026."""

    def __init__(self, buyer: Acting, service: StripeServer, sink: HookSink) -> None:
        self.buyer, self.service, self.sink = buyer, service, sink
        self.client = self.as_user(buyer.user)
        self.staff = self.as_user(make_staff())
        self.line = CreditLine.objects.get()
        self.moments = ExitStack()

    def as_user(self, user: object) -> Client:
        client = Client()
        client.force_login(user)  # type: ignore[arg-type]
        return client

    def seller(self, supplier: Supplier) -> Client:
        return self.as_user(selling_for(supplier).user)

    def on(self, month: int, day: int) -> None:
        """Ten in the morning in Shanghai, with the daily round done."""
        self.moments.enter_context(clock.at(datetime(2026, month, day, 2, tzinfo=UTC)))
        run_daily(until=date(2026, month, day))
        outbox.drain()

    def order(self, goods: Mapping[Variant, int], term: str, **more: str) -> OrderGroup:
        """Place an order on the checkout page."""
        answer = self.place(goods, term, **more)
        assert answer.status_code == 303, answer.content.decode()
        return OrderGroup.objects.order_by("-pk")[0]

    def place(self, goods: Mapping[Variant, int], term: str, **more: str) -> HttpResponse:
        fill_cart(self.buyer, goods)
        basket = basket_of(self.buyer)
        assert basket.cart is not None
        form = {
            **ADDRESS,
            "payment": term,
            "cart": basket.cart.public_id,
            "version": basket.cart.version,
            "key": ids.new_public_id(),
            "expected_total": basket.total,
            **more,
        }
        return self.client.post("/en/checkout/", form)  # type: ignore[return-value]

    def pay_on_page(self, address: str) -> None:
        """Pay on the hosted page and hear of it."""
        self.service.pay(address)
        self.hear()

    def hear(self) -> None:
        """What the service tells us, once more all of it."""
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

    def pay(self, invoice: Invoice, amount: str = "", *, fees: tuple[int, int] = (150, 25)) -> None:
        """Choose an invoice and an amount on the finance page; `fees` are what the service keeps."""
        self.service.control("POST", "/settings", fees={"eur": list(fees)})
        form = {"invoices": invoice.public_id, "amount": amount, "key": ids.new_public_id()}
        answer = self.client.post("/en/finance/pay/", form)
        assert answer.status_code == 303, answer.content.decode()
        self.pay_on_page(answer.headers["Location"])

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

    def account_at_service(self, reference: str) -> str:
        """A supplier's account at the payment service, ready to be paid."""
        spec = AccountSpec(
            key=reference, reference=reference, business_name="Mill", email="m@example.com", country="DE"
        )
        account = get_gateway().open_account(spec).account_id
        self.service.control("POST", f"/accounts/{account}/activate")
        return account


def balances(currency: str = "EUR") -> dict[str, int]:
    """Accounts that are not at zero, debit positive, in cents."""
    lines = {line.code: line.debits - line.credits for line in trial_balance(currency).lines}
    return {code: amount for code, amount in lines.items() if amount}


@pytest.fixture
def trade(with_webhooks: StripeServer, hook_sink: HookSink, settings: LazySettings) -> Iterator[Trade]:
    """A line of 50,000.00 EUR, 100,000.00 of equity, 20,000.00 of it at the payment service."""
    settings.STRIPE_API_BASE, settings.STRIPE_WEBHOOK_SECRET = with_webhooks.url, SECRET
    settings.PAYMENT_POLICY, settings.RATE_LIMITS_ENABLED = "eu", False
    pay_in_equity(acting_user=SYSTEM, key="start", amount=10_000_000, currency="EUR")
    top_up_processor(acting_user=SYSTEM, key="start", amount=2_000_000, currency="EUR")
    with_webhooks.control("POST", "/fund", amount=2_000_000, currency="eur")
    made = Trade(make_credit_buyer(limit=5_000_000, currency="EUR"), with_webhooks, hook_sink)
    with made.moments:
        yield made
