"""What an example is, and the two helpers they are written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marketplace.core.i18n import is_chinese


@dataclass(frozen=True, slots=True)
class Example:
    """One part with one example context. `build` makes the variables the template asks for."""

    name: str
    group: str
    title: str
    template: str
    build: Callable[[], dict[str, Any]]
    note: str = ""
    # "s" and "m" keep a part as narrow as it will be on a page.
    width: str = ""

    def context(self) -> dict[str, Any]:
        """Fresh variables for one rendering, in the active language."""
        return self.build()


def say(chinese: str, english: str) -> str:
    """Example content (not interface text) in the active language."""
    return chinese if is_chinese() else english
