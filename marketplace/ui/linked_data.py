"""What search engines read beside a page: JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

_SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(facts: dict[str, Any]) -> SafeString:
    """JSON-LD for a script element: a data block, never executed; nothing in it can end the element."""
    text = json.dumps({"@context": "https://schema.org", **facts}, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_SAFE))  # noqa: S308 - <, > and & are escaped
