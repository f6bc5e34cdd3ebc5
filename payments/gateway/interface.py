"""What the rest of `payments` may ask of a payment service: three short protocols, plain values, no HTML.

Amounts are `Money` in ISO minor units; what a service counts differently is converted behind this line.
Every call that changes something carries a `key`: the same key with the same values is one effect, for 24
hours at the service. All calls raise the family of `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from marketplace.core.money import Money


class PaymentState(StrEnum):
    """Where one payment stands. Only `SUCCEEDED` means money."""

    OPEN = "open"
    ACTION_NEEDED = "action_needed"
    PROCESSING = "processing"
    DECLINED = "declined"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    EXPIRED = "expired"


class RefundState(StrEnum):
    """Where one refund stands; a failed one has brought the money back to us."""

    PENDING = "pending"
    ACTION_NEEDED = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutLine:
    """A line of the hosted page: `unit_price` times `quantity` (1 to 999,999)."""

    name: str
    unit_price: Money
    quantity: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSpec:
    """A page on which `reference` is paid once, by card. All lines share one currency.

    `success_url` may hold `{CHECKOUT_SESSION_ID}`. `group` ties later transfers to this payment. Left out,
    `expires_at` is a day from now; given, it lies 30 minutes to 24 hours ahead. `metadata` comes back in
    snapshots.
    """

    key: str
    reference: str
    lines: tuple[CheckoutLine, ...]
    success_url: str
    cancel_url: str
    language: str = ""
    email: str = ""
    description: str = ""
    group: str = ""
    expires_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPayment:
    """Where to send the buyer, and the id under which the payment is fetched."""

    provider_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSnapshot:
    """One refund as the service sees it now."""

    provider_id: str
    reference: str
    amount: Money
    state: RefundState
    failure_reason: str
    balance_line_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSnapshot:
    """One payment as the service sees it now.

    `settled` and `fee` are what reached our balance, in its currency. The service may tell them some seconds
    after `SUCCEEDED`, with an event of its own (`charge.updated`); until then they are None. `refunded`
    counts pending and succeeded refunds, not failed ones.
    """

    checkout_id: str
    intent_id: str
    charge_id: str
    balance_line_id: str
    reference: str
    group: str
    state: PaymentState
    amount: Money
    received: Money
    refunded: Money
    settled: Money | None
    fee: Money | None
    decline_code: str
    card: str
    refunds: tuple[RefundSnapshot, ...]
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSpec:
    """Give `amount` of a payment back. `intent_id` is `PaymentSnapshot.intent_id`."""

    key: str
    reference: str
    intent_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSpec:
    """A supplier's account at the service. `country` is ISO 3166 alpha-2."""

    key: str
    reference: str
    business_name: str
    email: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """Whether a supplier can be paid, and what the service still wants of them."""

    account_id: str
    reference: str
    can_receive: bool
    can_pay_out: bool
    details_submitted: bool
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingLink:
    """The service's own form; good for one visit and until `expires_at`."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSpec:
    """Pay a supplier's account: out of the charge `source_charge_id`, else out of our available balance."""

    key: str
    reference: str
    account_id: str
    amount: Money
    group: str = ""
    source_charge_id: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSnapshot:
    """One transfer as the service sees it now; `reversed_amount` is what has come back of it."""

    provider_id: str
    reference: str
    account_id: str
    group: str
    amount: Money
    reversed_amount: Money
    balance_line_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalSpec:
    """Take `amount` of a transfer back, in the transfer's currency."""

    key: str
    reference: str
    transfer_id: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalSnapshot:
    """One reversal of one transfer."""

    provider_id: str
    reference: str
    transfer_id: str
    amount: Money
    balance_line_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """A hint that something changed: fetch the object, never trust the payload's order.

    `account` is "" for our own account. `payment_id` is what to hand to `fetch_payment`, "" where the event
    is of no payment. `payload` is the whole event as plain JSON values.
    """

    event_id: str
    kind: str
    created_at: datetime
    account: str
    live: bool
    object_id: str
    object_kind: str
    payment_id: str
    reference: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """One movement of a balance: `net` = `amount` − `fee`. `source_id` is the charge, refund, transfer, …"""

    provider_id: str
    kind: str
    source_id: str
    amount: Money
    fee: Money
    net: Money
    available: bool
    created_at: datetime
    available_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account holds in one currency."""

    available: Money
    pending: Money


class PaymentGateway(Protocol):
    """Money in."""

    def create_checkout(self, spec: CheckoutSpec) -> HostedPayment:
        """Make a hosted payment page. Answers or raises within 10 seconds: a buyer is waiting."""

    def expire_checkout(self, checkout_id: str) -> PaymentSnapshot:
        """Close an unpaid page. A page already paid or expired is left alone; the snapshot tells which."""

    def fetch_payment(self, provider_id: str) -> PaymentSnapshot:
        """The payment behind a checkout id or an intent id."""

    def refund(self, spec: RefundSpec) -> RefundSnapshot:
        """Give money back to the card. GatewayRefused when it is more than is left."""


class PayoutGateway(Protocol):
    """Money out to suppliers."""

    def open_account(self, spec: AccountSpec) -> AccountSnapshot:
        """Make a supplier's account; it can receive once its onboarding is done."""

    def link_account(self, account_id: str, *, return_url: str, refresh_url: str) -> OnboardingLink:
        """A fresh link to the onboarding form of an account."""

    def fetch_account(self, account_id: str) -> AccountSnapshot:
        """The account as it stands."""

    def transfer(self, spec: TransferSpec) -> TransferSnapshot:
        """Pay a supplier. GatewayRefused `balance_insufficient` when the money is not there."""

    def reverse_transfer(self, spec: ReversalSpec) -> ReversalSnapshot:
        """Take money back. GatewayRefused when the account no longer holds it or less than that is left."""

    def fetch_transfer(self, transfer_id: str) -> TransferSnapshot:
        """The transfer as it stands."""

    def find_transfers(self, group: str) -> tuple[TransferSnapshot, ...]:
        """All transfers of a group, oldest first: clears up an unknown outcome older than 24 hours."""


class EventFeed(Protocol):
    """What the service tells by itself, and what it can be asked about the past."""

    def parse_webhook(self, body: bytes, signature: str) -> ProviderEvent:
        """Check the signature over the raw body, read the event. Or SignatureInvalid, GatewayUnreadable."""

    def list_events(self, since: datetime) -> tuple[ProviderEvent, ...]:
        """Events since a moment, oldest first; the service keeps 30 days."""

    def list_balance_transactions(self, since: datetime, *, account_id: str = "") -> Iterator[BalanceLine]:
        """Movements of a balance since a moment, newest first, fetched page by page."""

    def fetch_balances(self, *, account_id: str = "") -> tuple[Balance, ...]:
        """What an account (ours by default) holds, one entry per currency."""


class Gateway(PaymentGateway, PayoutGateway, EventFeed, Protocol):
    """All of it, as one service offers it. Ask for the narrow protocol that serves."""
