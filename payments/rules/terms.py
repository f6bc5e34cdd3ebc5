"""Due dates and instalments of an invoice."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from ..policies import Term, TermLine


@dataclass(frozen=True, slots=True)
class Due:
    """`amount` minor units on `due_on`."""

    due_on: date
    amount: int


def due_date(line: TermLine, start: date) -> date:
    """When a line falls due, counted from the business date of shipment."""
    if not line.day_of_month:
        return start + timedelta(days=line.days)
    month_index = start.year * 12 + start.month - 1 + line.months
    return date(month_index // 12, month_index % 12 + 1, line.day_of_month)


def schedule(term: Term, amount: int, start: date) -> list[Due]:
    """The instalments of `amount`: each line's floor, the last takes the rest (P2). Empty for nothing."""
    if amount <= 0:
        return []
    parts = [floor(amount * line.share) for line in term.lines[:-1]]
    parts.append(amount - sum(parts))
    return [Due(due_date(line, start), part) for line, part in zip(term.lines, parts, strict=True)]
