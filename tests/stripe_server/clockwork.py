"""What time does by itself: sessions expire, money matures, payouts arrive, refunds settle, keys go."""

from __future__ import annotations

from collections.abc import Callable

from . import ledger
from .resources import checkout, payouts, refunds
from .sandbox import Sandbox

_DUTIES: dict[str, Callable[[Sandbox, str], object]] = {
    "expire_session": lambda sandbox, key: checkout.close(sandbox, _get(sandbox, "checkout_sessions", key)),
    "mature": ledger.mature,
    "pay_out": payouts.arrive,
    "settle_refund": refunds.settle,
    "prune_key": lambda sandbox, key: sandbox.store.delete("idempotency", key),
}


def _get(sandbox: Sandbox, collection: str, key: str) -> dict[str, object]:
    found = sandbox.store.get(collection, key)
    assert found is not None, f"a timer outlived its {collection} {key}"
    return found


def tick(sandbox: Sandbox) -> None:
    """Do everything that is due, oldest first; what it causes to be due is done too."""
    while True:
        due = [timer for timer in sandbox.store.all("timers") if timer["due"] <= sandbox.now()]
        if not due:
            return
        for timer in sorted(due, key=lambda timer: timer["due"]):
            if sandbox.store.get("timers", f"{timer['kind']}:{timer['key']}") is None:
                continue
            sandbox.clear_timer(timer["kind"], timer["key"])
            _DUTIES[timer["kind"]](sandbox, timer["key"])
