"""What the search box sends while somebody types."""

from __future__ import annotations

import re

from django.http import QueryDict

from marketplace.catalog.rules import MAX_QUANTITY

LONGEST = 64
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def read_typed(params: QueryDict) -> tuple[str, int | None]:
    """The text so far and the quantity wanted, None where there is none or it makes no sense. Never fails."""
    text = _CONTROL.sub(" ", params.get("q", "")[: LONGEST * 4]).strip()[:LONGEST]
    number = params.get("quantity", "")
    if not re.fullmatch(r"[0-9]{1,12}", number, re.ASCII) or not 1 <= int(number) <= MAX_QUANTITY:
        return text, None
    return text, int(number)
