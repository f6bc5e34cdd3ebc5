"""PaymentIntents and charges as the API shows them; they come to life on the hosted page (`payments`)."""

from __future__ import annotations

from typing import Any

from .. import listing
from ..errors import refused
from ..params import EXPAND, PAGING, choice, fields, metadata, text
from ..router import route
from ..sandbox import Call, Sandbox

_ONE = fields({"expand": EXPAND})


@route("GET", "/v1/payment_intents/{id}", _ONE)
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One intent."""
    intent = sandbox.find("payment_intents", call.args["id"], call.scope)
    return listing.render(sandbox, intent, call.params.get("expand", ()))


@route(
    "POST",
    "/v1/payment_intents/{id}",
    fields({"description": text(1_000), "expand": EXPAND, "metadata": metadata}),
)
def update(sandbox: Sandbox, call: Call) -> Any:
    """Change description or metadata (merged)."""
    intent = sandbox.find("payment_intents", call.args["id"], call.scope)
    changes = {key: value for key, value in call.params.items() if key != "expand"}
    if "metadata" in changes:
        changes["metadata"] = {**intent["metadata"], **changes["metadata"]}
    intent = sandbox.change("payment_intents", intent, None, **changes)
    return listing.render(sandbox, intent, call.params.get("expand", ()))


@route("GET", "/v1/payment_intents", fields({**PAGING, "customer": text(255)}))
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Intents, newest first, by customer."""
    wanted = call.params.get("customer")
    rows = sandbox.newest("payment_intents", call.scope)
    return listing.page(sandbox, rows, call, lambda row: wanted is None or row["customer"] == wanted)


@route(
    "POST",
    "/v1/payment_intents/{id}/cancel",
    fields(
        {
            "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
            "expand": EXPAND,
        }
    ),
)
def cancel(sandbox: Sandbox, call: Call) -> Any:
    """Give up an intent that took no money; that of an open checkout session is closed with the session."""
    intent = sandbox.find("payment_intents", call.args["id"], call.scope)
    if intent["status"] in ("succeeded", "canceled"):
        raise refused(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            "payment_intent_unexpected_state",
        )
    session = sandbox.find("checkout_sessions", intent["_checkout_session"], call.scope)
    if session["status"] == "open":
        raise refused(
            "You cannot cancel this PaymentIntent while its Checkout Session is open. Expire the session.",
            "payment_intent_unexpected_state",
        )
    canceled = sandbox.change(
        "payment_intents",
        intent,
        "payment_intent.canceled",
        call=call,
        status="canceled",
        canceled_at=sandbox.now(),
        cancellation_reason=call.params.get("cancellation_reason"),
    )
    return listing.render(sandbox, canceled, call.params.get("expand", ()))


@route("GET", "/v1/charges/{id}", _ONE)
def retrieve_charge(sandbox: Sandbox, call: Call) -> Any:
    """One charge."""
    charge = sandbox.find("charges", call.args["id"], call.scope)
    return listing.render(sandbox, charge, call.params.get("expand", ()))


@route("GET", "/v1/charges", fields({**PAGING, "payment_intent": text(255), "transfer_group": text(255)}))
def list_charges(sandbox: Sandbox, call: Call) -> Any:
    """Charges, newest first, by intent or transfer group."""
    wanted = {key: call.params[key] for key in ("payment_intent", "transfer_group") if key in call.params}
    rows = sandbox.newest("charges", call.scope)
    return listing.page(
        sandbox, rows, call, lambda row: all(row[key] == value for key, value in wanted.items())
    )
