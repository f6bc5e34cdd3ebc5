"""What our blocks share: they tell what they need before anything is read; choices stay light meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from wagtail import blocks

from ..live import Live

# Rich text an editor may use: no headings (the block has one), no pictures (a block of their own), no embeds.
FEATURES = ["bold", "ol", "ul", "link", "document-link"]

_light: ContextVar[bool] = ContextVar("cms_light_choices", default=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen row known by its key only; the page reads all of a kind together."""

    pk: int


@contextmanager
def light_choices() -> Iterator[None]:
    """Inside, choosers yield `Chosen` and read nothing. For showing a page, never for editing it."""
    token = _light.set(True)
    try:
        yield
    finally:
        _light.reset(token)


class LightChoice:
    """Mixed into a ChooserBlock: see `light_choices`."""

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        if _light.get():
            return [Chosen(value) if value else None for value in values]
        found: list[Any] = super().bulk_to_python(values)  # type: ignore[misc]
        return found

    def to_python(self, value: Any) -> Any:
        if _light.get():
            return Chosen(value) if value else None
        return super().to_python(value)  # type: ignore[misc]


class LiveBlock(blocks.StructBlock):  # type: ignore[misc]
    """A block that shows something of the database: `collect` names it, `present` hands it over."""

    def collect(self, value: Any, live: Live) -> None:
        """Tell `live` what this block will show. Called for all blocks of the page before any is rendered."""

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        """The variables of the template, from what was read for the whole page."""
        return {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        live = context.get("live")
        if live is None:  # a block shown alone: the picker's preview, a comment
            live = context["live"] = Live.for_preview()
            self.collect(value, live)
        context.update(self.present(value, live))
        return context


def collect_all(stream: Iterable[Any], live: Live) -> None:
    """Let every block of a stream say what it needs."""
    for child in stream:
        if isinstance(child.block, LiveBlock):
            child.block.collect(child.value, live)
