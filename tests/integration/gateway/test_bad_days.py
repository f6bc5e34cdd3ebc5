"""A bad network and a bad provider, met by the gateway: never two effects, always a typed error."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.money import Money
from payments.gateway import (
    GatewayKeyReused,
    GatewayRefused,
    GatewayUnavailable,
    PaymentState,
    RefundSpec,
    SignatureInvalid,
)
from payments.gateway.stripe_client import StripeCaller
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.server import StripeServer
from tests.stripe_server.sink import HookSink

from .conftest import checkout_spec

PASSING = ["error", "drop", "hang", "error_after", "drop_after", "hang_after", "cut_after"]


def hits(server: StripeServer) -> int:
    """How often the faults were hit: 0 would prove nothing."""
    return sum(fault["hits"] for fault in server.control("GET", "/faults")["faults"])


@pytest.mark.parametrize("mode", PASSING)
def test_one_fault_is_survived_with_one_effect(
    gateway: StripeGateway, stripe_server: StripeServer, mode: str
) -> None:
    stripe_server.control("POST", "/faults", mode=mode, method="POST")
    page = gateway.create_checkout(checkout_spec())
    assert hits(stripe_server) == 1
    assert [row["id"] for row in stripe_server.objects("checkout_sessions")] == [page.provider_id]
    assert {row["idempotency_key"] for row in stripe_server.requests()} == {"checkout:order-1:1"}


@pytest.mark.parametrize("mode", PASSING)
def test_a_lasting_fault_leaves_the_outcome_unknown_and_the_same_key_clears_it(
    gateway: StripeGateway, stripe_server: StripeServer, mode: str
) -> None:
    page = gateway.create_checkout(checkout_spec())
    stripe_server.pay(page.url)
    intent = gateway.fetch_payment(page.provider_id).intent_id
    spec = RefundSpec(key="re:1:1", reference="cn-1", intent_id=intent, amount=Money(4_000, "CNY"))
    stripe_server.control("POST", "/faults", mode=mode, method="POST", path="/v1/refunds", times=3)
    with pytest.raises(GatewayUnavailable) as trouble:
        gateway.refund(spec)
    assert trouble.value.outcome_unknown
    assert hits(stripe_server) == 3
    stripe_server.control("DELETE", "/faults")
    gateway.refund(spec)
    assert len(stripe_server.objects("refunds")) == 1
    assert gateway.fetch_payment(intent).refunded == Money(4_000, "CNY")


def test_a_busy_service_changed_nothing(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    stripe_server.control("POST", "/faults", mode="error", status=429, times=3)
    with pytest.raises(GatewayUnavailable) as trouble:
        gateway.create_checkout(checkout_spec())
    assert (trouble.value.code, trouble.value.outcome_unknown) == ("rate_limit", False)
    stripe_server.control("POST", "/faults", mode="error", status=429, code="lock_timeout", times=2)
    gateway.create_checkout(checkout_spec())
    assert hits(stripe_server) == 5


def test_an_error_the_service_has_stored_stays_until_its_day_is_over(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.control("POST", "/faults", mode="error", status=500, stored=True)
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            gateway.create_checkout(checkout_spec())
    assert (hits(stripe_server), stripe_server.objects("checkout_sessions")) == (1, [])
    stripe_server.control("POST", "/clock", advance=86_401)
    assert gateway.create_checkout(checkout_spec()).url


def test_one_key_for_two_wishes_is_our_fault_and_moves_nothing(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    gateway.create_checkout(checkout_spec(amount=10_000))
    with pytest.raises(GatewayKeyReused) as trouble:
        gateway.create_checkout(checkout_spec(amount=20_000))
    assert trouble.value.outcome_unknown
    assert [row["amount_total"] for row in stripe_server.objects("checkout_sessions")] == [10_000]


def test_a_wrong_key_is_trouble_with_us_and_not_a_refusal(stripe_server: StripeServer) -> None:
    stranger = StripeGateway(secret_key="sk_live_wrong", webhook_secret="x", api_base=stripe_server.url)
    with pytest.raises(GatewayUnavailable) as trouble:
        stranger.fetch_payment("pi_1")
    assert (trouble.value.code, trouble.value.outcome_unknown) == ("authentication", False)


def test_nobody_there_is_told_quickly(stripe_server: StripeServer) -> None:
    caller = StripeCaller(secret_key="sk_test_x", api_base="http://127.0.0.1:9", sleep=lambda seconds: None)
    away = StripeGateway(secret_key="sk_test_x", webhook_secret="x", caller=caller)
    with pytest.raises(GatewayUnavailable) as trouble:
        away.create_checkout(checkout_spec())
    assert trouble.value.code == "no_answer"


def test_a_waiting_buyer_is_answered_in_time(stripe_server: StripeServer) -> None:
    caller = StripeCaller(secret_key="sk_test_x", api_base=stripe_server.url, timeout=1.0)
    gateway = StripeGateway(secret_key="sk_test_x", webhook_secret="x", caller=caller)
    stripe_server.control("POST", "/faults", mode="hang", times=99)
    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        gateway.create_checkout(checkout_spec())
    assert time.monotonic() - began < 10


def test_the_environments_proxy_is_not_asked_for_our_own_address(
    monkeypatch: pytest.MonkeyPatch, stripe_server: StripeServer
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    gateway = StripeGateway(secret_key="sk_test_x", webhook_secret="x", api_base=stripe_server.url)
    assert gateway.create_checkout(checkout_spec()).url


def test_events_arrive_signed_and_can_be_listed_when_they_did_not(
    gateway: StripeGateway, with_webhooks: StripeServer, hook_sink: HookSink
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    with_webhooks.control("POST", "/webhooks/rules", action="drop", type="payment_intent.succeeded")
    page = gateway.create_checkout(checkout_spec())
    with_webhooks.pay(page.url)
    arrived = [gateway.parse_webhook(row.body, row.signature) for row in hook_sink.wait_for(3)]
    done = arrived[-1]
    assert (done.kind, done.payment_id, done.reference) == (
        "checkout.session.completed",
        page.provider_id,
        "order-1",
    )
    assert gateway.fetch_payment(done.payment_id).state is PaymentState.SUCCEEDED
    listed = gateway.list_events(since)
    assert [event.kind for event in listed] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert {event.event_id for event in arrived} == {event.event_id for event in listed} - {
        listed[2].event_id
    }
    assert listed[0] == arrived[0]
    for bad in ({"age": 301}, {"signature": "bad"}, {"signature": "missing"}):
        with_webhooks.control("POST", f"/events/{done.event_id}/deliver", **bad)
    for row in hook_sink.wait_for(6)[3:]:
        with pytest.raises(SignatureInvalid):
            gateway.parse_webhook(row.body, row.signature)


def test_what_is_absent_is_refused(gateway: StripeGateway) -> None:
    for call in (gateway.fetch_payment, gateway.fetch_account, gateway.fetch_transfer):
        with pytest.raises(GatewayRefused) as refusal:
            call("pi_nothing")
        assert refusal.value.code == "resource_missing"
