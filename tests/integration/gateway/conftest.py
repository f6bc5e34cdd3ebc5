"""The gateway in front of the running local server."""

from collections.abc import Callable

import pytest

from marketplace.core.money import Money
from payments.gateway import CheckoutLine, CheckoutSpec
from payments.gateway.stripe_client import StripeCaller
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.fixtures import SECRET, _one_stripe_server, hook_sink, stripe_server, with_webhooks
from tests.stripe_server.server import StripeServer

__all__ = ["_one_stripe_server", "hook_sink", "stripe_server", "with_webhooks"]

SpecMaker = Callable[..., CheckoutSpec]


@pytest.fixture
def gateway(stripe_server: StripeServer) -> StripeGateway:
    """A gateway that waits half a second at most and not between repeats."""
    caller = StripeCaller(
        secret_key="sk_test_gateway", api_base=stripe_server.url, timeout=0.5, sleep=lambda seconds: None
    )
    return StripeGateway(secret_key="sk_test_gateway", webhook_secret=SECRET, caller=caller)


def checkout_spec(
    key: str = "checkout:order-1:1", amount: int = 10_000, currency: str = "CNY"
) -> CheckoutSpec:
    """A page over two kinds of goods; three pieces of the first make up the rest of the amount."""
    return CheckoutSpec(
        key=key,
        reference="order-1",
        lines=(
            CheckoutLine(
                name="棉袜 Cotton socks",
                unit_price=Money(amount // 4, currency),
                quantity=3,
                description="Black, 39-42",
            ),
            CheckoutLine(name="Freight", unit_price=Money(amount - 3 * (amount // 4), currency)),
        ),
        success_url="http://shop.test/done?session={CHECKOUT_SESSION_ID}",
        cancel_url="http://shop.test/basket",
        language="zh-hans",
        email="li@example.com",
        description="Order 1",
        group="order-1",
        metadata={"purpose": "order"},
    )
