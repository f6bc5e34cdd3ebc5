"""A circuit breaker: when the engine fails or dawdles, it is left alone for a while and then tried with one
request.

Opens after `failures` in a row, or when more than half of the last answers were slow. Stays open 15 s,
doubling to two minutes with every probe that fails. The decision is shared through the cache where that
works; each process also decides for itself.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)
_SHARED_KEY = "search:breaker:{name}"
_LOOK_EVERY = 1.0


@dataclass(slots=True)
class Breaker:
    """The state of one engine. `now` is a clock in seconds, injected by tests."""

    name: str
    now: Callable[[], float] = time.time
    failures: int = 5
    slow_seconds: float = 0.8
    window_seconds: float = 10.0
    shortest: float = 15.0
    longest: float = 120.0
    shared: bool = True
    _in_a_row: int = 0
    _pause: float = 0.0
    _open_until: float = 0.0
    _probing_until: float = 0.0
    _answers: deque[tuple[float, bool]] = field(default_factory=deque)
    _looked_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Whether the engine is being left alone now (a probe may be due)."""
        return self._pause > 0

    def allows(self) -> bool:
        """Whether the engine may be asked now. After the pause one request at a time may try."""
        self._look_around()
        with self._lock:
            now = self.now()
            if not self.is_open:
                return True
            if now < self._open_until or now < self._probing_until:
                return False
            self._probing_until = now + 5
            return True

    def succeeded(self, seconds: float) -> None:
        """An answer came. A slow one is remembered against the engine."""
        with self._lock:
            now = self.now()
            slow = seconds > self.slow_seconds
            if self.is_open and not slow:
                log.info("search_engine_back", engine=self.name)
                self._close()
            elif self.is_open:
                self._open(now)
            self._in_a_row = 0
            self._answers.append((now, slow))
            while self._answers and self._answers[0][0] < now - self.window_seconds:
                self._answers.popleft()
            count = sum(1 for _, was_slow in self._answers if was_slow)
            if len(self._answers) >= self.failures and count * 2 > len(self._answers) and not self.is_open:
                self._open(now)

    def failed(self) -> None:
        """No answer, or not in time."""
        with self._lock:
            self._in_a_row += 1
            if self.is_open or self._in_a_row >= self.failures:
                self._open(self.now())

    def _open(self, now: float) -> None:
        self._pause = min(self.longest, self._pause * 2 or self.shortest)
        self._open_until = now + self._pause
        self._probing_until = 0.0
        self._answers.clear()
        log.warning("search_engine_left_alone", engine=self.name, seconds=self._pause)
        self._tell((self._open_until, self._pause))

    def _close(self) -> None:
        self._pause = self._open_until = self._probing_until = 0.0
        self._answers.clear()
        self._tell(None)

    def _tell(self, state: tuple[float, float] | None) -> None:
        if not self.shared:
            return
        key = _SHARED_KEY.format(name=self.name)
        try:
            if state is None:
                cache.delete(key)
            else:
                cache.set(key, state, timeout=int(state[1]) + 5)
        except Exception as error:  # noqa: BLE001 - a cache that is away only makes processes decide alone
            log.warning("breaker_not_shared", error=str(error))

    def _look_around(self) -> None:
        """Join the pause another process has begun."""
        now = self.now()
        if not self.shared or now - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = now
        try:
            state = cache.get(_SHARED_KEY.format(name=self.name))
        except Exception as error:  # noqa: BLE001 - as above
            log.warning("breaker_not_shared", error=str(error))
            return
        with self._lock:
            if state and state[0] > now and state[0] > self._open_until:
                self._open_until, self._pause = state
