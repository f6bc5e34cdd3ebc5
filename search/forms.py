"""The address of a results page, read leniently: what makes no sense is left out, only a bad quantity is
told.

An address is shared, typed by hand and made up by robots; a filter nobody offered is no reason to show
nothing.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine
from marketplace.catalog.rules import MAX_QUANTITY
from marketplace.core.money import exponent

from .analysis.query import MAX_CHARACTERS
from .backends.interface import Sort
from .offers import FEATURES
from .rules import Address

MAX_VALUES = 20
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_WHOLE = re.compile(r"[0-9]{1,12}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_SORTS = {sort.value: sort for sort in Sort}


def _minor(text: str, currency: str) -> int | None:
    """Major units as typed → minor units; None where it is no price."""
    if not re.fullmatch(r"[0-9]{1,9}([.][0-9]{0,3})?", text, re.ASCII):
        return None
    try:
        return int(Decimal(text).scaleb(exponent(currency)))
    except InvalidOperation:
        return None


def _number(text: str, low: int, high: int) -> int | None:
    if not _WHOLE.fullmatch(text):
        return None
    return number if low <= (number := int(text)) <= high else None


def _slugs(params: QueryDict, name: str) -> tuple[str, ...]:
    found = (value for value in params.getlist(name)[: MAX_VALUES * 2] if _SLUG.fullmatch(value))
    return tuple(dict.fromkeys(found))[:MAX_VALUES]


def _quantity(text: str) -> tuple[int | None, dict[str, str]]:
    """A whole number of pieces, or why not. Nothing typed is no quantity and no error."""
    if not text:
        return None, {}
    number = _number(text.replace(",", ""), 1, MAX_QUANTITY)
    if number is None:
        sentence = _("Enter a whole number of pieces between 1 and %(most)s.") % {"most": f"{MAX_QUANTITY:,}"}
        return None, {"quantity": sentence}
    return number, {}


def read_address(params: QueryDict, *, portal: ClusterLine | None = None) -> Address:
    """The address of a results page. Never fails; inside a portal its cluster is not a filter."""
    q = _CONTROL.sub(" ", params.get("q", "")[: MAX_CHARACTERS * 4]).strip()[:MAX_CHARACTERS]
    typed = _CONTROL.sub(" ", params.get("quantity", ""))[:40].strip()
    quantity, errors = _quantity(typed)
    currency = "CNY"
    low, high = (_minor(params.get(name, "").strip(), currency) for name in ("low", "high"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Address(
        q=q,
        quantity=quantity,
        typed_quantity=typed,
        clusters=() if portal else _slugs(params, "cluster"),
        categories=_slugs(params, "category"),
        features=tuple(name for name in _slugs(params, "feature") if name in FEATURES),
        moq=_number(params.get("moq", ""), 1, MAX_QUANTITY),
        ships=_number(params.get("ships", ""), 1, 24 * 366),
        low=low,
        high=high,
        sort=_SORTS.get(params.get("sort", ""), Sort.RELEVANCE),
        page=_number(params.get("page", ""), 1, 10**9) or 1,
        as_typed=params.get("as_typed") == "1",
        any_words=params.get("any") == "1",
        currency=currency,
        errors=errors,
    )
