"""Time, injected: UTC inside, moved in tests and in making demo history."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """The business date (Asia/Shanghai), by which terms and due dates are counted."""
    return now().astimezone(BUSINESS_ZONE).date()


def business_date(moment: datetime) -> date:
    """The business date on which a moment falls."""
    return moment.astimezone(BUSINESS_ZONE).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block, `now()` is `moment` (aware). Nests."""
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware moment")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def add_business_days(day: date, count: int) -> date:
    """`count` weekdays after `day`; Saturdays and Sundays do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
