"""Webhook deliveries: signed, at least once, in no promised order, again with growing pauses until a 2xx.

Control routes lay rules over them (drop, delay, duplicate, hold) and release, replay or reorder what was
held. Signatures always carry the true time of day, because receivers compare it with their own clock.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from .sandbox import Sandbox, dump, public
from .store import Object

GIVE_UP_AFTER = 3 * 86_400
_LONGEST_PAUSE = 3_600
_TIMEOUT = 20.0


def sign(body: bytes, secret: str, *, timestamp: int | None = None) -> str:
    """The Stripe-Signature header of a body: HMAC-SHA256 over `timestamp.body`."""
    moment = int(time.time()) if timestamp is None else timestamp
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    legacy = hmac.new(b"v0" + secret.encode(), body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed},v0={legacy}"


def post(url: str, body: bytes, header: str) -> int:
    """Send one event; the status, or 0 when nobody answered in time. Redirects are not followed."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Accept": "*/*; q=0.5, application/json",
    }
    if header:
        headers["Stripe-Signature"] = header
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@dataclass(slots=True)
class Rule:
    """What happens to the next `times` deliveries of matching events."""

    action: str
    type: str = "*"
    times: int = 1
    seconds: float = 0.0
    copies: int = 2
    hits: int = 0


class Webhooks:
    """The queue of deliveries and the task that works it off."""

    def __init__(self, sandbox: Sandbox, *, retry_base: float = 2.0, parallel: int = 4) -> None:
        self._sandbox = sandbox
        self._retry_base = retry_base
        self._slots = asyncio.Semaphore(parallel)
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._numbers = count(sandbox.store.count("deliveries") + 1)
        self._sending: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.rules: list[Rule] = []
        sandbox.on_event = self.enqueue

    # what to send ---------------------------------------------------------------------------------------

    def add_rule(self, settings: dict[str, Any]) -> None:
        """Lay a rule; raises ValueError or TypeError for one that does not exist."""
        rule = Rule(**settings)
        if rule.action not in ("drop", "delay", "duplicate", "hold"):
            raise ValueError("action is one of drop, delay, duplicate, hold")
        self.rules.append(rule)

    def enqueue(self, event: Object) -> None:
        """One delivery per endpoint that wants this type, as the rules bend it."""
        for endpoint in self._sandbox.store.all("endpoints"):
            if not any(fnmatchcase(event["type"], wanted) for wanted in endpoint["enabled_events"]):
                continue
            rule = self._rule_for(event["type"])
            if rule is None:
                self.add(event["id"], endpoint["id"])
            elif rule.action == "duplicate":
                for _ in range(rule.copies):
                    self.add(event["id"], endpoint["id"])
            elif rule.action == "delay":
                self.add(event["id"], endpoint["id"], wait=rule.seconds)
            else:
                self.add(event["id"], endpoint["id"], state="held" if rule.action == "hold" else "dropped")

    def _rule_for(self, kind: str) -> Rule | None:
        for rule in self.rules:
            if rule.hits < rule.times and fnmatchcase(kind, rule.type):
                rule.hits += 1
                return rule
        return None

    def add(
        self,
        event: str,
        endpoint: str,
        *,
        wait: float = 0.0,
        state: str = "pending",
        age: int = 0,
        signature: str = "good",
    ) -> None:
        """Queue one delivery, signed `age` seconds ago; `signature` may be good, bad or missing."""
        key = f"dlv_{next(self._numbers):09d}"
        now = self._sandbox.exact_now()
        delivery = {
            "id": key,
            "event": event,
            "endpoint": endpoint,
            "state": state,
            "attempts": 0,
            "statuses": [],
        }
        more = {"created": now, "next_at": now + wait, "age": age, "signature": signature}
        self._sandbox.store.put("deliveries", key, {**delivery, **more})
        if state == "pending":
            self._sandbox.store.put("delivery_queue", key, {"id": key})
        self._wake.set()

    def release(self, keys: list[str]) -> None:
        """Send held deliveries now, in exactly this order: each is answered before the next is sent."""
        for key in keys:
            self._sandbox.store.update("deliveries", key, state="pending", next_at=self._sandbox.exact_now())
            self._sandbox.store.delete("delivery_queue", key)
            self._sandbox.store.put("delivery_queue", key, {"id": key, "in_order": True})
        self._wake.set()

    def waiting(self) -> list[Object]:
        """Deliveries that still want to go out, in queue order."""
        rows = (
            self._sandbox.store.get("deliveries", row["id"])
            for row in self._sandbox.store.all("delivery_queue")
        )
        return [row for row in rows if row is not None]

    # sending --------------------------------------------------------------------------------------------

    def nudge(self) -> None:
        """Look at the queue again, for instance because the clock was moved."""
        self._wake.set()

    async def run(self) -> None:
        """Work the queue for ever."""
        while True:
            self._wake.clear()
            for row in self._sandbox.store.all("delivery_queue"):
                delivery = self._due(row["id"])
                if delivery is None:
                    continue
                if row.get("in_order"):
                    self._sending.add(row["id"])
                    await self._attempt(delivery)
                    continue
                await self._slots.acquire()
                # While we waited for a slot it may have been delivered, moved or forgotten.
                delivery = self._due(row["id"])
                if delivery is None:
                    self._slots.release()
                    continue
                self._sending.add(row["id"])
                task = asyncio.create_task(self._attempt_and_free(delivery))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            await self._sleep()

    def _due(self, key: str) -> Object | None:
        """The delivery as it stands, if it wants to go out now and is not on its way."""
        if key in self._sending or self._sandbox.store.get("delivery_queue", key) is None:
            return None
        delivery = self._sandbox.store.get("deliveries", key)
        if delivery is None or delivery["next_at"] > self._sandbox.exact_now():
            return None
        return delivery

    async def _sleep(self) -> None:
        moments = [row["next_at"] for row in self.waiting() if row["id"] not in self._sending]
        pause = max(0.0, min(moments) - self._sandbox.exact_now()) if moments else None
        try:
            await asyncio.wait_for(self._wake.wait(), pause)
        except TimeoutError:
            return

    async def _attempt_and_free(self, delivery: Object) -> None:
        try:
            await self._attempt(delivery)
        finally:
            self._slots.release()

    async def _attempt(self, delivery: Object) -> None:
        store = self._sandbox.store
        endpoint, event = store.get("endpoints", delivery["endpoint"]), store.get("events", delivery["event"])
        if endpoint is None or event is None:
            self._sending.discard(delivery["id"])
            self._finish(delivery, "dropped")
            store.commit()
            return
        body = dump(public(event))
        header = _header(body, endpoint["secret"], delivery)
        try:
            status = await asyncio.to_thread(post, endpoint["url"], body, header)
        finally:
            self._sending.discard(delivery["id"])
        if store.get("deliveries", delivery["id"]) is None:
            return
        attempts = delivery["attempts"] + 1
        delivery = store.update(
            "deliveries", delivery["id"], attempts=attempts, statuses=[*delivery["statuses"], status][-20:]
        )
        if 200 <= status < 300:
            self._finish(delivery, "delivered")
        elif self._sandbox.exact_now() - delivery["created"] > GIVE_UP_AFTER:
            self._finish(delivery, "failed")
        else:
            pause = min(_LONGEST_PAUSE, self._retry_base * 2 ** (attempts - 1))
            store.update("deliveries", delivery["id"], next_at=self._sandbox.exact_now() + pause)
        store.commit()
        self._wake.set()
        self._settled.set()

    def _finish(self, delivery: Object, state: str) -> None:
        self._sandbox.store.update("deliveries", delivery["id"], state=state)
        self._sandbox.store.delete("delivery_queue", delivery["id"])

    async def drain(self, patience: float) -> bool:
        """Wait until nothing wants to go out any more; False when `patience` seconds were not enough."""
        end = time.monotonic() + patience
        while self.waiting():
            self._settled.clear()
            try:
                await asyncio.wait_for(self._settled.wait(), max(0.0, end - time.monotonic()))
            except TimeoutError:
                return not self.waiting()
        return True


def _header(body: bytes, secret: str, delivery: Object) -> str:
    if delivery["signature"] == "missing":
        return ""
    secret = secret if delivery["signature"] == "good" else f"{secret}-of-somebody-else"
    return sign(body, secret, timestamp=int(time.time()) - delivery["age"])
