"""{% load window %}: showing a stream of blocks."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from marketplace.core.kept import Kept

from ..blocks.base import Piece, pieces_of
from ..live import Live

register = template.Library()

# Words alone look the same to every reader until they are edited: kept under their very content.
_words: Kept[SafeString] = Kept(most=2_000, seconds=3600)
# What shows something of the database is read each time, and drawn anew when it differs from the last time;
# only the addresses of pages that a text links to, and names of factories on cards, may be minutes old.
_drawn: Kept[SafeString] = Kept(most=2_000, seconds=60)


def _draw(piece: Piece, live: Live | None, language: str, variables: dict[str, Any]) -> SafeString:
    """The markup of one block, drawn only when what it shows is not what it showed before."""
    key: tuple[Any, ...]
    if not piece.is_live:
        kept, key = _words, (language, piece.content)
    elif live is not None:
        shown = piece.child.block.shown(piece.child.value, live)
        kept, key = _drawn, (language, piece.content, live.portal, shown)
    else:
        return SafeString(piece.child.render(variables))
    html = kept.get(key)
    if html is None:
        html = piece.child.render(variables)
        kept.put(key, html)
    return html


@register.simple_tag(takes_context=True)
def blocks(context: Context, stream: Any) -> SafeString:
    """{% blocks page.body %}: every block of a stream in its order."""
    flat: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    live, language = flat.get("live"), get_language() or ""
    parts = [_draw(piece, live, language, flat) for piece in pieces_of(stream)]
    return mark_safe("".join(parts))  # noqa: S308 - each part is a rendered template
