"""Periods and shares of reports. No ORM."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

PERIODS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Period:
    """So many days that end with `last`, and the same number before them."""

    days: int
    last: date

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    @property
    def span(self) -> tuple[date, date]:
        return self.first, self.last

    @property
    def span_before(self) -> tuple[date, date]:
        return self.first - timedelta(days=self.days), self.first - timedelta(days=1)

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]


def share(part: int, whole: int) -> int:
    """Basis points; 0 of nothing."""
    return round(part * 10_000 / whole) if whole else 0


def change(now: int, before: int) -> int | None:
    """How much more than before, in basis points; None where there was nothing before."""
    return round((now - before) * 10_000 / before) if before else None
