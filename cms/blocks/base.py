"""What our blocks share: they tell what they need before anything is read; choices stay light meanwhile."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from wagtail import blocks

from marketplace.core.kept import Kept

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

    def shown(self, value: Any, live: Live) -> Hashable:
        """All that the template will show beside the block's own words, as a key; equal keys look alike."""
        return tuple((name, _as_key(variable)) for name, variable in self.present(value, live).items())

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        live = context.get("live")
        if live is None:  # a block shown alone: the picker's preview, a comment
            live = context["live"] = Live.for_preview()
            self.collect(value, live)
        context.update(self.present(value, live))
        return context


def _as_key(value: Any) -> Hashable:
    return tuple(_as_key(item) for item in value) if isinstance(value, list | tuple) else value


class Same:
    """As a key: this very object, which is kept elsewhere for as long as it is true."""

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __hash__(self) -> int:
        return id(self._thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._thing is other._thing


class Piece(NamedTuple):
    """A block of a stream and its content as stored, under which what is made of it can be kept."""

    child: Any
    content: str

    @property
    def is_live(self) -> bool:
        """Whether it shows something of the database."""
        return isinstance(self.child.block, LiveBlock)


_pieces: Kept[tuple[Piece, ...]] = Kept(most=500, seconds=3600)


def _stored(stream: Any) -> list[Any]:
    """The blocks of a stream as they are stored; what was only just typed is put into that form."""
    rows = stream._raw_data
    # Text that is not yet saved stands in the stream as objects.
    return rows if all(isinstance(row, dict) for row in rows) else list(stream.get_prep_value())


def pieces_of(stream: Any) -> tuple[Piece, ...]:
    """The blocks of a stream in their order, with light choices; taken apart once per content."""
    text = getattr(stream, "stored_text", None)
    key = (id(stream.stream_block), text if text is not None else json.dumps(_stored(stream)))
    found = _pieces.get(key)
    if found is None:
        contents = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in _stored(stream)]
        with light_choices():
            found = tuple(Piece(child, content) for child, content in zip(stream, contents, strict=True))
        _pieces.put(key, found)
    return found


def collect_all(pieces: Iterable[Piece], live: Live) -> None:
    """Let every block of a stream say what it needs."""
    for piece in pieces:
        if piece.is_live:
            piece.child.block.collect(piece.child.value, live)
