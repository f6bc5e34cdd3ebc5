"""Checkout Sessions in payment mode: created by the API, paid on the hosted page, expired by time or call."""

from __future__ import annotations

from typing import Any

from .. import listing
from ..currencies import check_amount, check_charge
from ..errors import bad_param, missing_param, refused
from ..params import (
    EXPAND,
    PAGING,
    array,
    boolean,
    choice,
    currency,
    email,
    fields,
    integer,
    metadata,
    text,
    url,
)
from ..router import route
from ..sandbox import DAY, Call, Sandbox
from ..store import Object

LOCALES = (
    "auto",
    "de",
    "en",
    "en-GB",
    "es",
    "fr",
    "it",
    "ja",
    "ko",
    "nl",
    "pt",
    "ru",
    "zh",
    "zh-HK",
    "zh-TW",
)
_PRODUCT = fields(
    {
        "name": text(),
        "description": text(40_000),
        "images": array(url, maximum=8),
        "metadata": metadata,
        "tax_code": text(),
        "unit_label": text(12),
    },
    required=("name",),
)
_PRICE = fields(
    {
        "currency": currency,
        "unit_amount": integer(0),
        "product_data": _PRODUCT,
        "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
    },
    required=("currency", "unit_amount", "product_data"),
)
_LINE = fields(
    {"price_data": _PRICE, "quantity": integer(1, 999_999), "metadata": metadata}, required=("price_data",)
)
_INTENT = fields(
    {
        "description": text(1_000),
        "metadata": metadata,
        "receipt_email": email,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
        "transfer_group": text(255),
    }
)
_CREATE = fields(
    {
        "cancel_url": url,
        "client_reference_id": text(200),
        "customer": text(255),
        "customer_creation": choice("always", "if_required"),
        "customer_email": email,
        "expand": EXPAND,
        "expires_at": integer(0),
        "line_items": array(_LINE),
        "locale": choice(*LOCALES),
        "metadata": metadata,
        "mode": choice("payment", "setup", "subscription"),
        "payment_intent_data": _INTENT,
        "payment_method_types": array(choice("card")),
        "phone_number_collection": fields({"enabled": boolean}),
        "submit_type": choice("auto", "book", "donate", "pay", "subscribe"),
        "success_url": url,
        "ui_mode": choice("hosted_page"),
    }
)


@route("POST", "/v1/checkout/sessions", _CREATE)
def create(sandbox: Sandbox, call: Call) -> Any:
    """A page on which one buyer can pay these lines once."""
    params = call.params
    if params.get("mode") != "payment":
        raise bad_param("This server offers `mode=payment` only.", "mode")
    if "success_url" not in params:
        raise missing_param("success_url")
    if "customer" in params and "customer_email" in params:
        raise bad_param("You may only specify one of these parameters: customer, customer_email.", "customer")
    code, total, lines = _lines(sandbox, params.get("line_items") or [])
    check_charge(total, code, "line_items")
    customer = None
    if "customer" in params:
        customer = sandbox.find("customers", params["customer"], call.scope, "customer")
    key = sandbox.new_id("cs_test")
    session = _new_session(sandbox, call, code, total)
    session["id"] = key
    session["url"] = f"{sandbox.public_url or call.base_url}/c/pay/{key}"
    session["_line_items"] = lines
    session["_payment_intent_data"] = params.get("payment_intent_data", {})
    if customer is not None:
        session["customer_details"] = {"email": customer["email"], "name": customer["name"]}
    made = sandbox.create("checkout_sessions", call.scope, session)
    sandbox.set_timer("expire_session", key, made["expires_at"])
    return listing.render(sandbox, made, params.get("expand", ()))


def _lines(sandbox: Sandbox, items: list[dict[str, Any]]) -> tuple[str, int, list[Object]]:
    if not items:
        raise missing_param("line_items")
    codes = {item["price_data"]["currency"] for item in items}
    if len(codes) != 1:
        raise bad_param("All line items must use the same currency.", "line_items")
    code = codes.pop()
    lines = []
    for index, item in enumerate(items):
        price, quantity = item["price_data"], item.get("quantity", 1)
        if price["unit_amount"]:
            check_amount(price["unit_amount"], code, f"line_items[{index}][price_data][unit_amount]")
        amount = price["unit_amount"] * quantity
        lines.append(
            {
                "id": sandbox.new_id("li"),
                "object": "item",
                "amount_discount": 0,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount,
                "currency": code,
                "description": price["product_data"]["name"],
                "metadata": item.get("metadata", {}),
                "price": {
                    "id": sandbox.new_id("price"),
                    "object": "price",
                    "currency": code,
                    "product": sandbox.new_id("prod"),
                    "type": "one_time",
                    "unit_amount": price["unit_amount"],
                },
                "quantity": quantity,
                "_detail": price["product_data"].get("description"),
            }
        )
    return code, sum(line["amount_total"] for line in lines), lines


def _new_session(sandbox: Sandbox, call: Call, code: str, total: int) -> Object:
    params, now = call.params, sandbox.now()
    expires_at = params.get("expires_at", now + DAY)
    # Stripe wants 30 minutes to 24 hours; a minute of slack for clocks that differ.
    if not now + 29 * 60 <= expires_at <= now + DAY + 60:
        raise bad_param(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation.", "expires_at"
        )
    return {
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "currency": code,
        "customer": params.get("customer"),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


@route("GET", "/v1/checkout/sessions/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One session."""
    session = sandbox.find("checkout_sessions", call.args["id"], call.scope)
    return listing.render(sandbox, session, call.params.get("expand", ()))


@route(
    "GET",
    "/v1/checkout/sessions",
    fields(
        {
            **PAGING,
            "payment_intent": text(255),
            "customer": text(255),
            "status": choice("open", "complete", "expired"),
        }
    ),
)
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Sessions, newest first, by payment intent, customer or status."""
    wanted = {key: call.params[key] for key in ("payment_intent", "customer", "status") if key in call.params}
    rows = sandbox.newest("checkout_sessions", call.scope)
    return listing.page(
        sandbox, rows, call, lambda row: all(row[key] == value for key, value in wanted.items())
    )


@route("GET", "/v1/checkout/sessions/{id}/line_items", fields(PAGING))
def line_items(sandbox: Sandbox, call: Call) -> Any:
    """The lines of one session, in the order they were given."""
    session = sandbox.find("checkout_sessions", call.args["id"], call.scope)
    return listing.render(sandbox, listing.whole_list(session["_line_items"], call.path))


@route("POST", "/v1/checkout/sessions/{id}/expire", fields({"expand": EXPAND}))
def expire(sandbox: Sandbox, call: Call) -> Any:
    """Close an open session; a page that is being paid this moment wins or loses, never both."""
    session = sandbox.find("checkout_sessions", call.args["id"], call.scope)
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a '
            f"status of {session['status']}."
        )
    return listing.render(sandbox, close(sandbox, session, call), call.params.get("expand", ()))


def close(sandbox: Sandbox, session: Object, call: Call | None = None) -> Object:
    """Expire the session and cancel the PaymentIntent an attempt may have left."""
    key = session["payment_intent"]
    sandbox.clear_timer("expire_session", session["id"])
    if key:
        intent = sandbox.find("payment_intents", key, session["_scope"])
        sandbox.change(
            "payment_intents",
            intent,
            "payment_intent.canceled",
            call=call,
            status="canceled",
            canceled_at=sandbox.now(),
            cancellation_reason="expired",
            next_action=None,
        )
    return sandbox.change(
        "checkout_sessions", session, "checkout.session.expired", call=call, status="expired", url=None
    )


def complete(sandbox: Sandbox, session: Object, payer: dict[str, Any]) -> Object:
    """The payment went through: close the session and say so."""
    sandbox.clear_timer("expire_session", session["id"])
    details = {"address": None, "email": payer.get("email"), "name": payer.get("name"), "phone": None}
    return sandbox.change(
        "checkout_sessions",
        session,
        "checkout.session.completed",
        status="complete",
        payment_status="paid",
        customer_details=details,
        url=None,
    )
