"""Late fees (P5): simple, per instalment, on overdue principal, for the days (due, until].

Amount × rate × days is summed as an exact integer over DENOMINATOR, and what is posted is the rounded sum
less what was posted before: so the total never depends on how often a job ran.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from marketplace.core.money import round_half_up

Rates = Sequence[tuple[date, int]]
# Yearly rates are in 1/100,000; a year has 365 days.
DENOMINATOR = 100_000 * 365
# Ten billion in the major unit: keeps amount × rate × days inside a 64-bit column for more than a year.
MAX_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class Accrued:
    """The exact sum so far (over DENOMINATOR) and the last day it includes."""

    exact: int
    through: date


def rate_on(day: date, rates: Rates) -> int:
    """The yearly rate valid on a day. Raises ValueError before the first."""
    valid = [rate for start, rate in rates if start <= day]
    if not valid:
        raise ValueError("no late-fee rate for this day")
    return valid[-1]


def _segments(after: date, until: date, rates: Rates) -> list[tuple[int, int]]:
    """(days, rate) of the days after `after` up to and including `until`, split where the rate changes."""
    segments = []
    start = after
    changes = [begin for begin, _ in rates if after + timedelta(days=1) < begin <= until]
    for end in [*(begin - timedelta(days=1) for begin in changes), until]:
        segments.append(((end - start).days, rate_on(start + timedelta(days=1), rates)))
        start = end
    return segments


def accrue(outstanding: int, before: Accrued, until: date, rates: Rates) -> Accrued:
    """The sum after the days (before.through, until] on an unchanged `outstanding`.

    Unchanged if none passed.
    """
    if until <= before.through:
        return before
    grown = sum(outstanding * rate * days for days, rate in _segments(before.through, until, rates))
    return Accrued(before.exact + grown, until)


def rounded(exact: int) -> int:
    """Minor units of an exact sum, half-up."""
    return round_half_up(Decimal(exact) / DENOMINATOR)


def total_of(timeline: Sequence[tuple[date, int]], due_on: date, until: date, rates: Rates) -> int:
    """Minor units owed for a whole history: `timeline` holds (day, outstanding from the next day on).

    The independent second way to the same figure, by which the running sums are verified.
    """
    state = Accrued(0, due_on)
    for index, (_, outstanding) in enumerate(timeline):
        end = timeline[index + 1][0] if index + 1 < len(timeline) else until
        state = accrue(outstanding, state, min(end, until), rates)
    return rounded(state.exact)
