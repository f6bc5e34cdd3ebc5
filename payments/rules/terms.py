"""Due dates and instalments of an invoice."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from ..policies import Term, TermLine


@dataclass(frozen=True, slots=True)
class Due:
    """`amount` minor units on `due_on`."""

    due_on: date
    amount: int


def _month_later(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def due_date(line: TermLine, start: date) -> date:
    """When a line falls due, counted from the business date of shipment.

    A day that a month does not have is its last one.
    """
    day = start + timedelta(days=line.days)
    if not (line.months or line.day_of_month or line.end_of_month):
        return day
    year, month = _month_later(day, line.months)
    last = monthrange(year, month)[1]
    wanted = last if line.end_of_month else line.day_of_month or day.day
    return date(year, month, min(wanted, last))


def schedule(term: Term, amount: int, start: date) -> list[Due]:
    """The instalments of `amount`: each line's floor, the last takes the rest (P2). Empty for nothing."""
    if amount <= 0:
        return []
    parts = [floor(amount * line.share) for line in term.lines[:-1]]
    parts.append(amount - sum(parts))
    dues = [Due(due_date(line, start), part) for line, part in zip(term.lines, parts, strict=True)]
    return [due for due in dues if due.amount]
