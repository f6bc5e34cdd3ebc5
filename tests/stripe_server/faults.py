"""Faults on demand: what a network and a provider do on a bad day, switched on by control routes.

Before the effect (the call changes nothing): `error`, `drop`, `hang`, `hold`, `delay`. After the effect
(the money has moved, the answer is lost): `error_after`, `drop_after`, `hang_after`, `cut_after`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from .errors import ApiError

BEFORE = ("error", "drop", "hang", "hold", "delay")
AFTER = ("error_after", "drop_after", "hang_after", "cut_after")
_MESSAGES = {
    429: (
        "Request rate limit exceeded. Learn more about rate limits here.",
        "invalid_request_error",
        "rate_limit",
    ),
    500: ("An unknown error occurred", "api_error", None),
    503: ("Stripe is temporarily unavailable", "api_error", None),
}


@dataclass(slots=True)
class Fault:
    """One fault: which calls it hits, how often, and how often it did."""

    mode: str
    method: str = "*"
    path: str = "*"
    times: int = 1
    status: int = 500
    code: str | None = None
    seconds: float = 0.0
    stored: bool = False
    hits: int = 0
    id: int = field(default_factory=count(1).__next__)

    def matches(self, method: str, path: str) -> bool:
        """Whether this fault still has strength for such a call."""
        return self.hits < self.times and fnmatchcase(method, self.method) and fnmatchcase(path, self.path)

    def as_error(self) -> ApiError:
        """The error answer of mode `error`; kept under the idempotency key only when `stored`."""
        message, kind, code = _MESSAGES.get(self.status, ("The request failed", "api_error", None))
        return ApiError(self.status, message, kind=kind, code=self.code or code, executed=self.stored)


class Faults:
    """The faults in force. Volatile: a restart forgets them."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.declines: list[str] = []
        self.reached = asyncio.Event()
        self.released = asyncio.Event()

    def add(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch a fault on; raises ValueError or TypeError for settings that do not exist."""
        fault = Fault(**settings)
        if fault.mode not in BEFORE + AFTER:
            raise ValueError(f"mode is one of {', '.join(BEFORE + AFTER)}")
        if fault.mode == "hold":
            self.reached.clear()
            self.released.clear()
        self._faults.append(fault)
        return asdict(fault)

    def take(self, method: str, path: str, modes: tuple[str, ...]) -> Fault | None:
        """The first matching fault of these modes, counted as hit."""
        for fault in self._faults:
            if fault.mode in modes and fault.matches(method, path):
                fault.hits += 1
                return fault
        return None

    def take_decline(self) -> str | None:
        """The decline code waiting for the next card payment, if any."""
        return self.declines.pop(0) if self.declines else None

    def list(self) -> list[dict[str, Any]]:
        """All faults with how often each was hit; a test that hit none proves nothing."""
        return [asdict(fault) for fault in self._faults]

    def clear(self) -> None:
        """Switch everything off and let held calls go."""
        self._faults.clear()
        self.declines.clear()
        self.released.set()
