"""Examples of every part, shown at /ui/ and rendered in tests: a part without an example fails the build."""

from __future__ import annotations

from itertools import groupby

from . import controls, figures, goods, work
from .example import Example

EXAMPLES: tuple[Example, ...] = (*controls.EXAMPLES, *goods.EXAMPLES, *figures.EXAMPLES, *work.EXAMPLES)


def by_group() -> list[tuple[str, list[Example]]]:
    """Groups in the order they are written."""
    return [(title, list(items)) for title, items in groupby(EXAMPLES, key=lambda one: one.group)]


def find(name: str) -> Example | None:
    """An example by its name."""
    return next((one for one in EXAMPLES if one.name == name), None)
