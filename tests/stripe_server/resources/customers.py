"""Customers: who pays, as far as a payment page needs to know."""

from __future__ import annotations

from typing import Any

from .. import listing
from ..params import EXPAND, PAGING, array, email, fields, metadata, text
from ..router import route
from ..sandbox import Call, Sandbox

_FIELDS = {
    "address": fields({key: text() for key in ("city", "country", "line1", "line2", "postal_code", "state")}),
    "description": text(),
    "email": email,
    "expand": EXPAND,
    "metadata": metadata,
    "name": text(256),
    "phone": text(20),
    "preferred_locales": array(text(10)),
}


@route("POST", "/v1/customers", fields(_FIELDS))
def create(sandbox: Sandbox, call: Call) -> Any:
    """A new customer."""
    given = {key: value for key, value in call.params.items() if key != "expand"}
    blank: dict[str, Any] = {
        "address": None,
        "description": None,
        "email": None,
        "metadata": {},
        "name": None,
        "phone": None,
    }
    base = {"object": "customer", "balance": 0, "currency": None, "delinquent": False, "livemode": False}
    made = sandbox.create("customers", call.scope, {**base, **blank, "preferred_locales": [], **given})
    sandbox.emit("customer.created", made, call=call)
    return listing.render(sandbox, made)


@route("GET", "/v1/customers/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One customer."""
    return listing.render(sandbox, sandbox.find("customers", call.args["id"], call.scope))


@route("POST", "/v1/customers/{id}", fields(_FIELDS))
def update(sandbox: Sandbox, call: Call) -> Any:
    """Change what is given; metadata keys are merged."""
    old = sandbox.find("customers", call.args["id"], call.scope)
    changes = {key: value for key, value in call.params.items() if key != "expand"}
    if "metadata" in changes:
        changes["metadata"] = {**old["metadata"], **changes["metadata"]}
    return listing.render(sandbox, sandbox.change("customers", old, "customer.updated", call=call, **changes))


@route("GET", "/v1/customers", fields({**PAGING, "email": text(512)}))
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Customers, newest first, by e-mail."""
    wanted = call.params.get("email")
    rows = sandbox.newest("customers", call.scope)
    return listing.page(sandbox, rows, call, lambda row: wanted is None or row["email"] == wanted)
