"""From Stripe's answers, as plain dictionaries, to our frozen values.

A field that is absent where we need it raises `GatewayUnreadable`; fields we do not know are ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from .amounts import from_provider
from .errors import GatewayUnreadable
from .interface import (
    AccountSnapshot,
    Balance,
    BalanceLine,
    HostedPayment,
    OnboardingLink,
    PaymentSnapshot,
    PaymentState,
    ProviderEvent,
    RefundSnapshot,
    RefundState,
    ReversalSnapshot,
    TransferSnapshot,
)

Raw = Mapping[str, Any]
T = TypeVar("T")

_INTENT_STATES = {
    "requires_action": PaymentState.ACTION_NEEDED,
    "processing": PaymentState.PROCESSING,
    "succeeded": PaymentState.SUCCEEDED,
    "canceled": PaymentState.CANCELED,
    "requires_confirmation": PaymentState.OPEN,
    "requires_payment_method": PaymentState.OPEN,
}


def read(build: Callable[[Raw], T], raw: Raw) -> T:
    """Build a value; whatever the answer lacks becomes one typed error."""
    try:
        return build(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        kind, key = raw.get("object", "answer"), raw.get("id", "")
        raise GatewayUnreadable(f"cannot read {kind} {key}: {error!r}", code="unreadable") from error


def moment(seconds: int) -> datetime:
    """Unix seconds as an aware UTC time."""
    return datetime.fromtimestamp(seconds, UTC)


def _reference(raw: Raw) -> str:
    return str((raw.get("metadata") or {}).get("reference", ""))


def _id(value: Any) -> str:
    """The id of an object that may stand there expanded, as its id, or not at all."""
    if value is None:
        return ""
    return str(value if isinstance(value, str) else value["id"])


def hosted_payment(raw: Raw) -> HostedPayment:
    """A checkout session that has just been made."""
    if not raw["url"]:
        raise ValueError("the session has no page any more")
    return HostedPayment(provider_id=raw["id"], url=raw["url"], expires_at=moment(raw["expires_at"]))


def payment_of_session(raw: Raw) -> PaymentSnapshot:
    """A checkout session with its intent expanded; without an intent nobody has tried to pay yet."""
    intent = raw["payment_intent"]
    if intent is not None:
        expired = raw["status"] == "expired"
        return payment_of_intent(intent, checkout_id=raw["id"], expired=expired)
    amount = from_provider(raw["amount_total"], raw["currency"])
    return PaymentSnapshot(
        checkout_id=raw["id"],
        intent_id="",
        charge_id="",
        balance_line_id="",
        reference=str(raw["client_reference_id"] or _reference(raw)),
        group="",
        state=PaymentState.EXPIRED if raw["status"] == "expired" else PaymentState.OPEN,
        amount=amount,
        received=amount * 0,
        refunded=amount * 0,
        settled=None,
        fee=None,
        decline_code="",
        card="",
        refunds=(),
        metadata=dict(raw["metadata"] or {}),
    )


def payment_of_intent(raw: Raw, *, checkout_id: str = "", expired: bool = False) -> PaymentSnapshot:
    """A payment intent with latest charge, its balance transaction and its refunds expanded."""
    error, charge = raw["last_payment_error"] or {}, raw["latest_charge"] or {}
    state = _INTENT_STATES[raw["status"]]
    if state is PaymentState.OPEN and error:
        state = PaymentState.DECLINED
    if expired and state is PaymentState.CANCELED:
        state = PaymentState.EXPIRED
    amount = from_provider(raw["amount"], raw["currency"])
    paid = charge if state is PaymentState.SUCCEEDED else {}
    line = paid.get("balance_transaction") or {}
    card = ((charge.get("payment_method_details") or {}).get("card")) or {}
    refunds = [refund(row) for row in (paid.get("refunds") or {}).get("data", ())]
    return PaymentSnapshot(
        checkout_id=checkout_id,
        intent_id=raw["id"],
        charge_id=str(charge.get("id", "")),
        balance_line_id=_id(line or None),
        reference=_reference(raw),
        group=str(raw["transfer_group"] or ""),
        state=state,
        amount=amount,
        received=from_provider(raw["amount_received"], raw["currency"]),
        refunded=from_provider(paid["amount_refunded"], raw["currency"]) if paid else amount * 0,
        settled=from_provider(line["amount"], line["currency"]) if line else None,
        fee=from_provider(line["fee"], line["currency"]) if line else None,
        decline_code=str(error.get("decline_code") or error.get("code") or ""),
        card=f"{card['brand']} {card['last4']}" if card else "",
        refunds=tuple(sorted(refunds, key=lambda row: (row.created_at, row.provider_id))),
        metadata=dict(raw["metadata"] or {}),
    )


def refund(raw: Raw) -> RefundSnapshot:
    """One refund."""
    return RefundSnapshot(
        provider_id=raw["id"],
        reference=_reference(raw),
        amount=from_provider(raw["amount"], raw["currency"]),
        state=RefundState(raw["status"]),
        failure_reason=str(raw.get("failure_reason") or ""),
        balance_line_id=_id(raw["balance_transaction"]),
        created_at=moment(raw["created"]),
    )


def account(raw: Raw) -> AccountSnapshot:
    """One connected account."""
    requirements = raw.get("requirements") or {}
    return AccountSnapshot(
        account_id=raw["id"],
        reference=_reference(raw),
        can_receive=(raw["capabilities"] or {}).get("transfers") == "active",
        can_pay_out=bool(raw["payouts_enabled"]),
        details_submitted=bool(raw["details_submitted"]),
        wanted=tuple(requirements.get("currently_due") or ()),
    )


def onboarding_link(raw: Raw) -> OnboardingLink:
    """One account link."""
    return OnboardingLink(url=raw["url"], expires_at=moment(raw["expires_at"]))


def transfer(raw: Raw) -> TransferSnapshot:
    """One transfer."""
    return TransferSnapshot(
        provider_id=raw["id"],
        reference=_reference(raw),
        account_id=_id(raw["destination"]),
        group=str(raw["transfer_group"] or ""),
        amount=from_provider(raw["amount"], raw["currency"]),
        reversed_amount=from_provider(raw["amount_reversed"], raw["currency"]),
        balance_line_id=_id(raw["balance_transaction"]),
        created_at=moment(raw["created"]),
    )


def reversal(raw: Raw) -> ReversalSnapshot:
    """One reversal."""
    return ReversalSnapshot(
        provider_id=raw["id"],
        reference=_reference(raw),
        transfer_id=_id(raw["transfer"]),
        amount=from_provider(raw["amount"], raw["currency"]),
        balance_line_id=_id(raw["balance_transaction"]),
        created_at=moment(raw["created"]),
    )


def balance_line(raw: Raw) -> BalanceLine:
    """One balance transaction."""
    return BalanceLine(
        provider_id=raw["id"],
        kind=raw["type"],
        source_id=_id(raw["source"]),
        amount=from_provider(raw["amount"], raw["currency"]),
        fee=from_provider(raw["fee"], raw["currency"]),
        net=from_provider(raw["net"], raw["currency"]),
        available=raw["status"] == "available",
        created_at=moment(raw["created"]),
        available_at=moment(raw["available_on"]),
    )


def balances(raw: Raw) -> tuple[Balance, ...]:
    """A balance, by currency code."""
    held: dict[str, dict[str, int]] = {}
    for part in ("available", "pending"):
        for entry in raw[part]:
            held.setdefault(entry["currency"], {"available": 0, "pending": 0})[part] += entry["amount"]
    return tuple(
        Balance(
            available=from_provider(parts["available"], code), pending=from_provider(parts["pending"], code)
        )
        for code, parts in sorted(held.items())
    )


def event(raw: Raw) -> ProviderEvent:
    """One event, from a webhook or from the list."""
    about = raw["data"]["object"]
    return ProviderEvent(
        event_id=raw["id"],
        kind=raw["type"],
        created_at=moment(raw["created"]),
        account=str(raw.get("account") or ""),
        live=bool(raw["livemode"]),
        object_id=str(about.get("id") or ""),
        object_kind=about["object"],
        payment_id=_payment_id(about),
        reference=str(about.get("client_reference_id") or _reference(about)),
        payload=raw,
    )


def _payment_id(about: Raw) -> str:
    if about["object"] in ("checkout.session", "payment_intent"):
        return str(about["id"])
    if about["object"] in ("charge", "refund", "dispute"):
        return _id(about.get("payment_intent"))
    return ""
