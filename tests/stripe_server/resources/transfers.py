"""Transfers from the platform to connected accounts, and their reversals: bounded by what is really there."""

from __future__ import annotations

from typing import Any

from .. import ledger, listing
from ..currencies import check_amount, show
from ..errors import no_such, refused
from ..params import EXPAND, PAGING, boolean, currency, fields, integer, metadata, text
from ..router import route
from ..sandbox import PLATFORM, Call, Sandbox
from ..store import Object


@route(
    "POST",
    "/v1/transfers",
    fields(
        {
            "amount": integer(1),
            "currency": currency,
            "description": text(1_000),
            "destination": text(255),
            "expand": EXPAND,
            "metadata": metadata,
            "source_transaction": text(255),
            "transfer_group": text(255),
        },
        required=("amount", "currency", "destination"),
    ),
)
def create(sandbox: Sandbox, call: Call) -> Any:
    """Move money to a connected account, from the balance or out of one charge."""
    params = call.params
    account = sandbox.find("accounts", params["destination"], PLATFORM, "destination")
    if account["capabilities"].get("transfers") != "active":
        raise refused(
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers",
            "insufficient_capabilities_for_transfer",
            "destination",
        )
    amount, code = check_amount(params["amount"], params["currency"]), params["currency"]
    group, wait = params.get("transfer_group"), 0
    if "source_transaction" in params:
        charge = _take_from_charge(sandbox, call, amount, code)
        wait = _wait_for(sandbox, charge)
        group = group or charge["transfer_group"] or f"group_{charge['payment_intent'] or charge['id']}"
    elif ledger.available(sandbox, call.scope, code) < amount:
        raise refused(
            "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
            "available balance.",
            "balance_insufficient",
        )
    transfer = _record(sandbox, call, account, group, wait)
    sandbox.emit("transfer.created", _with_reversals(sandbox, transfer), call=call)
    return _shown(sandbox, transfer, call)


def _wait_for(sandbox: Sandbox, charge: Object) -> int:
    """Seconds until the charge's own money is available; what leaves it waits as long."""
    if charge["balance_transaction"] is None:
        return sandbox.setting("late_lines_seconds") + sandbox.setting("pending_seconds")
    line = sandbox.find("balance_transactions", charge["balance_transaction"], PLATFORM)
    return max(0, line["available_on"] - sandbox.now()) if line["status"] == "pending" else 0


def _take_from_charge(sandbox: Sandbox, call: Call, amount: int, code: str) -> Object:
    charge = sandbox.find("charges", call.params["source_transaction"], call.scope, "source_transaction")
    if not charge["paid"] or charge["currency"] != code:
        raise refused(
            "The source_transaction must be a paid charge in the transfer's currency.", None, "currency"
        )
    if charge["_transferred"] + amount > charge["amount"]:
        raise refused(
            f"Transfers using this transaction as a source must not exceed the source amount of "
            f"{show(charge['amount'], code)}. (There is already a transfer using this source, amounting to "
            f"{show(charge['_transferred'], code)}.)",
            "balance_insufficient",
            "amount",
        )
    return sandbox.store.update("charges", charge["id"], _transferred=charge["_transferred"] + amount)


def _record(sandbox: Sandbox, call: Call, account: Object, group: str | None, wait: int) -> Object:
    params, key = call.params, sandbox.new_id("tr")
    out = ledger.post(
        sandbox,
        PLATFORM,
        kind="transfer",
        amount=-params["amount"],
        currency=params["currency"],
        source=key,
        wait=wait,
        description=params.get("description"),
    )
    return sandbox.create(
        "transfers",
        PLATFORM,
        {
            "id": key,
            "object": "transfer",
            "amount": params["amount"],
            "amount_reversed": 0,
            "balance_transaction": out["id"],
            "currency": params["currency"],
            "description": params.get("description"),
            "destination": account["id"],
            "destination_payment": _arrive(sandbox, call, account, key, wait),
            "livemode": False,
            "metadata": params.get("metadata", {}),
            "reversed": False,
            "source_transaction": params.get("source_transaction"),
            "source_type": "card",
            "transfer_group": group,
            "_reversals": [],
        },
    )


def _arrive(sandbox: Sandbox, call: Call, account: Object, transfer: str, wait: int) -> str:
    """The payment that the transfer is at the account it goes to; its id."""
    amount, code = call.params["amount"], call.params["currency"]
    payment = sandbox.create(
        "charges",
        account["id"],
        {
            "id": sandbox.new_id("py"),
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "captured": True,
            "currency": code,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "refunded": False,
            "source_transfer": transfer,
            "status": "succeeded",
            "transfer_group": None,
        },
    )
    line = ledger.post(
        sandbox,
        account["id"],
        kind="payment",
        amount=amount,
        currency=code,
        source=payment["id"],
        wait=wait,
    )
    sandbox.emit(
        "payment.created",
        sandbox.store.update("charges", payment["id"], balance_transaction=line["id"]),
    )
    return str(payment["id"])


def _with_reversals(sandbox: Sandbox, transfer: Object) -> Object:
    rows = [sandbox.find("transfer_reversals", key, PLATFORM) for key in reversed(transfer["_reversals"])]
    url = f"/v1/transfers/{transfer['id']}/reversals"
    return {**transfer, "reversals": listing.whole_list(rows[:10], url, has_more=len(rows) > 10)}


def _shown(sandbox: Sandbox, transfer: Object, call: Call) -> Any:
    return listing.render(sandbox, _with_reversals(sandbox, transfer), call.params.get("expand", ()))


@route("GET", "/v1/transfers/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One transfer with its newest reversals."""
    return _shown(sandbox, sandbox.find("transfers", call.args["id"], call.scope), call)


@route("GET", "/v1/transfers", fields({**PAGING, "destination": text(255), "transfer_group": text(255)}))
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Transfers, newest first, by destination or group."""
    wanted = {key: call.params[key] for key in ("destination", "transfer_group") if key in call.params}
    rows = (_with_reversals(sandbox, row) for row in sandbox.newest("transfers", call.scope))
    return listing.page(
        sandbox, rows, call, lambda row: all(row[key] == value for key, value in wanted.items())
    )


@route(
    "POST",
    "/v1/transfers/{id}/reversals",
    fields(
        {
            "amount": integer(1),
            "description": text(1_000),
            "expand": EXPAND,
            "metadata": metadata,
            "refund_application_fee": boolean,
        }
    ),
)
def reverse(sandbox: Sandbox, call: Call) -> Any:
    """Take money back from the connected account: what is left of the transfer, if it is still there."""
    transfer = sandbox.find("transfers", call.args["id"], call.scope)
    code, left = transfer["currency"], transfer["amount"] - transfer["amount_reversed"]
    amount = check_amount(call.params.get("amount", left or 1), code)
    if amount > left:
        raise refused(
            f"Transfer reversal amount ({show(amount, code)}) is greater than unreversed amount on transfer "
            f"({show(left, code)})",
            None,
            "amount",
        )
    if ledger.available(sandbox, transfer["destination"], code) < amount:
        raise refused(
            f"The connected account {transfer['destination']} does not have sufficient funds for this "
            f"reversal of {show(amount, code)}.",
            "balance_insufficient",
        )
    reversal = _record_reversal(sandbox, call, transfer, amount)
    reversed_now = transfer["amount_reversed"] + amount
    sandbox.change(
        "transfers",
        transfer,
        "transfer.reversed",
        call=call,
        amount_reversed=reversed_now,
        reversed=reversed_now == transfer["amount"],
        _reversals=[*transfer["_reversals"], reversal["id"]],
    )
    return listing.render(sandbox, reversal, call.params.get("expand", ()))


def _record_reversal(sandbox: Sandbox, call: Call, transfer: Object, amount: int) -> Object:
    key, code = sandbox.new_id("trr"), transfer["currency"]
    back = sandbox.new_id("pyr")
    into = ledger.post(sandbox, PLATFORM, kind="transfer_refund", amount=amount, currency=code, source=key)
    out = ledger.post(
        sandbox, transfer["destination"], kind="payment_refund", amount=-amount, currency=code, source=back
    )
    payment = sandbox.find("charges", transfer["destination_payment"], transfer["destination"])
    sandbox.create(
        "refunds",
        transfer["destination"],
        {
            "id": back,
            "object": "refund",
            "amount": amount,
            "balance_transaction": out["id"],
            "charge": payment["id"],
            "currency": code,
            "metadata": {},
            "payment_intent": None,
            "source_transfer_reversal": key,
            "status": "succeeded",
        },
    )
    given_back = payment["amount_refunded"] + amount
    sandbox.store.update(
        "charges", payment["id"], amount_refunded=given_back, refunded=given_back == payment["amount"]
    )
    if transfer["source_transaction"]:
        charge = sandbox.find("charges", transfer["source_transaction"], PLATFORM)
        sandbox.store.update("charges", charge["id"], _transferred=charge["_transferred"] - amount)
    return sandbox.create(
        "transfer_reversals",
        PLATFORM,
        {
            "id": key,
            "object": "transfer_reversal",
            "amount": amount,
            "balance_transaction": into["id"],
            "currency": code,
            "destination_payment_refund": back,
            "metadata": call.params.get("metadata", {}),
            "source_refund": None,
            "transfer": transfer["id"],
        },
    )


@route("GET", "/v1/transfers/{id}/reversals", fields(PAGING))
def list_reversals(sandbox: Sandbox, call: Call) -> Any:
    """Reversals of one transfer, newest first."""
    transfer = sandbox.find("transfers", call.args["id"], call.scope)
    rows = sandbox.newest("transfer_reversals", call.scope)
    return listing.page(sandbox, rows, call, lambda row: row["transfer"] == transfer["id"])


@route("GET", "/v1/transfers/{id}/reversals/{reversal}", fields({"expand": EXPAND}))
def retrieve_reversal(sandbox: Sandbox, call: Call) -> Any:
    """One reversal of one transfer."""
    reversal = sandbox.find("transfer_reversals", call.args["reversal"], call.scope)
    if reversal["transfer"] != call.args["id"]:
        raise no_such("transfer reversal", call.args["reversal"])
    return listing.render(sandbox, reversal, call.params.get("expand", ()))
