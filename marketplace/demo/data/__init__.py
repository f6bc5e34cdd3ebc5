"""What the demo sells, from where and to whom: plain data, no database, nothing random.

`trades()` are the ten trades with their goods, `towns()` the clusters and their stories, `colours()` the
palette, `works()` the factories' names by trade, `buyers()` the buying companies.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .schema import Buyer, Colour, Place, Spec, Town, Trade, Works

_FOLDER = Path(__file__).parent
# The order in which portals are shown.
ORDER = (
    "zhuji-socks",
    "yiwu-small-goods",
    "huludao-swimwear",
    "pingdu-eyelashes",
    "baigou-bags",
    "zhili-childrens-wear",
    "panyu-anime-goods",
    "taizhou-gloves",
    "qingdao-hats",
    "wenzhou-shoes",
)
_T = TypeVar("_T")


def _read(name: str) -> Any:
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _build(kind: Any, value: Any) -> Any:
    """JSON into frozen shapes: lists become tuples, objects the dataclasses their fields name."""
    origin = get_origin(kind)
    if origin is tuple:
        kinds = get_args(kind)
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return tuple(_build(kinds[0], item) for item in value)
        return tuple(_build(part, item) for part, item in zip(kinds, value, strict=True))
    if origin is dict:
        return {key: _build(get_args(kind)[1], item) for key, item in value.items()}
    if origin is UnionType:
        return value
    if hasattr(kind, "__dataclass_fields__"):
        return _shape(kind, value)
    return value


def _shape(kind: type[_T], row: dict[str, Any]) -> _T:
    hints = get_type_hints(kind)
    return kind(**{name: _build(hints[name], value) for name, value in row.items()})


@cache
def trades() -> tuple[Trade, ...]:
    """The ten trades in shown order."""
    return tuple(_shape(Trade, _read(f"trades/{code}.json")) for code in ORDER)


@cache
def towns() -> tuple[Town, ...]:
    """The ten clusters in shown order."""
    return tuple(_shape(Town, row) for row in _read("clusters.json"))


@cache
def colours() -> dict[str, Colour]:
    """The palette by key."""
    return {key: Colour(key=key, **row) for key, row in _read("colours.json").items()}


@cache
def works() -> dict[str, tuple[Works, ...]]:
    """The factories of each trade."""
    return {code: tuple(_shape(Works, row) for row in rows) for code, rows in _read("works.json").items()}


@cache
def buyers() -> tuple[Buyer, ...]:
    """The buying companies."""
    return tuple(_shape(Buyer, row) for row in _read("buyers.json"))


__all__ = [
    "ORDER",
    "Buyer",
    "Colour",
    "Place",
    "Spec",
    "Town",
    "Trade",
    "Works",
    "buyers",
    "colours",
    "towns",
    "trades",
    "works",
]
