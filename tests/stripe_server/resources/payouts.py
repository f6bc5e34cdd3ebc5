"""Payouts from a balance to a bank, which may fail after they showed paid, and top-ups the other way."""

from __future__ import annotations

from typing import Any

from .. import ledger, listing
from ..currencies import check_amount
from ..errors import refused
from ..params import EXPAND, PAGING, choice, currency, fields, integer, metadata, text
from ..router import route
from ..sandbox import DAY, PLATFORM, Call, Sandbox
from ..store import Object


@route(
    "POST",
    "/v1/payouts",
    fields(
        {
            "amount": integer(1),
            "currency": currency,
            "description": text(1_000),
            "expand": EXPAND,
            "metadata": metadata,
            "method": choice("standard"),
            "statement_descriptor": text(22),
        },
        required=("amount", "currency"),
    ),
)
def create(sandbox: Sandbox, call: Call) -> Any:
    """Send available money of the calling account to its bank; it arrives a day later by our clock."""
    params = call.params
    if call.scope != PLATFORM and not sandbox.find("accounts", call.scope, PLATFORM)["payouts_enabled"]:
        raise refused(
            "Cannot create payouts: this account has requirements that need to be collected.",
            "payouts_not_allowed",
        )
    amount, code = check_amount(params["amount"], params["currency"]), params["currency"]
    if ledger.available(sandbox, call.scope, code) < amount:
        raise refused(
            "You have insufficient funds in your Stripe account for this payout.", "balance_insufficient"
        )
    key = sandbox.new_id("po")
    line = ledger.post(
        sandbox,
        call.scope,
        kind="payout",
        amount=-amount,
        currency=code,
        source=key,
        description="STRIPE PAYOUT",
    )
    payout = sandbox.create(
        "payouts",
        call.scope,
        {
            "id": key,
            "object": "payout",
            "amount": amount,
            "arrival_date": sandbox.now() + DAY,
            "automatic": False,
            "balance_transaction": line["id"],
            "currency": code,
            "description": params.get("description"),
            "destination": _bank(sandbox, call.scope),
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "method": "standard",
            "original_payout": None,
            "reconciliation_status": "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": params.get("statement_descriptor"),
            "status": "pending",
            "type": "bank_account",
        },
    )
    sandbox.set_timer("pay_out", key, payout["arrival_date"])
    sandbox.emit("payout.created", payout, call=call)
    return listing.render(sandbox, payout, params.get("expand", ()))


def _bank(sandbox: Sandbox, scope: str) -> str:
    if scope == PLATFORM:
        return "ba_platform"
    return str(sandbox.find("accounts", scope, PLATFORM)["external_accounts"]["data"][0]["id"])


@route("GET", "/v1/payouts/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One payout."""
    payout = sandbox.find("payouts", call.args["id"], call.scope)
    return listing.render(sandbox, payout, call.params.get("expand", ()))


@route(
    "GET",
    "/v1/payouts",
    fields({**PAGING, "status": choice("pending", "in_transit", "paid", "failed", "canceled")}),
)
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Payouts of the calling account, newest first, by status."""
    wanted = call.params.get("status")
    rows = sandbox.newest("payouts", call.scope)
    return listing.page(sandbox, rows, call, lambda row: wanted is None or row["status"] == wanted)


def arrive(sandbox: Sandbox, key: str) -> Object:
    """The bank has it."""
    payout = sandbox.store.get("payouts", key)
    assert payout is not None
    if payout["status"] not in ("pending", "in_transit"):
        return payout
    sandbox.clear_timer("pay_out", key)
    return sandbox.change("payouts", payout, "payout.paid", status="paid")


def fail(sandbox: Sandbox, payout: Object, code: str) -> Object:
    """The bank sends it back, perhaps after it showed paid; the money is on the balance again."""
    sandbox.clear_timer("pay_out", payout["id"])
    line = ledger.post(
        sandbox,
        payout["_scope"],
        kind="payout_failure",
        amount=payout["amount"],
        currency=payout["currency"],
        source=payout["id"],
        description="STRIPE PAYOUT FAILURE",
    )
    return sandbox.change(
        "payouts",
        payout,
        "payout.failed",
        status="failed",
        failure_code=code,
        failure_message="The bank could not process this payout.",
        failure_balance_transaction=line["id"],
    )


@route(
    "POST",
    "/v1/topups",
    fields(
        {
            "amount": integer(1),
            "currency": currency,
            "description": text(1_000),
            "expand": EXPAND,
            "metadata": metadata,
            "statement_descriptor": text(15),
            "transfer_group": text(255),
        },
        required=("amount", "currency"),
    ),
)
def top_up(sandbox: Sandbox, call: Call) -> Any:
    """Bring money from the platform's bank to its balance; here it arrives at once."""
    check_amount(call.params["amount"], call.params["currency"])
    return record_top_up(sandbox, call)


def record_top_up(sandbox: Sandbox, call: Call) -> Any:
    """The top-up itself, of any amount."""
    params, key = call.params, sandbox.new_id("tu")
    line = ledger.post(
        sandbox,
        call.scope,
        kind="topup",
        amount=params["amount"],
        currency=params["currency"],
        source=key,
        description=params.get("description"),
    )
    topup = sandbox.create(
        "topups",
        call.scope,
        {
            "id": key,
            "object": "topup",
            "amount": params["amount"],
            "balance_transaction": line["id"],
            "currency": params["currency"],
            "description": params.get("description"),
            "expected_availability_date": sandbox.now(),
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "source": None,
            "statement_descriptor": params.get("statement_descriptor"),
            "status": "succeeded",
            "transfer_group": params.get("transfer_group"),
        },
    )
    sandbox.emit("topup.succeeded", topup, call=call)
    return listing.render(sandbox, topup, params.get("expand", ()))


@route("GET", "/v1/topups/{id}", fields({"expand": EXPAND}))
def retrieve_topup(sandbox: Sandbox, call: Call) -> Any:
    """One top-up."""
    return listing.render(sandbox, sandbox.find("topups", call.args["id"], call.scope))


@route("GET", "/v1/topups", fields(PAGING))
def list_topups(sandbox: Sandbox, call: Call) -> Any:
    """Top-ups, newest first."""
    return listing.page(sandbox, sandbox.newest("topups", call.scope), call)
