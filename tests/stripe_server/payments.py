"""A card payment, from first attempt to money on the balance: the engine behind the hosted page.

One PaymentIntent per checkout session, made at the first attempt and used again by the next ones; each
attempt that reaches the card network leaves a charge, failed or succeeded.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from . import ledger
from .cards import DECLINES, Card
from .currencies import card_fee
from .sandbox import Sandbox
from .store import Object


def intent_for(sandbox: Sandbox, session: Object) -> Object:
    """The session's PaymentIntent, created (with its event) when this is the first attempt."""
    scope = session["_scope"]
    if session["payment_intent"]:
        return sandbox.find("payment_intents", session["payment_intent"], scope)
    data = session["_payment_intent_data"]
    key = sandbox.new_id("pi")
    intent = sandbox.create(
        "payment_intents",
        scope,
        {
            "id": key,
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_capturable": 0,
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": sandbox.new_id(f"{key}_secret"),
            "confirmation_method": "automatic",
            "currency": session["currency"],
            "customer": session["customer"],
            "description": data.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": data.get("metadata", {}),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_types": session["payment_method_types"],
            "processing": None,
            "receipt_email": data.get("receipt_email"),
            "setup_future_usage": None,
            "shipping": None,
            "statement_descriptor": data.get("statement_descriptor"),
            "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": data.get("transfer_group"),
            "_checkout_session": session["id"],
        },
    )
    sandbox.emit("payment_intent.created", intent)
    sandbox.store.update("checkout_sessions", session["id"], payment_intent=key)
    return intent


def attempt(sandbox: Sandbox, intent: Object, card: Card, *, payer: dict[str, Any]) -> Object:
    """Try the card. The intent is then succeeded, requires_action (3-D Secure) or requires_payment_method."""
    method = sandbox.new_id("pm")
    held = {"_card": asdict(card), "_payer": payer, "payment_method": method}
    intent = sandbox.store.update("payment_intents", intent["id"], **held)
    forced = sandbox.faults.take_decline()
    if forced is not None:
        return decline(sandbox, intent, forced)
    if card.behaviour.startswith("decline:"):
        return decline(sandbox, intent, card.behaviour.removeprefix("decline:"))
    if card.behaviour.startswith("authenticate"):
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        return sandbox.change(
            "payment_intents",
            intent,
            "payment_intent.requires_action",
            status="requires_action",
            next_action=action,
            last_payment_error=None,
        )
    return succeed(sandbox, intent)


def authenticate(sandbox: Sandbox, intent: Object, *, passed: bool) -> Object:
    """The answer of the 3-D Secure step; an intent that no longer waits for it is returned as it is."""
    if intent["status"] != "requires_action":
        return intent
    if not passed:
        error = {
            "code": "payment_intent_authentication_failure",
            "message": "The provided PaymentMethod has failed authentication. You can provide "
            "payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
            "type": "invalid_request_error",
        }
        return _fail(sandbox, intent, error)
    if intent["_card"]["behaviour"] == "authenticate_then_decline":
        return decline(sandbox, intent, "generic_decline")
    return succeed(sandbox, intent)


def decline(sandbox: Sandbox, intent: Object, decline_code: str) -> Object:
    """The card network says no: a failed charge, an intent that waits for another card."""
    code, message = DECLINES[decline_code]
    charge = _charge(sandbox, intent, status="failed", failure_code=code, failure_message=message)
    sandbox.emit("charge.failed", charge)
    error = {
        "charge": charge["id"],
        "code": code,
        "decline_code": "generic_decline" if decline_code == "test_mode_live_card" else decline_code,
        "message": message,
        "type": "card_error",
    }
    return _fail(sandbox, intent, error, latest_charge=charge["id"])


def _fail(sandbox: Sandbox, intent: Object, error: dict[str, Any], **more: Any) -> Object:
    return sandbox.change(
        "payment_intents",
        intent,
        "payment_intent.payment_failed",
        status="requires_payment_method",
        last_payment_error=error,
        next_action=None,
        payment_method=None,
        **more,
    )


def succeed(sandbox: Sandbox, intent: Object) -> Object:
    """Take the money: charge, balance transaction with its fee, and the events in Stripe's order."""
    charge = _charge(sandbox, intent, status="succeeded")
    late = sandbox.setting("late_lines_seconds")
    if late:
        sandbox.set_timer("settle_charge", charge["id"], sandbox.now() + late)
    else:
        charge = sandbox.store.update("charges", charge["id"], balance_transaction=_line(sandbox, charge))
    sandbox.emit("charge.succeeded", charge)
    return sandbox.change(
        "payment_intents",
        intent,
        "payment_intent.succeeded",
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
    )


def settle(sandbox: Sandbox, key: str) -> Object:
    """A payment's balance transaction appears, some time after the payment."""
    charge = sandbox.store.get("charges", key)
    assert charge is not None, f"a timer outlived its charge {key}"
    line = _line(sandbox, charge)
    return sandbox.change("charges", charge, "charge.updated", balance_transaction=line)


def _line(sandbox: Sandbox, charge: Object) -> str:
    """The id of the balance transaction that brings the charge, less its fee, to the balance."""
    line = ledger.post(
        sandbox,
        charge["_scope"],
        kind="charge",
        amount=charge["amount"],
        currency=charge["currency"],
        fee=card_fee(charge["amount"], charge["currency"], sandbox.fees),
        source=charge["id"],
        description=charge["description"],
        wait=sandbox.setting("pending_seconds"),
    )
    return str(line["id"])


def _charge(sandbox: Sandbox, intent: Object, *, status: str, **failure: Any) -> Object:
    card = intent["_card"]
    paid = status == "succeeded"
    network = "approved_by_network" if paid else "declined_by_network"
    shown = {
        key: card[key]
        for key in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    return sandbox.create(
        "charges",
        intent["_scope"],
        {
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if paid else 0,
            "amount_refunded": 0,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": {
                "address": {"country": card["country"]},
                "email": intent["_payer"].get("email"),
                "name": intent["_payer"].get("name"),
                "phone": None,
            },
            "captured": paid,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": intent["metadata"],
            "on_behalf_of": None,
            "outcome": {"network_status": network, "type": "authorized" if paid else "issuer_declined"},
            "paid": paid,
            "payment_intent": intent["id"],
            "payment_method": intent["payment_method"],
            "payment_method_details": {"card": shown, "type": "card"},
            "receipt_email": intent["receipt_email"],
            "refunded": False,
            "source_transfer": None,
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": status,
            "transfer_data": None,
            "transfer_group": intent["transfer_group"],
            "_card_behaviour": card["behaviour"],
            "_transferred": 0,
            **failure,
        },
    )
