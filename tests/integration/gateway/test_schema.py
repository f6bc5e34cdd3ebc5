"""Every request the gateway can send is accepted by Stripe's own published schema, through stripe-mock."""

import inspect
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from marketplace.core.money import Money
from payments.gateway import (
    AccountSpec,
    EventFeed,
    PaymentGateway,
    PayoutGateway,
    RefundSpec,
    ReversalSpec,
    TransferSpec,
)
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.server import StripeServer

from .conftest import checkout_spec

BACK = {"return_url": "http://shop.test/back", "refresh_url": "http://shop.test/again"}


class Watched:
    """A gateway that notes which of its methods were used."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._gateway = gateway
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.used.add(name)
        return getattr(self._gateway, name)


def use_everything(gateway: Any, server: StripeServer) -> None:
    """Call every method that sends something, with every field filled in."""
    soon, since = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(days=1)
    page = gateway.create_checkout(replace(checkout_spec(), expires_at=soon))
    server.pay(page.url)
    paid = gateway.fetch_payment(page.provider_id)
    gateway.fetch_payment(paid.intent_id)
    gateway.expire_checkout(gateway.create_checkout(checkout_spec("k2")).provider_id)
    for number in range(11):
        fen = Money(100, "CNY")
        gateway.refund(RefundSpec(key=f"re{number}", reference="cn-1", intent_id=paid.intent_id, amount=fen))
    gateway.fetch_payment(paid.intent_id)
    account = gateway.open_account(
        AccountSpec(key="ac", reference="s-1", business_name="诸暨袜业", email="w@example.com", country="CN")
    ).account_id
    gateway.link_account(account, **BACK)
    server.control("POST", f"/accounts/{account}/activate")
    gateway.fetch_account(account)
    wish = TransferSpec(
        key="tr",
        reference="inv-1",
        account_id=account,
        amount=Money(4_000, "CNY"),
        group="order-1",
        source_charge_id=paid.charge_id,
        description="Invoice 1",
    )
    sent = gateway.transfer(wish).provider_id
    gateway.reverse_transfer(
        ReversalSpec(key="rv", reference="cn-1", transfer_id=sent, amount=Money(500, "CNY"))
    )
    gateway.fetch_transfer(sent)
    gateway.find_transfers("order-1")
    gateway.list_events(since)
    list(gateway.list_balance_transactions(since, account_id=account))
    gateway.fetch_balances(account_id=account)


def replay(request: dict[str, Any]) -> requests.Response:
    """Send a recorded request once more, to stripe-mock."""
    address = os.environ["CHANDI_TEST_STRIPE_MOCK"].rstrip("/") + request["path"]
    headers = {"Authorization": "Bearer sk_test_123", "Content-Type": "application/x-www-form-urlencoded"}
    for name, field in (("Stripe-Account", "account"), ("Idempotency-Key", "idempotency_key")):
        if request[field]:
            headers[name] = request[field]
    if request["method"] == "GET":
        return requests.get(f"{address}?{request['raw']}", headers=headers, timeout=10)
    return requests.post(address, request["raw"].encode(), headers=headers, timeout=10)


def test_the_recording_covers_every_method(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    watched = Watched(gateway)
    use_everything(watched, stripe_server)
    promised = {
        name
        for protocol in (PaymentGateway, PayoutGateway, EventFeed)
        for name, _ in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }
    assert promised - watched.used == {"parse_webhook"}


@pytest.mark.services
@pytest.mark.stripe_mock
def test_stripes_schema_accepts_every_request(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    use_everything(gateway, stripe_server)
    recorded = stripe_server.requests()
    assert len({(row["method"], row["path"].split("/")[2]) for row in recorded}) >= 12
    for row in recorded:
        answer = replay(row)
        assert answer.status_code == 200, f"{row['method']} {row['path']} {row['raw']}: {answer.text}"


@pytest.mark.services
@pytest.mark.stripe_mock
@pytest.mark.parametrize("change", ["&colour=red", "&mode=nonsense", "&line_items[0][quantity]=many"])
def test_the_schema_would_have_refused_a_wrong_request(
    gateway: StripeGateway, stripe_server: StripeServer, change: str
) -> None:
    gateway.create_checkout(checkout_spec())
    request = stripe_server.requests()[-1]
    assert replay(request).status_code == 200
    assert replay({**request, "raw": request["raw"] + change}).status_code == 400
