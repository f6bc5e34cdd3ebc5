"""The unit a listing is sold in, as the reader's language writes it beside a number."""

from typing import Any

from marketplace.core.i18n import is_chinese
from marketplace.ui.formats import format_count, unit_name


def unit_text(source: Any, number: int = 1) -> str:
    """ "双", "pair" or "pairs": the source's `unit_zh`, or its `unit_en` in the right number."""
    return source.unit_zh if is_chinese() else unit_name(source.unit_en, number)


def pieces_text(source: Any, number: int) -> str:
    """ "3,000 pairs" / "3,000 双"."""
    return f"{format_count(number)}\N{NO-BREAK SPACE}{unit_text(source, number)}"
