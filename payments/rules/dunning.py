"""The ladder of a case: which level an overdue debt has reached, what a day brings, what a promise may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..policies import Policy, Step

# Levels from the friendliest on; a case never steps down.
LEVELS = ("open", "L1", "L2", "L3", "collections")
LONGEST_PROMISE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Late:
    """One instalment as the ladder sees it: days after its due date and the ladder of its policy."""

    days: int
    principal: int
    policy: Policy


def level_of(item: Late) -> str:
    """The level an overdue instalment has reached: "open" below the first, "" if it is not overdue."""
    if item.days <= 0 or not item.principal:
        return ""
    reached = [step.level for step in item.policy.ladder if step.level and step.day <= item.days]
    return max(reached, key=LEVELS.index, default="open")


def step_on(item: Late) -> Step | None:
    """The step whose day it is, if a notice goes out on it."""
    return next((s for s in item.policy.ladder if s.day == item.days and s.template), None)


def highest(items: Iterable[Late]) -> str:
    """The level of all of a buyer's debt in one currency; "" when nothing is overdue."""
    reached = [level for level in map(level_of, items) if level]
    return max(reached, key=LEVELS.index, default="")


def next_level(level: str) -> str:
    """What follows a level: a broken promise leads there at once."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def loudest(steps: Sequence[Step]) -> Step:
    """The step that names a day's one notice: the one latest on the ladder."""
    return max(steps, key=lambda step: step.day)


def is_credible(amount: int, due_on: date, today: date) -> bool:
    """Whether a promise names an amount and a day ahead, at most 60 days."""
    return amount > 0 and today < due_on <= today + LONGEST_PROMISE


def may_write_off(days_late: int, open_amount: int, policy: Policy) -> bool:
    """Whether an invoice is overdue for so long that giving it up may be proposed."""
    return open_amount > 0 and days_late >= policy.write_off_after_days


def money_at_risk(principal: int, fees: int, days: int) -> int:
    """By what collectors order their work: what is open, weighed by its age (each 30 days count once more).

    Minor units times weight; only for sorting.
    """
    return (principal + fees) * (1 + max(0, days) // 30)
