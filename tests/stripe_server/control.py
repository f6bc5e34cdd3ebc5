"""Control routes under `/_test/`: look inside, disturb, move the clock, start over. Loopback clients only."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from . import ledger
from .api import describe_routes
from .cards import DECLINES
from .clockwork import tick
from .errors import ApiError
from .http import Request, Response, as_json
from .resources import accounts, payouts, refunds
from .sandbox import Call, Sandbox, public
from .webhooks import Webhooks

Handler = Callable[["Control", dict[str, Any], list[str]], Awaitable[Any]]
_ROUTES: dict[tuple[str, str], Handler] = {}


class Refused(Exception):
    """The control call makes no sense; the message says why."""


def control(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a control route; each `*` in the path is handed over in `args`."""

    def register(handler: Handler) -> Handler:
        _ROUTES[(method, path)] = handler
        return handler

    return register


class Control:
    """Answers `/_test/…` for one sandbox."""

    def __init__(self, sandbox: Sandbox, webhooks: Webhooks) -> None:
        self.sandbox = sandbox
        self.webhooks = webhooks

    async def __call__(self, request: Request) -> Response:
        """One control call; JSON in, JSON out."""
        if not _is_local(request.client):
            return as_json(403, {"error": "control routes answer loopback clients only"})
        found = _find(request.method, request.path.removeprefix("/_test"))
        if found is None:
            return as_json(404, {"error": f"no control route {request.method} {request.path}"})
        handler, args = found
        try:
            given = _given(request)
            answer = await handler(self, given, args)
        except (Refused, TimeoutError, ValueError, TypeError, KeyError) as error:
            self.sandbox.store.rollback()
            return as_json(400, {"error": f"{type(error).__name__}: {error}"})
        except ApiError as error:
            self.sandbox.store.rollback()
            return as_json(error.status, error.body("req_control"))
        self.sandbox.store.commit()
        return as_json(200, answer)


def _given(request: Request) -> dict[str, Any]:
    given = json.loads(request.body) if request.body else request.query_fields
    if not isinstance(given, dict):
        raise Refused("the body must be a JSON object")
    return given


def _is_local(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False


def _find(method: str, path: str) -> tuple[Handler, list[str]] | None:
    parts = path.split("/")
    for (wanted, template), handler in _ROUTES.items():
        pieces = template.split("/")
        if wanted != method or len(pieces) != len(parts):
            continue
        if all(piece in ("*", part) for piece, part in zip(pieces, parts, strict=True)):
            return handler, [unquote(part) for piece, part in zip(pieces, parts, strict=True) if piece == "*"]
    return None


# looking ------------------------------------------------------------------------------------------------


@control("GET", "/health")
async def health(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Alive, with the clock and how many webhooks wait."""
    return {"ok": True, "now": door.sandbox.now(), "webhooks_waiting": len(door.webhooks.waiting())}


@control("GET", "/routes")
async def routes(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Every API and control route."""
    own = [{"method": method, "path": f"/_test{path}"} for method, path in _ROUTES]
    return {"api": describe_routes(), "control": own}


@control("GET", "/requests")
async def requests(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """The API calls received so far, as sent."""
    return {"requests": door.sandbox.log}


@control("GET", "/objects/*")
async def objects(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """All objects of one collection, of every account, oldest first."""
    return {"objects": [public(row) for row in door.sandbox.store.all(args[0])]}


@control("GET", "/balances/*")
async def balances(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """The balance of `platform` or of a connected account."""
    return ledger.balance(door.sandbox, args[0])


# disturbing ---------------------------------------------------------------------------------------------


@control("GET", "/faults")
async def list_faults(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Faults in force and how often each was hit."""
    return {"faults": door.sandbox.faults.list()}


@control("POST", "/faults")
async def add_fault(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Switch a fault on for the next `times` matching calls."""
    return door.sandbox.faults.add(given)


@control("POST", "/faults/reached")
async def wait_for_hold(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Wait until a call stands still at a `hold` fault, at most `timeout` seconds."""
    await asyncio.wait_for(door.sandbox.faults.reached.wait(), float(given.get("timeout", 10)))
    return {"ok": True}


@control("POST", "/faults/release")
async def release_held(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Let calls go on that a `hold` fault keeps."""
    door.sandbox.faults.released.set()
    return {"ok": True}


@control("DELETE", "/faults")
async def clear_faults(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Switch all faults off."""
    door.sandbox.faults.clear()
    return {"ok": True}


@control("POST", "/decline")
async def decline(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Decline the next `times` card payments whatever the card."""
    code = given.get("code", "generic_decline")
    if code not in DECLINES:
        raise Refused(f"code is one of {', '.join(DECLINES)}")
    door.sandbox.faults.declines.extend([code] * int(given.get("times", 1)))
    return {"declines": door.sandbox.faults.declines}


@control("POST", "/refunds/*/settle")
async def settle_refund(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Let a late refund come through (or back) now."""
    door.sandbox.clear_timer("settle_refund", args[0])
    refunds.settle(door.sandbox, _object(door, "refunds", args[0])["id"])
    return public(_object(door, "refunds", args[0]))


@control("POST", "/refunds/*/fail")
async def fail_refund(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Have the bank return a refund."""
    refund = _object(door, "refunds", args[0])
    if refund["status"] == "failed" or refund.get("source_transfer_reversal"):
        raise Refused("this refund cannot fail")
    return public(refunds.fail(door.sandbox, refund, given.get("reason", "expired_or_canceled_card")))


@control("POST", "/payouts/*/pay")
async def pay_payout(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Have a payout arrive now."""
    return public(payouts.arrive(door.sandbox, _object(door, "payouts", args[0])["id"]))


@control("POST", "/payouts/*/fail")
async def fail_payout(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Have a payout fail, even one that shows paid."""
    payout = _object(door, "payouts", args[0])
    if payout["status"] == "failed":
        raise Refused("this payout has failed already")
    return public(payouts.fail(door.sandbox, payout, given.get("code", "account_closed")))


@control("POST", "/accounts/*/activate")
async def activate(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Finish a connected account's onboarding without the form."""
    return public(accounts.activate(door.sandbox, _object(door, "accounts", args[0])))


@control("POST", "/accounts/*/restrict")
async def restrict(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Ask a connected account for papers again: no transfers, no payouts."""
    return public(accounts.restrict(door.sandbox, _object(door, "accounts", args[0]), given.get("due", [])))


@control("POST", "/fund")
async def fund(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Top the platform's balance up by any amount, past the limit of one API call."""
    call = Call(
        "POST", "/v1/topups", {"amount": int(given["amount"]), "currency": str(given["currency"]).lower()}
    )
    return payouts.record_top_up(door.sandbox, call)


@control("POST", "/settings")
async def settings(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """`fees` by currency as [basis points, fixed part]; `pending_seconds`; `late_lines_seconds`."""
    store, numbers = door.sandbox.store, ("pending_seconds", "late_lines_seconds")
    if unknown := set(given) - {"fees", *numbers}:
        raise Refused(f"unknown settings: {', '.join(sorted(unknown))}")
    if "fees" in given:
        store.put("meta", "fees", {key: [int(rate[0]), int(rate[1])] for key, rate in given["fees"].items()})
    chosen = {name: int(given[name]) for name in numbers if name in given}
    store.put("meta", "settings", {**(store.get("meta", "settings") or {}), **chosen})
    return {"fees": door.sandbox.fees, **{name: door.sandbox.setting(name) for name in numbers}}


# time and starting over ---------------------------------------------------------------------------------


@control("POST", "/clock")
async def clock(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Move the clock forward by `advance` seconds, or to the Unix time `now`; what is due happens."""
    seconds = float(given["now"]) - door.sandbox.now() if "now" in given else float(given["advance"])
    if seconds < 0:
        raise Refused("the clock only moves forward")
    door.sandbox.advance(seconds)
    tick(door.sandbox)
    door.webhooks.nudge()
    return {"now": door.sandbox.now()}


@control("POST", "/reset")
async def reset(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Forget every object, fault, rule and the moved clock; webhook endpoints stay."""
    endpoints = list(door.sandbox.store.all("endpoints"))
    door.sandbox.store.clear()
    door.sandbox.reread_timers()
    for endpoint in endpoints:
        door.sandbox.store.put("endpoints", endpoint["id"], endpoint)
    door.sandbox.faults.clear()
    door.sandbox.log.clear()
    door.webhooks.rules.clear()
    return {"ok": True}


# webhooks -----------------------------------------------------------------------------------------------


@control("GET", "/events")
async def events(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """All events, oldest first, each with its deliveries."""
    found: dict[str, list[Any]] = {}
    for row in door.sandbox.store.all("deliveries"):
        found.setdefault(row["event"], []).append(public(row))
    rows = door.sandbox.store.all("events")
    return {"events": [{**public(row), "deliveries": found.get(row["id"], [])} for row in rows]}


@control("POST", "/webhooks")
async def set_endpoint(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Add an endpoint (`url`, `secret`, `enabled_events`), or replace the one with the same URL."""
    return set_webhook(door.sandbox, given["url"], given["secret"], given.get("enabled_events", ["*"]))


@control("DELETE", "/webhooks")
async def delete_endpoints(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Remove all endpoints."""
    for endpoint in door.sandbox.store.all("endpoints"):
        door.sandbox.store.delete("endpoints", endpoint["id"])
    return {"ok": True}


@control("POST", "/webhooks/rules")
async def add_rule(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Drop, delay, duplicate or hold the next `times` deliveries of events of `type`."""
    door.webhooks.add_rule(given)
    return {"rules": len(door.webhooks.rules)}


@control("POST", "/webhooks/release")
async def release(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Send held deliveries in `order` forward, reverse or shuffle (by `seed`), or `events` in turn."""
    held = [row for row in door.sandbox.store.all("deliveries") if row["state"] == "held"]
    if "events" in given:
        places = {key: place for place, key in enumerate(given["events"])}
        held = sorted((row for row in held if row["event"] in places), key=lambda row: places[row["event"]])
    elif given.get("order") == "reverse":
        held.reverse()
    elif given.get("order") == "shuffle":
        random.Random(given.get("seed", 0)).shuffle(held)
    elif given.get("order", "forward") != "forward":
        raise Refused("order is one of forward, reverse, shuffle")
    door.webhooks.release([row["id"] for row in held])
    return {"released": [row["event"] for row in held]}


@control("POST", "/events/*/deliver")
async def deliver(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Send an event again: `times`; signed `age` seconds ago; `signature` good, bad or missing."""
    event = _object(door, "events", args[0])
    for endpoint in door.sandbox.store.all("endpoints"):
        for _ in range(int(given.get("times", 1))):
            door.webhooks.add(
                event["id"],
                endpoint["id"],
                age=int(given.get("age", 0)),
                signature=given.get("signature", "good"),
            )
    return {"ok": True}


@control("POST", "/webhooks/drain")
async def drain(door: Control, given: dict[str, Any], args: list[str]) -> Any:
    """Wait until no delivery wants to go out; `drained` is false after `timeout` seconds."""
    drained = await door.webhooks.drain(float(given.get("timeout", 10)))
    return {"drained": drained, "waiting": len(door.webhooks.waiting())}


def set_webhook(sandbox: Sandbox, url: str, secret: str, enabled: list[str]) -> dict[str, Any]:
    """One endpoint per URL; a known URL keeps its id, so what waits for it still goes out."""
    known = [row["id"] for row in sandbox.store.all("endpoints") if row["url"] == url]
    key = known[0] if known else sandbox.new_id("we")
    endpoint = {"id": key, "url": url, "secret": secret, "enabled_events": enabled}
    return sandbox.store.put("endpoints", key, endpoint)


def _object(door: Control, collection: str, key: str) -> dict[str, Any]:
    found = door.sandbox.store.get(collection, key)
    if found is None:
        raise Refused(f"no {key} in {collection}")
    return found
