"""Idempotency keys as Stripe keeps them: the first status and body, for 24 hours, per account.

The record is committed together with the effect, so a kill keeps both or neither. A call still running
under the same key is a conflict (409); other parameters under the same key are an error (400) and change
nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .errors import ApiError, bad_param
from .sandbox import DAY, Call, Sandbox


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first call under this key was answered."""

    status: int
    body: bytes
    request_id: str


class Keys:
    """The keys in use. Which are in flight is only in memory: a restart ends every call."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._in_flight: set[str] = set()

    def begin(self, call: Call, raw: bytes) -> Replay | None:
        """Reserve the key, or return the first answer. Raises `ApiError` for a misuse or a call in flight."""
        if call.idempotency_key is None:
            return None
        if len(call.idempotency_key) > 255:
            raise bad_param("Idempotency keys can be at most 255 characters long.", "Idempotency-Key")
        key, print_ = self._name(call), _fingerprint(call, raw)
        record = self._sandbox.store.get("idempotency", key)
        if record is not None and record["expires_at"] > self._sandbox.now():
            if record["path"] != call.path:
                raise _misuse(
                    call, f"the same endpoint they were first used for ('{record['path']}' vs '{call.path}')"
                )
            if record["fingerprint"] != print_:
                raise _misuse(call, "the same parameters they were first used with")
            return Replay(record["status"], record["body"].encode(), record["request_id"])
        if key in self._in_flight:
            raise ApiError(
                409,
                "There is currently another in-progress request using this Idempotent Key (that probably "
                "means you submitted twice, and the other request is still going through): "
                f"{call.idempotency_key}. Please try again later.",
                kind="idempotency_error",
                code="idempotency_key_in_use",
                executed=False,
            )
        self._in_flight.add(key)
        return None

    def keep(self, call: Call, raw: bytes, status: int, body: bytes) -> None:
        """Store the answer of an executed call; the caller commits."""
        if call.idempotency_key is None:
            return
        key, expires_at = self._name(call), self._sandbox.now() + DAY
        record = {
            "path": call.path,
            "fingerprint": _fingerprint(call, raw),
            "status": status,
            "body": body.decode(),
            "request_id": call.request_id,
            "expires_at": expires_at,
        }
        self._sandbox.store.put("idempotency", key, record)
        self._sandbox.set_timer("prune_key", key, expires_at)

    def end(self, call: Call) -> None:
        """The call is over, whatever came of it."""
        if call.idempotency_key is not None:
            self._in_flight.discard(self._name(call))

    @staticmethod
    def _name(call: Call) -> str:
        return f"{call.scope}:{call.idempotency_key}"


def _fingerprint(call: Call, raw: bytes) -> str:
    return hashlib.sha256(call.method.encode() + b" " + raw).hexdigest()


def _misuse(call: Call, same: str) -> ApiError:
    return ApiError(
        400,
        f"Keys for idempotent requests can only be used with {same}. Try using a key other than "
        f"'{call.idempotency_key}' if you meant to execute a different request.",
        kind="idempotency_error",
        executed=False,
    )
