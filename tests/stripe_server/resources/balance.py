"""Balance, balance transactions and events: the three feeds one reconciles by."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from .. import ledger, listing
from ..params import EXPAND, PAGING, array, currency, fields, text
from ..router import route
from ..sandbox import Call, Sandbox


@route("GET", "/v1/balance", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """Available and pending money by currency."""
    return ledger.balance(sandbox, call.scope)


@route("GET", "/v1/balance_transactions/{id}", fields({"expand": EXPAND}))
def retrieve_line(sandbox: Sandbox, call: Call) -> Any:
    """One balance transaction."""
    line = sandbox.find("balance_transactions", call.args["id"], call.scope)
    return listing.render(sandbox, line, call.params.get("expand", ()))


@route(
    "GET",
    "/v1/balance_transactions",
    fields({**PAGING, "currency": currency, "source": text(255), "type": text(64)}),
)
def list_lines(sandbox: Sandbox, call: Call) -> Any:
    """Balance transactions, newest first, by currency, source or type."""
    wanted = {key: call.params[key] for key in ("currency", "source", "type") if key in call.params}
    rows = sandbox.newest("balance_transactions", call.scope)
    return listing.page(
        sandbox, rows, call, lambda row: all(row[key] == value for key, value in wanted.items())
    )


@route("GET", "/v1/events/{id}", fields({"expand": EXPAND}))
def retrieve_event(sandbox: Sandbox, call: Call) -> Any:
    """One event."""
    return listing.render(sandbox, sandbox.find("events", call.args["id"], call.scope))


@route(
    "GET",
    "/v1/events",
    fields({**PAGING, "type": text(100), "types": array(text(100), maximum=20)}),
)
def list_events(sandbox: Sandbox, call: Call) -> Any:
    """Events, newest first, by one type (`charge.*` allowed) or by several."""
    wanted = call.params.get("types") or [call.params.get("type", "*")]
    rows = sandbox.newest("events", call.scope)
    return listing.page(
        sandbox, rows, call, lambda row: any(fnmatchcase(row["type"], kind) for kind in wanted)
    )
