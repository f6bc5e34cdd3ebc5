"""Money in, through the gateway and the hosted page of the local server."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.core.money import Money
from payments.gateway import GatewayRefused, PaymentState, RefundSpec, RefundState
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.server import StripeServer

from .conftest import checkout_spec

CNY = "CNY"


def test_a_page_is_made_paid_and_read(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    page = gateway.create_checkout(checkout_spec())
    assert page.url.startswith(stripe_server.url)
    assert timedelta(hours=23) < page.expires_at - datetime.now(UTC) < timedelta(hours=25)
    opened = gateway.fetch_payment(page.provider_id)
    assert (opened.state, opened.reference, opened.amount) == (
        PaymentState.OPEN,
        "order-1",
        Money(10_000, CNY),
    )
    assert (opened.intent_id, opened.settled, opened.received) == ("", None, Money(0, CNY))

    assert stripe_server.pay(page.url) == f"http://shop.test/done?session={page.provider_id}"

    paid = gateway.fetch_payment(page.provider_id)
    assert (paid.state, paid.received, paid.refunded) == (
        PaymentState.SUCCEEDED,
        Money(10_000, CNY),
        Money(0, CNY),
    )
    assert (paid.settled, paid.fee) == (Money(10_000, CNY), Money(490, CNY))
    assert (paid.card, paid.group, paid.metadata["purpose"]) == ("visa 4242", "order-1", "order")
    assert paid.charge_id.startswith("ch_")
    assert paid.balance_line_id.startswith("txn_")
    by_intent = gateway.fetch_payment(paid.intent_id)
    assert by_intent == replace(paid, checkout_id="")


def test_what_the_page_says_is_what_was_asked(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    gateway.create_checkout(checkout_spec())
    sent = stripe_server.requests()[-1]["params"]
    assert sent["locale"] == "zh"
    assert [(line["quantity"], line["price_data"]["unit_amount"]) for line in sent["line_items"]] == [
        (3, 2_500),
        (1, 2_500),
    ]
    assert sent["metadata"] == {"purpose": "order", "reference": "order-1"}
    assert sent["payment_intent_data"]["transfer_group"] == "order-1"
    assert "expires_at" not in sent
    later = datetime.now(UTC) + timedelta(hours=1)
    page = gateway.create_checkout(replace(checkout_spec("k2"), expires_at=later, language="fr", email=""))
    assert abs(page.expires_at - later) < timedelta(seconds=2)
    assert stripe_server.requests()[-1]["params"]["locale"] == "auto"


def test_the_fee_may_be_known_later_than_the_payment(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    stripe_server.control("POST", "/settings", late_lines_seconds=60)
    page = gateway.create_checkout(checkout_spec())
    stripe_server.pay(page.url)
    early = gateway.fetch_payment(page.provider_id)
    assert (early.state, early.received) == (PaymentState.SUCCEEDED, Money(10_000, CNY))
    assert (early.settled, early.fee, early.balance_line_id) == (None, None, "")
    stripe_server.control("POST", "/clock", advance=61)
    later = gateway.fetch_payment(page.provider_id)
    assert (later.settled, later.fee) == (Money(10_000, CNY), Money(490, CNY))


def test_whole_unit_currencies_cross_both_ways(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    page = gateway.create_checkout(checkout_spec(amount=4_000, currency="JPY"))
    stripe_server.pay(page.url)
    assert gateway.fetch_payment(page.provider_id).settled == Money(4_000, "JPY")
    assert stripe_server.objects("charges")[0]["amount"] == 4_000


def test_a_decline_is_a_state_and_not_an_error(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    page = gateway.create_checkout(checkout_spec())
    assert stripe_server.pay(page.url, card="4000000000009995") == ""
    seen = gateway.fetch_payment(page.provider_id)
    assert (seen.state, seen.decline_code) == (PaymentState.DECLINED, "insufficient_funds")
    assert (seen.settled, seen.received, seen.refunds) == (None, Money(0, CNY), ())
    assert stripe_server.pay(page.url, card="4000002500003155", confirm=False) == ""
    assert gateway.fetch_payment(page.provider_id).decline_code == "payment_intent_authentication_failure"
    stripe_server.pay(page.url, card="4000002500003155")
    assert gateway.fetch_payment(page.provider_id).state is PaymentState.SUCCEEDED


def test_a_page_is_closed_unless_it_was_paid_first(
    gateway: StripeGateway, stripe_server: StripeServer
) -> None:
    page = gateway.create_checkout(checkout_spec())
    assert gateway.expire_checkout(page.provider_id).state is PaymentState.EXPIRED
    assert gateway.expire_checkout(page.provider_id).state is PaymentState.EXPIRED
    assert stripe_server.pay(page.url) == ""
    paid = gateway.create_checkout(checkout_spec("k2"))
    stripe_server.pay(paid.url)
    assert gateway.expire_checkout(paid.provider_id).state is PaymentState.SUCCEEDED
    with pytest.raises(GatewayRefused) as refusal:
        gateway.expire_checkout("cs_test_nothing")
    assert refusal.value.code == "resource_missing"


def test_refunds_are_read_with_the_payment(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    page = gateway.create_checkout(checkout_spec(amount=20_000))
    stripe_server.pay(page.url)
    intent = gateway.fetch_payment(page.provider_id).intent_id
    for number in range(12):
        spec = RefundSpec(
            key=f"re:{number}", reference=f"cn-{number}", intent_id=intent, amount=Money(1_000, CNY)
        )
        made = gateway.refund(spec)
        assert (made.state, made.amount, made.reference) == (
            RefundState.SUCCEEDED,
            Money(1_000, CNY),
            f"cn-{number}",
        )
    seen = gateway.fetch_payment(page.provider_id)
    assert seen.refunded == Money(12_000, CNY)
    assert {row.reference for row in seen.refunds} == {f"cn-{number}" for number in range(12)}
    with pytest.raises(GatewayRefused) as refusal:
        gateway.refund(RefundSpec(key="re:x", reference="x", intent_id=intent, amount=Money(8_001, CNY)))
    assert (refusal.value.code, refusal.value.param) == ("amount_too_large", "amount")
    gateway.refund(RefundSpec(key="re:y", reference="y", intent_id=intent, amount=Money(8_000, CNY)))
    with pytest.raises(GatewayRefused) as refusal:
        gateway.refund(RefundSpec(key="re:z", reference="z", intent_id=intent, amount=Money(1, CNY)))
    assert refusal.value.code == "charge_already_refunded"


def test_a_refund_may_wait_and_may_come_back(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    states = []
    for card in ("4000000000007726", "4000000000005126"):
        page = gateway.create_checkout(checkout_spec(f"k{card}"))
        stripe_server.pay(page.url, card=card)
        intent = gateway.fetch_payment(page.provider_id).intent_id
        spec = RefundSpec(key=f"re:{card}", reference="cn-1", intent_id=intent, amount=Money(4_000, CNY))
        states.append(gateway.refund(spec).state)
        stripe_server.control("POST", "/clock", advance=90_000)
        seen = gateway.fetch_payment(intent)
        states.append(seen.refunds[0].state)
        states.append(seen.refunded.amount)
    assert states == [
        RefundState.PENDING,
        RefundState.SUCCEEDED,
        4_000,
        RefundState.SUCCEEDED,
        RefundState.FAILED,
        0,
    ]


def test_an_amount_no_card_can_pay_is_refused_for_good(gateway: StripeGateway) -> None:
    for amount, code in ((100_000_000, "amount_too_large"), (100, "amount_too_small")):
        with pytest.raises(GatewayRefused) as refusal:
            gateway.create_checkout(checkout_spec(f"k{amount}", amount))
        assert refusal.value.code == code
        assert refusal.value.request_id.startswith("req_")
