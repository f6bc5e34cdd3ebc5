"""The one door to the payment service: values and protocols here, Stripe behind them.

`get_gateway()` is what actions and tasks use. No call leaves inside a database transaction: write a
command row, commit, then call.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from .errors import (
    GatewayError,
    GatewayKeyReused,
    GatewayRefused,
    GatewayUnavailable,
    GatewayUnreadable,
    SignatureInvalid,
    WrongMode,
)
from .interface import (
    AccountSnapshot,
    AccountSpec,
    Balance,
    BalanceLine,
    CheckoutLine,
    CheckoutSpec,
    EventFeed,
    Gateway,
    HostedPayment,
    OnboardingLink,
    PaymentGateway,
    PaymentSnapshot,
    PaymentState,
    PayoutGateway,
    ProviderEvent,
    RefundSnapshot,
    RefundSpec,
    RefundState,
    ReversalSnapshot,
    ReversalSpec,
    TransferSnapshot,
    TransferSpec,
)

__all__ = [
    "AccountSnapshot",
    "AccountSpec",
    "Balance",
    "BalanceLine",
    "CheckoutLine",
    "CheckoutSpec",
    "EventFeed",
    "Gateway",
    "GatewayError",
    "GatewayKeyReused",
    "GatewayRefused",
    "GatewayUnavailable",
    "GatewayUnreadable",
    "HostedPayment",
    "OnboardingLink",
    "PaymentGateway",
    "PaymentSnapshot",
    "PaymentState",
    "PayoutGateway",
    "ProviderEvent",
    "RefundSnapshot",
    "RefundSpec",
    "RefundState",
    "ReversalSnapshot",
    "ReversalSpec",
    "SignatureInvalid",
    "TransferSnapshot",
    "TransferSpec",
    "WrongMode",
    "get_gateway",
]


def get_gateway() -> Gateway:
    """The gateway of the current settings: STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE."""
    return _make(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_BASE)


@lru_cache(maxsize=8)
def _make(secret_key: str, webhook_secret: str, api_base: str | None) -> Gateway:
    # Importing the library takes 0.4 s; only processes that talk to the service pay for it.
    from .stripe_gateway import StripeGateway

    return StripeGateway(secret_key=secret_key, webhook_secret=webhook_secret, api_base=api_base)
