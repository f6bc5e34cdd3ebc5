"""Balances per account and currency, and the balance transactions that explain every cent of them."""

from __future__ import annotations

from typing import Any

from .sandbox import PLATFORM, Sandbox
from .store import Object

_CATEGORY = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "topup": "topup",
}


def post(
    sandbox: Sandbox,
    scope: str,
    *,
    kind: str,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    description: str | None = None,
    wait: int = 0,
) -> Object:
    """Move `amount - fee` on the account's balance and return the balance transaction.

    `wait` seconds pass before the money is available; until then it counts as pending.
    """
    available_on = sandbox.now() + wait
    fee_line = {
        "amount": fee,
        "currency": currency,
        "type": "stripe_fee",
        "application": None,
        "description": "Stripe processing fees",
    }
    line = sandbox.create(
        "balance_transactions",
        scope,
        {
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [fee_line] if fee else [],
            "net": amount - fee,
            "reporting_category": _CATEGORY[kind],
            "source": source,
            "status": "pending" if wait else "available",
            "type": kind,
        },
    )
    _add(sandbox, scope, currency, "pending" if wait else "available", line["net"])
    if wait:
        sandbox.set_timer("mature", line["id"], available_on)
    return line


def _add(sandbox: Sandbox, scope: str, currency: str, part: str, net: int) -> None:
    key = f"{scope}:{currency}"
    old = sandbox.store.get("balances", key) or {
        "scope": scope,
        "currency": currency,
        "available": 0,
        "pending": 0,
    }
    sandbox.store.put("balances", key, {**old, part: old[part] + net})


def available(sandbox: Sandbox, scope: str, currency: str) -> int:
    """What the account can send right now, in minor units."""
    return int((sandbox.store.get("balances", f"{scope}:{currency}") or {"available": 0})["available"])


def mature(sandbox: Sandbox, key: str) -> None:
    """Make pending money available: its day has come."""
    line = sandbox.store.update("balance_transactions", key, status="available")
    _add(sandbox, line["_scope"], line["currency"], "pending", -line["net"])
    _add(sandbox, line["_scope"], line["currency"], "available", line["net"])


def balance(sandbox: Sandbox, scope: str) -> dict[str, Any]:
    """The balance object of one account."""
    parts: dict[str, list[dict[str, Any]]] = {"available": [], "pending": []}
    for row in sandbox.store.all("balances"):
        if row["scope"] != scope:
            continue
        for part, entries in parts.items():
            entries.append(
                {"amount": row[part], "currency": row["currency"], "source_types": {"card": row[part]}}
            )
    made = {"object": "balance", "livemode": False, **parts}
    if scope == PLATFORM:
        made["connect_reserved"] = [{"amount": 0, "currency": row["currency"]} for row in parts["available"]]
    return made
