"""What a report is asked for."""

from __future__ import annotations

from django.http import QueryDict

from marketplace.core import clock

from .rules import PERIODS, Period


def read_period(params: QueryDict) -> Period:
    """The period asked for by its days, else a month. Never fails."""
    asked = params.get("days", "")
    days = int(asked) if asked in {str(number) for number in PERIODS} else 30
    return Period(days, clock.today())
