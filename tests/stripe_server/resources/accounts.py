"""Connected accounts and their onboarding links: a supplier can be paid once the form is done."""

from __future__ import annotations

from typing import Any

from .. import listing
from ..errors import bad_param
from ..params import EXPAND, PAGING, boolean, choice, currency, email, fields, metadata, text, url
from ..router import route
from ..sandbox import PLATFORM, Call, Sandbox
from ..store import Object

NEEDED = ["business_profile.url", "external_account", "representative.first_name", "tos_acceptance.date"]
_CAPABILITY = fields({"requested": boolean})
_FIELDS = {
    "business_profile": fields({"name": text(), "url": url, "mcc": text(4), "product_description": text()}),
    "business_type": choice("company", "government_entity", "individual", "non_profit"),
    "capabilities": fields({"card_payments": _CAPABILITY, "transfers": _CAPABILITY}),
    "controller": fields(
        {
            "fees": fields({"payer": choice("account", "application")}),
            "losses": fields({"payments": choice("application", "stripe")}),
            "requirement_collection": choice("application", "stripe"),
            "stripe_dashboard": fields({"type": choice("express", "full", "none")}),
        }
    ),
    "country": text(2),
    "default_currency": currency,
    "email": email,
    "expand": EXPAND,
    "metadata": metadata,
}


@route("POST", "/v1/accounts", fields(_FIELDS))
def create(sandbox: Sandbox, call: Call) -> Any:
    """A connected account that still owes its details."""
    params = call.params
    if call.scope != PLATFORM:
        raise bad_param("Only a platform can create accounts.", "Stripe-Account")
    wanted = params.get("capabilities", {})
    made = sandbox.create(
        "accounts",
        PLATFORM,
        {
            "id": sandbox.new_id("acct")[:21],
            "object": "account",
            "business_profile": {
                "mcc": None,
                "name": None,
                "url": None,
                **params.get("business_profile", {}),
            },
            "business_type": params.get("business_type"),
            "capabilities": {name: "inactive" for name, ask in wanted.items() if ask.get("requested")},
            "charges_enabled": False,
            "controller": {"is_controller": True, "type": "application", **params.get("controller", {})},
            "country": params.get("country", "CN").upper(),
            "default_currency": params.get("default_currency", "cny"),
            "details_submitted": False,
            "email": params.get("email"),
            "external_accounts": listing.whole_list([], "/v1/accounts/external_accounts"),
            "metadata": params.get("metadata", {}),
            "payouts_enabled": False,
            "requirements": _requirements(NEEDED),
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
            "type": "none",
        },
    )
    return listing.render(sandbox, made)


def _requirements(due: list[str]) -> dict[str, Any]:
    return {
        "currently_due": due,
        "current_deadline": None,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


@route("GET", "/v1/accounts/{id}", fields({"expand": EXPAND}))
def retrieve(sandbox: Sandbox, call: Call) -> Any:
    """One account."""
    return listing.render(sandbox, sandbox.find("accounts", call.args["id"], PLATFORM))


@route("POST", "/v1/accounts/{id}", fields({key: _FIELDS[key] for key in ("email", "expand", "metadata")}))
def update(sandbox: Sandbox, call: Call) -> Any:
    """Change e-mail or metadata (merged)."""
    account = sandbox.find("accounts", call.args["id"], PLATFORM)
    changes = {key: value for key, value in call.params.items() if key != "expand"}
    if "metadata" in changes:
        changes["metadata"] = {**account["metadata"], **changes["metadata"]}
    return listing.render(sandbox, _changed(sandbox, account, call=call, **changes))


@route("GET", "/v1/accounts", fields(PAGING))
def list_all(sandbox: Sandbox, call: Call) -> Any:
    """Accounts, newest first."""
    return listing.page(sandbox, sandbox.newest("accounts", PLATFORM), call)


@route(
    "POST",
    "/v1/account_links",
    fields(
        {
            "account": text(255),
            "expand": EXPAND,
            "refresh_url": url,
            "return_url": url,
            "type": choice("account_onboarding", "account_update"),
        },
        required=("account", "refresh_url", "return_url", "type"),
    ),
)
def create_link(sandbox: Sandbox, call: Call) -> Any:
    """A link to the onboarding form: for five minutes and one visit."""
    account = sandbox.find("accounts", call.params["account"], PLATFORM, "account")
    token = sandbox.new_id("link")
    expires_at = sandbox.now() + 300
    link = {"token": token, "account": account["id"], "expires_at": expires_at, "used": False}
    urls = {key: call.params[key] for key in ("refresh_url", "return_url")}
    sandbox.store.put("account_links", token, {**link, **urls})
    return {
        "object": "account_link",
        "created": sandbox.now(),
        "expires_at": expires_at,
        "url": f"{sandbox.public_url or call.base_url}/setup/{token}",
    }


def activate(sandbox: Sandbox, account: Object, *, bank_last4: str = "6789") -> Object:
    """The form is complete: transfers can arrive, payouts can leave."""
    bank = {
        "id": sandbox.new_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "last4": bank_last4,
        "status": "new",
    }
    banks = {**account["external_accounts"], "data": [bank]}
    return _changed(
        sandbox,
        account,
        capabilities=dict.fromkeys(account["capabilities"], "active"),
        charges_enabled="card_payments" in account["capabilities"],
        details_submitted=True,
        external_accounts=banks,
        payouts_enabled=True,
        requirements=_requirements([]),
    )


def restrict(sandbox: Sandbox, account: Object, due: list[str]) -> Object:
    """Stripe wants papers again: transfers and payouts stop until the form is done once more."""
    return _changed(
        sandbox,
        account,
        capabilities=dict.fromkeys(account["capabilities"], "inactive"),
        charges_enabled=False,
        payouts_enabled=False,
        requirements=_requirements(due or NEEDED),
    )


def _changed(sandbox: Sandbox, account: Object, *, call: Call | None = None, **changes: Any) -> Object:
    previous = {key: account[key] for key, new in changes.items() if account[key] != new}
    updated = sandbox.store.update("accounts", account["id"], **changes)
    sandbox.emit("account.updated", updated, call=call, previous=previous, account=account["id"])
    return updated
