"""The breaker opens, waits, probes, closes; processes share what they know."""

from __future__ import annotations

import pytest

from search.backends.breaker import Breaker


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("test", now=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed()


def test_it_opens_after_five_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, 4)
    assert breaker.allows()
    breaker.succeeded(0.1)
    fail(breaker, 5)
    assert not breaker.allows()
    assert breaker.is_open


def test_slow_counts_as_down(breaker: Breaker, clock: Clock) -> None:
    for seconds in (0.1, 0.2, 0.9, 0.95, 1.4):
        assert breaker.allows()
        breaker.succeeded(seconds)
    assert not breaker.allows()


def test_a_slow_one_among_many_does_not(breaker: Breaker, clock: Clock) -> None:
    for number in range(40):
        clock.seconds += 0.1
        breaker.succeeded(1.5 if number % 4 == 0 else 0.05)
    assert breaker.allows()


def test_old_answers_are_forgotten(breaker: Breaker, clock: Clock) -> None:
    for _ in range(4):
        breaker.succeeded(1.5)
    clock.seconds += 11
    breaker.succeeded(1.5)
    assert breaker.allows()


def test_one_probe_at_a_time_and_ever_longer_pauses(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    waited = []
    for _ in range(6):
        start = clock.seconds
        while not breaker.allows():
            clock.seconds += 1
        assert not breaker.allows()
        waited.append(clock.seconds - start)
        breaker.failed()
    assert waited == [15, 30, 60, 120, 120, 120]


def test_a_good_probe_closes_it_and_forgets_the_past(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds += 16
    assert breaker.allows()
    breaker.succeeded(0.1)
    assert not breaker.is_open
    fail(breaker, 4)
    assert breaker.allows()
    breaker.failed()
    clock.seconds += 14
    assert not breaker.allows()
    clock.seconds += 1
    assert breaker.allows()


def test_a_slow_probe_does_not_close_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds += 16
    assert breaker.allows()
    breaker.succeeded(2.0)
    assert not breaker.allows()


def test_a_probe_that_never_returns_does_not_block_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 5)
    clock.seconds += 16
    assert breaker.allows()
    assert not breaker.allows()
    clock.seconds += 6
    assert breaker.allows()


def test_processes_share_the_pause(breaker: Breaker, clock: Clock) -> None:
    other = Breaker("test", now=clock)
    assert other.allows()
    fail(breaker, 5)
    clock.seconds += 2
    assert not other.allows()
    clock.seconds += 14
    assert other.allows()
    other.succeeded(0.1)
    assert other.allows()


def test_a_cache_that_is_away_only_makes_it_decide_alone(
    breaker: Breaker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no cache")

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(f"search.backends.breaker.cache.{name}", away)
    fail(breaker, 5)
    clock.seconds += 2
    assert not breaker.allows()
