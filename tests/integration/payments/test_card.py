"""Card orders against the local payment server: its page, its signed events, its bad days."""

from datetime import timedelta
from random import Random

import pytest
from django.conf import LazySettings
from django.test import Client

from marketplace.core import clock, outbox
from marketplace.orders.actions.cancel import cancel_order
from marketplace.orders.models import OrderGroup
from payments.actions.card import process_event, run_command
from payments.actions.daily import run_daily
from payments.actions.recover import recover_command
from payments.gateway import AccountSpec, get_gateway
from payments.ledger.checks import fingerprint
from payments.ledger.queries import balance, trial_balance
from payments.models import Invoice, OutboxCommand, Payment, PayoutItem, Refund, WebhookEvent
from payments.queries.verification import verify
from tests.factories.companies import make_buyer
from tests.factories.payments import check_out, invoice_of, make_goods, make_paid_supplier, ship
from tests.stripe_server.fixtures import SECRET
from tests.stripe_server.server import StripeServer
from tests.stripe_server.sink import HookSink, Received

pytestmark = pytest.mark.django_db(transaction=True)
CARD = {"payment_method": "card", "payment_term": ""}


@pytest.fixture(autouse=True)
def service(with_webhooks: StripeServer, settings: LazySettings) -> StripeServer:
    """The shop talks to the local server."""
    settings.STRIPE_API_BASE, settings.STRIPE_WEBHOOK_SECRET = with_webhooks.url, SECRET
    return with_webhooks


def hear(received: Received) -> int:
    """Let the shop receive an event as it was sent."""
    answer = Client().post(
        "/hooks/stripe/",
        received.body,
        content_type="application/json",
        headers={"Stripe-Signature": received.signature},
    )
    return answer.status_code


def listen(service: StripeServer, sink: HookSink) -> list[Received]:
    """Everything the service has to say now, heard and worked on."""
    service.control("POST", "/webhooks/drain", timeout=5)
    for received in sink.received:
        assert hear(received) == 200
    outbox.drain()
    return list(sink.received)


def two_factories() -> tuple[OrderGroup, str]:
    """A card group over two suppliers of ¥1,130.00 each, and its payment page."""
    buyer = make_buyer()
    goods = {make_goods(make_paid_supplier()): 10, make_goods(make_paid_supplier()): 10}
    placed = check_out(buyer, goods, **CARD)
    return placed.group, placed.pay_url


def proved() -> None:
    """Every invariant holds."""
    assert {name: ids for name, ids in verify().items() if ids} == {}


def test_paid_order_is_released_and_its_money_waits_for_shipment(
    service: StripeServer, hook_sink: HookSink
) -> None:
    group, url = two_factories()
    assert set(group.orders.values_list("state", flat=True)) == {"awaiting_payment"}
    service.pay(url)
    listen(service, hook_sink)
    payment = Payment.objects.get()
    assert (payment.state, payment.amount, payment.fee) == ("succeeded", 226_000, 6_754)
    assert set(group.orders.values_list("state", "payment_state")) == {("awaiting_acceptance", "paid")}
    assert balance("CNY", "1100") == 226_000 - 6_754 == service.balance("CNY")
    order = group.orders.first()
    assert order is not None
    assert balance("CNY", "2100", order.pk) == 113_000

    invoice = invoice_of(ship(order))
    assert (invoice.state, invoice.prepaid, invoice.financed) == ("settled", 113_000, 0)
    item = PayoutItem.objects.get()
    # 3 % of ¥1,000.00 and 6 % VAT on it; no fee for early payout, the buyer has paid.
    assert (item.gross, item.fee, item.net) == (113_000 - 3_000 - 180, 0, 109_820)
    assert balance("CNY", "2100", order.pk) == 0
    assert trial_balance("CNY").difference == 0
    proved()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_any_order_of_events_with_duplicates_comes_to_the_same_end(
    service: StripeServer, hook_sink: HookSink, seed: int
) -> None:
    group, url = two_factories()
    service.pay(url)
    service.control("POST", "/webhooks/drain", timeout=5)
    heard = [*hook_sink.received, *hook_sink.received]
    Random(seed).shuffle(heard)
    for received in heard:
        assert hear(received) == 200
        outbox.drain()
    assert WebhookEvent.objects.count() == len(hook_sink.received) >= 3
    assert Payment.objects.get().state == "succeeded"
    assert set(group.orders.values_list("state", "payment_state")) == {("awaiting_acceptance", "paid")}
    assert balance("CNY", "1100") == service.balance("CNY") == 226_000 - 6_754
    books = fingerprint()
    for row in WebhookEvent.objects.all():
        WebhookEvent.objects.filter(pk=row.pk).update(state="received")
        process_event(event_id=row.pk)
    assert fingerprint() == books
    proved()


def test_a_refused_order_is_paid_back(service: StripeServer, hook_sink: HookSink) -> None:
    group, url = two_factories()
    service.pay(url)
    listen(service, hook_sink)
    refused, kept = group.orders.order_by("pk")
    cancel_order(acting_user=group.user, order=refused, reason="changed my mind")
    outbox.drain()
    listen(service, hook_sink)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.order_id) == (113_000, "succeeded", refused.pk)
    refused.refresh_from_db()
    kept.refresh_from_db()
    assert (refused.payment_state, kept.payment_state) == ("refunded", "paid")
    assert Payment.objects.get().state == "partially_refunded"
    assert balance("CNY", "2100", refused.pk) == balance("CNY", "2130") == 0
    assert balance("CNY", "1100") == service.balance("CNY")
    proved()


def test_cancelled_before_paying_closes_the_page(service: StripeServer, hook_sink: HookSink) -> None:
    group, url = two_factories()
    for order in group.orders.all():
        cancel_order(acting_user=group.user, order=order, reason="no")
    outbox.drain()
    assert Payment.objects.get().state == "canceled"
    assert service.pay(url) == ""
    assert service.objects("charges") == []


def test_money_for_a_cancelled_order_goes_back_whole(service: StripeServer, hook_sink: HookSink) -> None:
    group, url = two_factories()
    service.pay(url)
    for order in group.orders.all():
        cancel_order(acting_user=group.user, order=order, reason="no")
    outbox.drain()
    listen(service, hook_sink)
    assert {refund.amount for refund in Refund.objects.all()} == {113_000}
    assert Payment.objects.get().state == "refunded"
    assert balance("CNY", "1100") == service.balance("CNY") == -6_754
    proved()


def test_an_order_paid_on_two_pages_keeps_one_payment(service: StripeServer, hook_sink: HookSink) -> None:
    group, first = two_factories()
    Payment.objects.update(session_expires_at=clock.now() - timedelta(minutes=1))
    client = Client()
    client.force_login(group.user)
    second = client.post(f"/en/checkout/{group.public_id}/pay/").headers["Location"]
    assert second != first
    service.pay(second)
    listen(service, hook_sink)
    service.pay(first)
    listen(service, hook_sink)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["refunded", "succeeded"]
    assert Refund.objects.get().amount == 226_000
    assert balance("CNY", "2130") == 0
    assert sum(balance("CNY", "2100", order.pk) for order in group.orders.all()) == 226_000
    assert balance("CNY", "1100") == service.balance("CNY") == 226_000 - 2 * 6_754
    proved()


def test_an_amount_that_differs_is_parked_and_nothing_booked(
    service: StripeServer, hook_sink: HookSink
) -> None:
    group, url = two_factories()
    Payment.objects.update(amount=226_001)
    service.pay(url)
    listen(service, hook_sink)
    assert set(WebhookEvent.objects.exclude(state="ignored").values_list("state", flat=True)) == {"parked"}
    assert set(group.orders.values_list("state", flat=True)) == {"awaiting_payment"}
    assert balance("CNY", "1100") == 0


@pytest.mark.parametrize("mode", ["drop", "drop_after", "error", "error_after", "cut_after"])
def test_a_service_that_fails_keeps_the_order_and_is_asked_again(service: StripeServer, mode: str) -> None:
    service.control("POST", "/faults", mode=mode, method="POST", times=50)
    group, url = two_factories()
    assert url == ""
    assert OutboxCommand.objects.get().state == "unknown"
    service.control("DELETE", "/faults")
    client = Client()
    client.force_login(group.user)
    answer = client.post(f"/en/checkout/{group.public_id}/pay/")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(service.url)
    assert len(service.objects("checkout_sessions")) == 1
    assert Payment.objects.count() == OutboxCommand.objects.count() == 1


def test_forged_and_stale_events_leave_nothing(service: StripeServer, hook_sink: HookSink) -> None:
    _group, url = two_factories()
    service.pay(url)
    service.control("POST", "/webhooks/drain", timeout=5)
    good = hook_sink.received[0]
    forged = Client().post(
        "/hooks/stripe/",
        good.body + b" ",
        content_type="application/json",
        headers={"Stripe-Signature": good.signature},
    )
    unsigned = Client().post("/hooks/stripe/", good.body, content_type="application/json")
    assert (forged.status_code, unsigned.status_code) == (400, 400)
    assert WebhookEvent.objects.count() == 0


def test_suppliers_are_paid_by_transfer_once(service: StripeServer, hook_sink: HookSink) -> None:
    account = _active_account(service)
    service.control("POST", "/fund", amount=10_000_000, currency="cny")
    mill = make_paid_supplier(provider_account=account)
    placed = check_out(make_buyer(), {make_goods(mill): 10}, **CARD)
    service.pay(placed.pay_url)
    listen(service, hook_sink)
    invoice = invoice_of(ship(placed.group.orders.get()))
    item = PayoutItem.objects.get()
    assert item.available_on is not None
    run_daily(until=item.available_on)
    outbox.drain()
    run_daily(until=item.available_on)
    outbox.drain()
    item.refresh_from_db()
    assert (item.state, item.net) == ("paid", 109_820)
    assert service.balance("CNY", account) == 109_820
    assert len(service.objects("transfers")) == 1
    assert (
        balance("CNY", "2000", mill.pk)
        == balance("CNY", "2010", mill.pk)
        == balance("CNY", "2020", mill.pk)
        == 0
    )
    assert Invoice.objects.get() == invoice
    proved()


@pytest.mark.parametrize("effect", ["drop", "drop_after"])
def test_a_transfer_without_an_answer_for_a_day_is_looked_up_not_repeated(
    service: StripeServer, hook_sink: HookSink, effect: str
) -> None:
    account = _active_account(service)
    service.control("POST", "/fund", amount=10_000_000, currency="cny")
    mill = make_paid_supplier(provider_account=account)
    placed = check_out(make_buyer(), {make_goods(mill): 10}, **CARD)
    service.pay(placed.pay_url)
    listen(service, hook_sink)
    invoice_of(ship(placed.group.orders.get()))
    item = PayoutItem.objects.get()
    assert item.available_on is not None
    run_daily(until=item.available_on)
    service.control("POST", "/faults", mode=effect, method="POST", path="/v1/transfers", times=50)
    command = OutboxCommand.objects.get(kind="transfer.create")
    assert not run_command(command_id=command.pk)
    service.control("DELETE", "/faults")
    OutboxCommand.objects.filter(pk=command.pk).update(created_at=clock.now() - timedelta(hours=30))
    assert not run_command(command_id=command.pk)
    assert recover_command(command_id=command.pk)
    item.refresh_from_db()
    if effect == "drop_after":
        assert (item.state, len(service.objects("transfers"))) == ("paid", 1)
    else:
        assert (item.state, item.attempt, service.objects("transfers")) == ("failed", 2, [])
        run_daily(until=item.available_on + timedelta(days=1))
        outbox.drain()
        item.refresh_from_db()
        assert (item.state, len(service.objects("transfers"))) == ("paid", 1)
    assert service.balance("CNY", account) == item.net
    assert balance("CNY", "2020", mill.pk) == 0


def _active_account(service: StripeServer) -> str:
    spec = AccountSpec(key="a1", reference="s1", business_name="Mill", email="mill@example.com", country="CN")
    account = get_gateway().open_account(spec).account_id
    service.control("POST", f"/accounts/{account}/activate")
    return account
