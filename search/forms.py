"""The address of a results page, read leniently: what makes no sense is left out, only a bad quantity is
told.

An address is shared, typed by hand and made up by robots; a filter nobody offered is no reason to show
nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine, cluster_line
from marketplace.catalog.rules import MAX_QUANTITY
from marketplace.core.ids import is_public_id
from marketplace.core.money import exponent

from .analysis.query import MAX_CHARACTERS
from .backends.interface import Box, Chosen, Sort
from .keywords import attribute_value
from .offers import FEATURES
from .rules import Address

MAX_VALUES = 20
MAX_NAMES = 10
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_ATTRIBUTE = re.compile(r"([a-z0-9_]{1,40}):(.{1,120})")
_PLACE = re.compile(r"(-?[0-9]{1,2}(?:[.][0-9]{1,5})?),(-?[0-9]{1,3}(?:[.][0-9]{1,5})?)", re.ASCII)
_VIEW = re.compile(r"(-?[0-9]{1,3}(?:[.][0-9]{1,5})?)(?:,|$)", re.ASCII)
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


def _attributes(params: QueryDict) -> Chosen:
    """Attributes as "name:value", any number of each name; values as the index writes them."""
    found: dict[str, dict[str, None]] = {}
    for text in params.getlist("attr")[: MAX_VALUES * 2]:
        match = _ATTRIBUTE.fullmatch(_CONTROL.sub(" ", text))
        value = attribute_value(match[2]) if match else ""
        if match and value:
            found.setdefault(match[1], {})[value] = None
    return tuple((name, tuple(values)[:MAX_VALUES]) for name, values in list(found.items())[:MAX_NAMES])


def _public_id(params: QueryDict, name: str) -> str:
    value = params.get(name, "")
    return value if is_public_id(value) else ""


def read_place(text: str) -> tuple[float, float] | None:
    """A town's code or degrees north and east → degrees; None where it is neither."""
    line = cluster_line(text) if _SLUG.fullmatch(text) else None
    if line:
        return line.latitude, line.longitude
    match = _PLACE.fullmatch(text)
    if not match:
        return None
    lat, lng = float(match[1]), float(match[2])
    return (lat, lng) if abs(lat) <= 85 and abs(lng) <= 180 else None


def _view(text: str) -> Box | None:
    """South, west, north, east in degrees; None where that is no view."""
    sides = [float(side) for side in _VIEW.findall(text)] if len(text) < 60 and text.count(",") == 3 else []
    if len(sides) != 4 or text != ",".join(_VIEW.findall(text)):
        return None
    south, west, north, east = sides
    fits = -85 <= south < north <= 85 and -180 <= west < east <= 180
    return Box(south, west, north, east) if fits else None


@dataclass(frozen=True, slots=True)
class CompareAddress:
    """What a comparison was asked for: a change of the tray, or listings by their outward ids."""

    listings: tuple[str, ...] = ()
    add: str = ""
    remove: str = ""
    clear: bool = False
    quantity: int | None = None
    typed_quantity: str = ""
    error: str = ""

    @property
    def changes(self) -> bool:
        """Whether the tray is to be kept otherwise than before."""
        return bool(self.add or self.remove or self.clear)

    @property
    def query(self) -> str:
        """The address without the change."""
        return f"?{urlencode({'quantity': self.quantity})}" if self.quantity else ""


def read_compare(params: QueryDict) -> CompareAddress:
    """The address of a comparison. Never fails; ids that are none are left out."""
    typed = _CONTROL.sub(" ", params.get("quantity", ""))[:40].strip()
    quantity, errors = _quantity(typed)
    add, remove = (params.get(name, "") for name in ("add", "remove"))
    listings = dict.fromkeys(one for one in params.getlist("listing")[:MAX_VALUES] if is_public_id(one))
    return CompareAddress(
        listings=tuple(listings),
        add=add if is_public_id(add) else "",
        remove=remove if is_public_id(remove) else "",
        clear=params.get("clear") == "1",
        quantity=quantity,
        typed_quantity=typed,
        error=errors.get("quantity", ""),
    )


def read_goods_page(params: QueryDict) -> Address:
    """The address of a list of goods nobody narrows: quantity and page. Never fails."""
    typed = _CONTROL.sub(" ", params.get("quantity", ""))[:40].strip()
    quantity, errors = _quantity(typed)
    page = _number(params.get("page", ""), 1, 10**9) or 1
    return Address(quantity=quantity, typed_quantity=typed, page=page, errors=errors)


def read_address(params: QueryDict, *, portal: ClusterLine | None = None) -> Address:
    """The address of a results page. Never fails; inside a portal its cluster is not a filter."""
    q = _CONTROL.sub(" ", params.get("q", "")[: MAX_CHARACTERS * 4]).strip()[:MAX_CHARACTERS]
    typed = _CONTROL.sub(" ", params.get("quantity", ""))[:40].strip()
    quantity, errors = _quantity(typed)
    currency = "CNY"
    low, high = (_minor(params.get(name, "").strip(), currency) for name in ("low", "high"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    picture = _public_id(params, "picture")
    looks = "" if picture else _public_id(params, "looks")
    near = params.get("near", "").strip()
    place = read_place(near)
    return Address(
        q="" if picture or looks else q,
        picture=picture,
        looks=looks,
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
        attributes=_attributes(params),
        lead=_number(params.get("lead", ""), 1, 366),
        new=_number(params.get("new", ""), 1, 366),
        festivals=_slugs(params, "festival"),
        on_time=_number(params.get("on_time", ""), 1, 100),
        response=_number(params.get("response", ""), 1, 1000),
        repeat=_number(params.get("repeat", ""), 1, 100),
        near=near if place else "",
        place=place,
        within=_number(params.get("within", ""), 1, 20_000) if place else None,
        view=_view(params.get("view", "")),
        on_map=params.get("map") == "1",
        errors=errors,
    )
