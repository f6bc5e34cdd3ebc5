"""Keyword tokens of what results are narrowed by: attributes, options of one variant, places, map cells.

Attributes lie in one field as "name=value" and their names in another, so that five thousand names cost no
field of their own. Options of variants ("color", "size") lie there too, and once more together, one token per
variant: black and 42 asked for at once are a question for that token, so they must be one and the same piece.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, product

from .analysis.normalise import normalise

OPTIONS = ("color", "size")
"""Names of what variants differ by; with these names a listing's own attributes are not taken."""
IDENTIFIERS = frozenset({"style", "sku", "model", "article", "item_no", "gtin", "barcode"})
"""Names whose values tell one listing from all others: nothing to narrow by."""
NAME_LENGTH, VALUE_LENGTH = 40, 120
_OTHER = re.compile(r"[^a-z0-9_]+")
JOIN = "\x1f"

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
