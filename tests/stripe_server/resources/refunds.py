"""Refunds of card payments: never more than was taken, some of them late, some of them failing."""

from __future__ import annotations

from typing import Any

from .. import ledger, listing
from ..currencies import check_amount, show
from ..errors import bad_param, missing_param, refused
from ..params import EXPAND, PAGING, choice, fields, integer, metadata, text
from ..router import route
from ..sandbox import DAY, Call, Sandbox
from ..store import Object

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


@route(
    "POST",
    "/v1/refunds",
    fields(
        {
            "amount": integer(1),
            "charge": text(255),
            "expand": EXPAND,
            "metadata": metadata,
            "payment_intent": text(255),
            "reason": choice(*REASONS),
        }
    ),
)
def create(sandbox: Sandbox, call: Call) -> Any:
    """Give money of one charge back; without an amount, all that is left of it."""
    charge = _charge_of(sandbox, call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    amount = check_amount(call.params.get("amount", left), charge["currency"])
    if amount > left:
        code = charge["currency"]
        raise refused(
            f"Refund amount ({show(amount, code)}) is greater than unrefunded amount on charge "
            f"({show(left, code)})",
            "amount_too_large",
            "amount",
        )
    late = charge["_card_behaviour"] == "refund_pending"
    refund = sandbox.create(
        "refunds",
        call.scope,
        {
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": charge["currency"],
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "failure_balance_transaction": None,
            "failure_reason": None,
            "metadata": call.params.get("metadata", {}),
            "payment_intent": charge["payment_intent"],
            "reason": call.params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending" if late else "succeeded",
            "transfer_reversal": None,
        },
    )
    line = ledger.post(
        sandbox,
        call.scope,
        kind="refund",
        amount=-amount,
        currency=charge["currency"],
        source=refund["id"],
        description="REFUND FOR CHARGE",
    )
    refund = sandbox.store.update("refunds", refund["id"], balance_transaction=line["id"])
    if late or charge["_card_behaviour"] == "refund_fails":
        sandbox.set_timer("settle_refund", refund["id"], sandbox.now() + DAY)
    sandbox.emit("refund.created", refund, call=call)
    refunded = charge["amount_refunded"] + amount
    sandbox.change(
        "charges",
        charge,
        "charge.refunded",
        call=call,
        amount_refunded=refunded,
        refunded=refunded == charge["amount"],
    )
    return listing.render(sandbox, refund, call.params.get("expand", ()))


def _charge_of(sandbox: Sandbox, call: Call) -> Object:
    params = call.params
    if "charge" in params and "payment_intent" in params:
        raise bad_param("You may only specify one of these parameters: charge, payment_intent.", "charge")
    if "charge" in params:
        charge = sandbox.find("charges", params["charge"], call.scope, "charge")
    elif "payment_intent" in params:
        intent = sandbox.find("payment_intents", params["payment_intent"], call.scope, "payment_intent")
        if intent["status"] != "succeeded":
            raise refused(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                "payment_intent_unexpected_state",
            )
        charge = sandbox.find("charges", intent["latest_charge"], call.scope)
    else:
        raise missing_param("payment_intent")
    if not charge["paid"]:
        raise refused(f"Charge {charge['id']} failed and cannot be refunded.", "charge_not_refundable")
    return charge


@route("GET", "/v1/refunds/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One refund."""
    refund = sandbox.find("refunds", call.args["id"], call.scope)
    return listing.render(sandbox, refund, call.params.get("expand", ()))


@route("GET", "/v1/refunds", fields({**PAGING, "charge": text(255), "payment_intent": text(255)}))
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Refunds, newest first, by charge or intent."""
    wanted = {key: call.params[key] for key in ("charge", "payment_intent") if key in call.params}
    rows = sandbox.newest("refunds", call.scope)
    return listing.page(
        sandbox, rows, call, lambda row: all(row[key] == value for key, value in wanted.items())
    )


def settle(sandbox: Sandbox, key: str) -> None:
    """The bank's late answer: a pending refund goes through, one of the failing card comes back."""
    refund = sandbox.store.get("refunds", key)
    assert refund is not None
    charge = sandbox.find("charges", refund["charge"], refund["_scope"])
    if charge["_card_behaviour"] == "refund_fails":
        fail(sandbox, refund, "expired_or_canceled_card")
    elif refund["status"] == "pending":
        sandbox.change("refunds", refund, "refund.updated", status="succeeded")


def fail(sandbox: Sandbox, refund: Object, reason: str) -> Object:
    """The money comes back to the balance and the charge counts as not refunded by that amount."""
    sandbox.clear_timer("settle_refund", refund["id"])
    line = ledger.post(
        sandbox,
        refund["_scope"],
        kind="refund_failure",
        amount=refund["amount"],
        currency=refund["currency"],
        source=refund["id"],
        description="REFUND FAILURE",
    )
    charge = sandbox.find("charges", refund["charge"], refund["_scope"])
    left = charge["amount_refunded"] - refund["amount"]
    sandbox.change("charges", charge, "charge.updated", amount_refunded=left, refunded=False)
    return sandbox.change(
        "refunds",
        refund,
        "refund.failed",
        status="failed",
        failure_reason=reason,
        failure_balance_transaction=line["id"],
    )
