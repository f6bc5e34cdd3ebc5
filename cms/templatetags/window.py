"""{% load window %}: showing a stream of blocks."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..blocks.base import LiveBlock
from ..kept import Kept

register = template.Library()

# Words alone look the same to every reader until they are edited: kept under their very content.
_words: Kept[SafeString] = Kept(most=2_000, seconds=3600)


def _words_key(child: Any) -> tuple[str, str, str, str] | None:
    """What a block of words alone shows, as a key; None for a block that reads the database."""
    if isinstance(child.block, LiveBlock):
        return None
    content = json.dumps(child.get_prep_value()["value"], sort_keys=True, ensure_ascii=False)
    return get_language() or "", child.block_type, child.id or "", content


@register.simple_tag(takes_context=True)
def blocks(context: Context, stream: Any) -> SafeString:
    """{% blocks page.body %}: every block of a stream in its order."""
    flat = context.flatten()
    parts = []
    for child in stream:
        key = _words_key(child)
        html = _words.get(key) if key is not None else None
        if html is None:
            html = child.render(flat)
            if key is not None:
                _words.put(key, html)
        parts.append(html)
    return mark_safe("".join(parts))  # noqa: S308 - each part is a rendered template
