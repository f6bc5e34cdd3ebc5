"""The heart of the server: one store, one clock, objects with ids, and the events they cause."""

from __future__ import annotations

import heapq
import json
import secrets
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .currencies import DEFAULT_FEES
from .errors import no_such
from .faults import Faults
from .store import Object, Store

# The version the client library speaks; a test keeps the two equal.
API_VERSION = "2026-10-28.endive"
PLATFORM = "platform"
DAY = 86_400
_ALPHABET = string.ascii_letters + string.digits

# collection -> (word in "No such …", id prefix)
NOUNS = {
    "accounts": ("account", "acct"),
    "balance_transactions": ("balance transaction", "txn"),
    "charges": ("charge", "ch"),
    "checkout_sessions": ("checkout session", "cs_test"),
    "customers": ("customer", "cus"),
    "events": ("event", "evt"),
    "payment_intents": ("payment_intent", "pi"),
    "payouts": ("payout", "po"),
    "refunds": ("refund", "re"),
    "topups": ("topup", "tu"),
    "transfers": ("transfer", "tr"),
    "transfer_reversals": ("transfer reversal", "trr"),
}


@dataclass(slots=True)
class Call:
    """One API call after authentication and parameter checks."""

    method: str
    path: str
    params: dict[str, Any]
    args: dict[str, str] = field(default_factory=dict)
    scope: str = PLATFORM
    request_id: str = ""
    idempotency_key: str | None = None
    base_url: str = ""


class Sandbox:
    """State and rules shared by all resources. Lives on one event loop; nothing here blocks or awaits."""

    def __init__(self, *, state: Path | None = None, public_url: str | None = None) -> None:
        self.store = Store(state)
        self.public_url = public_url
        self.faults = Faults()
        self.on_event: Callable[[Object], None] = lambda event: None
        self.log: list[dict[str, Any]] = []
        self._agenda: list[tuple[int, str, str]] = []
        self.reread_timers()

    # time -----------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Unix seconds of this server's own clock, which the control routes can move forward."""
        return int(self.exact_now())

    def exact_now(self) -> float:
        """`now()` with its fraction."""
        clock = self.store.get("meta", "clock") or {"offset": 0}
        return time.time() + float(clock["offset"])

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what became due is done by the next `tick`."""
        clock = self.store.get("meta", "clock") or {"offset": 0}
        self.store.put("meta", "clock", {"offset": clock["offset"] + seconds})

    def set_timer(self, kind: str, key: str, due: int) -> None:
        """Have `clockwork.tick` do `kind` to the object `key` once the clock has reached `due`."""
        self.store.put("timers", f"{kind}:{key}", {"kind": kind, "key": key, "due": due})
        heapq.heappush(self._agenda, (due, kind, key))

    def clear_timer(self, kind: str, key: str) -> None:
        """Forget the timer, if it still runs."""
        self.store.delete("timers", f"{kind}:{key}")

    def next_due(self) -> Object | None:
        """The most overdue timer, taken off; None when nothing is due.

        The agenda only says where to look: what was cleared, moved or undone since is skipped.
        """
        while self._agenda and self._agenda[0][0] <= self.now():
            due, kind, key = heapq.heappop(self._agenda)
            timer = self.store.get("timers", f"{kind}:{key}")
            if timer is not None and timer["due"] == due:
                self.clear_timer(kind, key)
                return timer
        return None

    def reread_timers(self) -> None:
        """Make the agenda anew from what is stored: at start, and after a tick that was undone."""
        self._agenda = [(row["due"], row["kind"], row["key"]) for row in self.store.all("timers")]
        heapq.heapify(self._agenda)

    # settings that a control route may change -----------------------------------------------------------

    @property
    def fees(self) -> dict[str, tuple[int, int]]:
        """Card fees by currency: (basis points, fixed part)."""
        stored = self.store.get("meta", "fees") or {}
        return {**DEFAULT_FEES, **{key: (int(rate[0]), int(rate[1])) for key, rate in stored.items()}}

    def setting(self, name: str) -> int:
        """A number set by a control route, 0 by default.

        `pending_seconds`: how long card money stays pending. `late_lines_seconds`: how long after a payment
        its balance transaction appears, as with Stripe's asynchronous capture.
        """
        return int((self.store.get("meta", "settings") or {}).get(name, 0))

    # objects --------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """`prefix_` and 24 random letters and digits."""
        return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(24))

    def create(self, collection: str, scope: str, value: Object) -> Object:
        """Store a new object with its id, creation time and owner; `value` may bring its own id."""
        key = value.get("id") or self.new_id(NOUNS[collection][1])
        made = {"id": key, "created": self.now(), **value, "_scope": scope}
        return self.store.put(collection, key, made)

    def find(self, collection: str, key: str, scope: str, param: str = "id") -> Object:
        """The object of this account, or `ApiError` resource_missing."""
        found = self.store.get(collection, key)
        if found is None or found["_scope"] != scope:
            raise no_such(NOUNS[collection][0], key, param)
        return found

    def newest(self, collection: str, scope: str) -> Iterator[Object]:
        """Objects of this account, newest first."""
        return (row for row in self.store.newest(collection) if row["_scope"] == scope)

    def emit(
        self,
        kind: str,
        value: Object,
        *,
        call: Call | None = None,
        previous: dict[str, Any] | None = None,
        account: str | None = None,
    ) -> Object:
        """Record an event about `value` and hand it to the webhook deliveries.

        `account` names the connected account it concerns when that is not the owner of `value`.
        """
        data: dict[str, Any] = {"object": public(value)}
        if previous:
            data["previous_attributes"] = previous
        request: dict[str, str | None] = {"id": None, "idempotency_key": None}
        if call is not None:
            request = {"id": call.request_id, "idempotency_key": call.idempotency_key}
        event: Object = {
            "object": "event",
            "api_version": API_VERSION,
            "data": data,
            "livemode": False,
            "pending_webhooks": self.store.count("endpoints"),
            "request": request,
            "type": kind,
        }
        scope = account or value["_scope"]
        if scope != PLATFORM:
            event["account"] = scope
        made = self.create("events", scope, event)
        self.on_event(made)
        return made

    def change(
        self, collection: str, value: Object, kind: str | None, *, call: Call | None = None, **changes: Any
    ) -> Object:
        """Update an object and, with `kind`, emit the event with what the changed fields held before."""
        previous = {key: value.get(key) for key, new in changes.items() if value.get(key) != new}
        updated = self.store.update(collection, value["id"], **changes)
        if kind is not None:
            shown = {key: old for key, old in previous.items() if not key.startswith("_")}
            self.emit(kind, updated, call=call, previous=shown or None)
        return updated

    def record_request(self, entry: dict[str, Any]) -> None:
        """Keep the last calls for `/_test/requests`: what a client really sent."""
        self.log.append(entry)
        del self.log[:-5_000]


def public(value: Any) -> Any:
    """A deep copy without the server's private fields (names that begin with `_`)."""
    if isinstance(value, dict):
        return {key: public(item) for key, item in value.items() if not key.startswith("_")}
    if isinstance(value, list):
        return [public(item) for item in value]
    return value


def dump(value: Any) -> bytes:
    """JSON as Stripe writes it: indented, UTF-8."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode()
