"""Content in two languages: field pairs `name_zh`, `name_en`, read by the active language."""

from typing import Any

from django.utils.translation import get_language


def is_chinese() -> bool:
    """Whether the active language is Chinese (also when none is active: the site's first language)."""
    return (get_language() or "zh-hans").startswith("zh")


def pick(source: Any, name: str) -> str:
    """`name_zh` or `name_en` of an object by the active language; the other one where this is empty."""
    first, second = ("zh", "en") if is_chinese() else ("en", "zh")
    return str(getattr(source, f"{name}_{first}") or getattr(source, f"{name}_{second}"))
