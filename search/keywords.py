"""Keyword tokens of what results are narrowed by: attributes, options of one variant, prices, places, cells.

Attributes lie in one field as "name=value" and their names in another, so that five thousand names cost no
field of their own. Options of variants ("color", "size") lie there too, and once more together, one token per
variant: black and 42 asked for at once are a question for that token, so they must be one and the same piece.
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from .analysis.normalise import normalise

OPTIONS = ("color", "size")
"""Names of what variants differ by; with these names a listing's own attributes are not taken."""
IDENTIFIERS = frozenset({"style", "sku", "model", "article", "item_no", "gtin", "barcode"})
"""Names whose values tell one listing from all others: nothing to narrow by."""
NAME_LENGTH, VALUE_LENGTH = 40, 120
_OTHER = re.compile(r"[^a-z0-9_]+")
JOIN = "\x1f"
PRICE_EDGES = (0, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Where bands of unit prices begin, in minor units; the last one is open."""

Pair = tuple[str, str]


@lru_cache(maxsize=16_384)
def attribute_name(key: str) -> str:
    """An attribute's key as the index knows it: [a-z0-9_]; keys without such letters become a digest."""
    name = _OTHER.sub("_", normalise(key)).strip("_")[:NAME_LENGTH]
    return name or "x" + hashlib.blake2s(key.encode(), digest_size=6).hexdigest()


@lru_cache(maxsize=65_536)
def attribute_value(text: str) -> str:
    """A value as the index knows it, whichever way it was written."""
    return normalise(text).replace(JOIN, " ").strip()[:VALUE_LENGTH]


def token(name: str, value: str) -> str:
    """One attribute or option."""
    return f"{name}={value}"


def joined(options: Iterable[Pair]) -> str:
    """Several options of one variant, in the order of their names."""
    return JOIN.join(token(*pair) for pair in sorted(options))


def variant_tokens(variants: Iterable[Sequence[Pair]]) -> tuple[str, ...]:
    """Every two and more options that one variant has together."""
    found: dict[str, None] = {}
    for options in variants:
        for size in range(2, len(options) + 1):
            found.update(dict.fromkeys(joined(part) for part in combinations(options, size)))
    return tuple(found)


def combined(options: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """The tokens that fit: one value of each name, together in one variant."""
    names = [name for name, _values in options]
    return tuple(
        joined(zip(names, values, strict=True)) for values in product(*(values for _name, values in options))
    )


class _Span(NamedTuple):
    band: int
    start: int
    end: int


def span_tokens(currency: str, steps: Iterable[tuple[int, int, int]]) -> tuple[str, ...]:
    """The spans of a ladder: quantities from one to below another at which the unit price lies in one band of
    `PRICE_EDGES`. `steps` are (from, until exclusive, price) and cover every quantity once; so do the spans.

    Sellers use few quantities, so a market has few different spans however many listings.
    """
    spans: list[_Span] = []
    for start, end, price in steps:
        band = bisect_right(PRICE_EDGES, price) - 1
        begun = spans.pop().start if spans and spans[-1].band == band else start
        spans.append(_Span(band, begun, end))
    return tuple(f"{currency}:{span.start:010}:{span.end:010}:{span.band}" for span in spans)


def span_pattern(currency: str, quantity: int, bands: Iterable[int] = range(len(PRICE_EDGES))) -> str:
    """What the tokens of spans look like that hold a quantity, in any of some bands: a regular expression in
    the notation all engines share.
    """
    within = "|".join(map(str, bands))
    return f"{currency}:({_at_most(quantity)}):({_at_least(quantity + 1)}):({within})"


def bands_within(low: int | None, high: int | None) -> list[int]:
    """The bands of `PRICE_EDGES` inside bounds, both included."""
    tops = (*PRICE_EDGES[1:], math.inf)
    top = math.inf if high is None else high + 1
    return [i for i, edge in enumerate(PRICE_EDGES) if (low or 0) <= edge and tops[i] <= top]


def span_band(text: str) -> int:
    """The band of a span's token, an index into `PRICE_EDGES`."""
    return int(text[-1])


def _at_most(number: int) -> str:
    """Numbers of ten digits up to one, as a pattern."""
    digits = f"{number:010}"
    lower = [
        f"{digits[:i]}[0-{chr(ord(digit) - 1)}]" + "[0-9]" * (9 - i)
        for i, digit in enumerate(digits)
        if digit > "0"
    ]
    return "|".join([*lower, digits])


def _at_least(number: int) -> str:
    """Numbers of ten digits from one on, as a pattern."""
    digits = f"{number:010}"
    higher = [
        f"{digits[:i]}[{chr(ord(digit) + 1)}-9]" + "[0-9]" * (9 - i)
        for i, digit in enumerate(digits)
        if digit < "9"
    ]
    return "|".join([*higher, digits])


def cell_of(latitude: int, longitude: int, side: int) -> str:
    """The cell of a grid a place lies in; all in hundred-thousandths of a degree."""
    return f"{latitude // side}:{longitude // side}"


def place_token(latitude: int, longitude: int) -> str:
    """A place, to be read again by `place_of`."""
    return f"{latitude},{longitude}"


def place_of(text: str) -> tuple[float, float]:
    """Degrees north and east of a place token."""
    latitude, longitude = text.split(",")
    return int(latitude) / 100_000, int(longitude) / 100_000
