"""Policy sets, the clock and a payment service for the tests of payments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import LazySettings

from marketplace.core import clock
from payments.queries.verification import verify
from tests.stripe_server.fixtures import _one_stripe_server, hook_sink, stripe_server, with_webhooks

__all__ = ["_one_stripe_server", "hook_sink", "stripe_server", "with_webhooks"]


@pytest.fixture
def eu(settings: LazySettings) -> None:
    """The policy set `eu` in force."""
    settings.PAYMENT_POLICY = "eu"


class Days:
    """Moves the clock: `days.go(date(2026, 3, 2))` makes it ten in the morning in Shanghai of that day."""

    def __init__(self) -> None:
        self._open: list[object] = []

    def go(self, day: date) -> None:
        self.stop()
        moved = clock.at(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
        moved.__enter__()
        self._open.append(moved)

    def stop(self) -> None:
        while self._open:
            self._open.pop().__exit__(None, None, None)  # type: ignore[attr-defined]


@pytest.fixture
def days() -> Iterator[Days]:
    """The clock in the test's hands."""
    moved = Days()
    yield moved
    moved.stop()


@pytest.fixture
def books_hold() -> Iterator[None]:
    """After the test every invariant of money holds; calls to a payment service that is not there wait."""
    yield
    broken = {name: found for name, found in verify().items() if found and not name.startswith("I8 ")}
    assert broken == {}
