"""When a rule speaks of a query, and where a pinned listing goes. No ORM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from search.analysis.normalise import normalise
from search.analysis.tokens import runs

MOST_PINS = 3
Item = TypeVar("Item")


def said(text: str) -> str:
    """A query as rules compare it: normalised, words and single Han characters parted by spaces."""
    words = (run.text if run.kind == "word" else " ".join(run.text) for run in runs(normalise(text)))
    return " ".join(words)


def speaks_of(rule: str, query: str, *, exact: bool) -> bool:
    """Whether a rule for one query (as `said`) speaks of another: the same words, or among its words."""
    if not rule:
        return False
    return rule == query if exact else f" {rule} " in f" {query} "


def runs_on(day: date, starts_on: date | None, ends_on: date | None) -> bool:
    """Whether a rule holds on a day, its last day included."""
    return (starts_on is None or starts_on <= day) and (ends_on is None or day <= ends_on)


def forms_of(text: str) -> tuple[str, ...]:
    """Words parted by "|" or a line's end, each once."""
    parts = (part.strip() for part in text.replace("\n", "|").split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))


def placed(items: Iterable[Item], places: Mapping[Item, int]) -> list[Item]:
    """Items with some of them at their places (from 1), the others in their order around them.

    Of two for one place the one that came first has it, the other the next.
    """
    listed = list(items)
    rest = [item for item in listed if item not in places]
    for item in sorted((i for i in listed if i in places), key=lambda i: places[i]):
        rest.insert(min(places[item] - 1, len(rest)), item)
    return rest
