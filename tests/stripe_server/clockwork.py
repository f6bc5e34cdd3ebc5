"""What time does by itself: sessions expire, money matures, payouts arrive, refunds settle, keys go."""

from __future__ import annotations

from collections.abc import Callable

from . import ledger, payments
from .resources import checkout, payouts, refunds
from .sandbox import Sandbox

_DUTIES: dict[str, Callable[[Sandbox, str], object]] = {
    "expire_session": lambda sandbox, key: checkout.close(sandbox, _get(sandbox, "checkout_sessions", key)),
    "mature": ledger.mature,
    "settle_charge": payments.settle,
    "pay_out": payouts.arrive,
    "settle_refund": refunds.settle,
    "prune_key": lambda sandbox, key: sandbox.store.delete("idempotency", key),
}


def _get(sandbox: Sandbox, collection: str, key: str) -> dict[str, object]:
    found = sandbox.store.get(collection, key)
    assert found is not None, f"a timer outlived its {collection} {key}"
    return found


def tick(sandbox: Sandbox) -> None:
    """Do everything that is due, oldest first; what that causes to be due is done too."""
    try:
        while (timer := sandbox.next_due()) is not None:
            _DUTIES[timer["kind"]](sandbox, timer["key"])
    except BaseException:
        sandbox.store.rollback()
        sandbox.reread_timers()
        raise
