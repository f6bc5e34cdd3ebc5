"""Money out: accounts, transfers, reversals, and what the balance says afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from marketplace.core.money import Money
from payments.gateway import AccountSpec, GatewayRefused, ReversalSpec, TransferSpec
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.server import StripeServer

from .conftest import checkout_spec

YESTERDAY = timedelta(days=1)


def yuan(amount: int) -> Money:
    """Fen of CNY."""
    return Money(amount, "CNY")


@pytest.fixture
def account(gateway: StripeGateway, stripe_server: StripeServer) -> str:
    """A supplier's account that can receive."""
    key = gateway.open_account(supplier()).account_id
    stripe_server.control("POST", f"/accounts/{key}/activate")
    return key


def supplier() -> AccountSpec:
    """A sock factory."""
    return AccountSpec(
        key="account:s-1:1", reference="s-1", business_name="诸暨袜业", email="wang@example.com", country="CN"
    )


def wish(key: str, account: str, amount: int, **more: str) -> TransferSpec:
    """A transfer for one invoice."""
    return TransferSpec(
        key=key, reference="inv-1", account_id=account, amount=yuan(amount), group="order-1", **more
    )


def test_a_supplier_is_taken_through_the_services_own_form(gateway: StripeGateway) -> None:
    opened = gateway.open_account(supplier())
    assert gateway.open_account(supplier()) == opened
    assert (opened.reference, opened.can_receive, opened.can_pay_out) == ("s-1", False, False)
    assert opened.wanted
    link = gateway.link_account(
        opened.account_id, return_url="http://shop.test/back", refresh_url="http://shop.test/again"
    )
    assert link.expires_at > datetime.now(UTC)
    form = {
        "legal_name": "诸暨袜业",
        "representative": "王",
        "bank_account": "62220000123456",
        "terms": "yes",
    }
    assert requests.post(link.url, form, allow_redirects=False, timeout=5).status_code == 303
    ready = gateway.fetch_account(opened.account_id)
    assert (ready.can_receive, ready.can_pay_out, ready.details_submitted, ready.wanted) == (
        True,
        True,
        True,
        (),
    )


def test_transfers_are_bounded_found_and_reversed(
    gateway: StripeGateway, stripe_server: StripeServer, account: str
) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        gateway.transfer(wish("tr:1:1", account, 5_000))
    assert refusal.value.code == "balance_insufficient"
    stripe_server.control("POST", "/fund", amount=20_000, currency="cny")
    first = gateway.transfer(wish("tr:1:2", account, 5_000))
    second = gateway.transfer(wish("tr:2:1", account, 7_000))
    assert (first.amount, first.reference, first.account_id) == (yuan(5_000), "inv-1", account)
    assert gateway.find_transfers("order-1") == (first, second)
    assert gateway.find_transfers("order-2") == ()

    back = gateway.reverse_transfer(
        ReversalSpec(key="rv:1:1", reference="cn-1", transfer_id=first.provider_id, amount=yuan(2_000))
    )
    assert (back.amount, back.transfer_id, back.reference) == (yuan(2_000), first.provider_id, "cn-1")
    assert gateway.fetch_transfer(first.provider_id).reversed_amount == yuan(2_000)
    with pytest.raises(GatewayRefused):
        gateway.reverse_transfer(
            ReversalSpec(key="rv:1:2", reference="cn-2", transfer_id=first.provider_id, amount=yuan(3_001))
        )
    assert gateway.fetch_balances()[0].available == yuan(10_000)
    assert gateway.fetch_balances(account_id=account)[0].available == yuan(10_000)


def test_a_transfer_out_of_a_charge_need_not_wait_for_the_balance(
    gateway: StripeGateway, stripe_server: StripeServer, account: str
) -> None:
    stripe_server.control("POST", "/settings", pending_seconds=3_600)
    page = gateway.create_checkout(checkout_spec())
    stripe_server.pay(page.url)
    charge = gateway.fetch_payment(page.provider_id).charge_id
    with pytest.raises(GatewayRefused):
        gateway.transfer(wish("tr:1:1", account, 5_000))
    gateway.transfer(wish("tr:1:2", account, 5_000, source_charge_id=charge))
    assert gateway.fetch_balances(account_id=account)[0].pending == yuan(5_000)
    stripe_server.control("POST", "/clock", advance=3_700)
    assert gateway.fetch_balances(account_id=account)[0].available == yuan(5_000)


def test_every_movement_of_the_balance_is_told(
    gateway: StripeGateway, stripe_server: StripeServer, account: str
) -> None:
    since = datetime.now(UTC) - YESTERDAY
    page = gateway.create_checkout(checkout_spec())
    stripe_server.pay(page.url)
    paid = gateway.fetch_payment(page.provider_id)
    sent = gateway.transfer(wish("tr:1:1", account, 5_000))
    gateway.reverse_transfer(
        ReversalSpec(key="rv:1:1", reference="cn-1", transfer_id=sent.provider_id, amount=yuan(1_000))
    )
    lines = list(gateway.list_balance_transactions(since))
    assert [(line.kind, line.amount.amount, line.fee.amount) for line in lines] == [
        ("transfer_refund", 1_000, 0),
        ("transfer", -5_000, 0),
        ("charge", 10_000, 490),
    ]
    assert (lines[2].provider_id, lines[2].source_id) == (paid.balance_line_id, paid.charge_id)
    assert sum(line.net.amount for line in lines) == gateway.fetch_balances()[0].available.amount
    theirs = list(gateway.list_balance_transactions(since, account_id=account))
    assert [line.kind for line in theirs] == ["payment_refund", "payment"]
    assert list(gateway.list_balance_transactions(datetime.now(UTC) + YESTERDAY)) == []


def test_a_long_feed_is_fetched_page_by_page(gateway: StripeGateway, stripe_server: StripeServer) -> None:
    for amount in range(1, 251):
        stripe_server.control("POST", "/fund", amount=amount, currency="cny")
    lines = list(gateway.list_balance_transactions(datetime.now(UTC) - YESTERDAY))
    assert [line.amount.amount for line in lines] == list(range(250, 0, -1))
    asked = [row for row in stripe_server.requests() if row["path"] == "/v1/balance_transactions"]
    assert len(asked) == 3
    events = gateway.list_events(datetime.now(UTC) - YESTERDAY)
    assert [event.payload["data"]["object"]["amount"] for event in events] == list(range(1, 251))
