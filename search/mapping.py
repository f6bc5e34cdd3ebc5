"""The map of results: points of the grid where goods are made, each leading closer."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import ngettext

from clusters.queries import ClusterLine, cluster_lines
from marketplace.core.geometry import metres_between
from marketplace.ui.formats import format_count
from marketplace.ui.maps import MapPoint, cluster_map

from .backends.interface import LEVELS, Box, Point
from .keywords import cell_of
from .rules import Address, level_of

# A point nearer to a town than this is named after it; metres.
_OF_TOWN = 60_000
# Units of the map; the closest view is some kilometres wide.
_CLOSEST = {0: 300.0, 1: 120.0, 2: 30.0, 3: 6.0}


def map_of(address: Address, points: Iterable[Point]) -> dict[str, object]:
    """The drawing, and the address that shows the whole map again; nothing where no place is known."""
    level = level_of(address.view)
    towns = cluster_lines()
    placed = tuple(_placed(address, point, level, towns) for point in points)
    if not placed:
        return {}
    return {
        "drawing": cluster_map(placed, closest=_CLOSEST[level]),
        "whole": address.query(view=None) if address.view else "",
    }


def _placed(address: Address, point: Point, level: int, towns: Iterable[ClusterLine]) -> MapPoint:
    words = ngettext("%(n)s listing", "%(n)s listings", point.count) % {"n": format_count(point.count)}
    return MapPoint(
        code=point.cell,
        name=" · ".join(part for part in (_named(point, level, towns), format_count(point.count)) if part),
        url=address.query(view=closer(point, level), map="1"),
        lat=point.lat,
        lng=point.lng,
        weight=point.count,
        note=words,
    )


def _named(point: Point, level: int, towns: Iterable[ClusterLine]) -> str:
    """The towns of a cell: the only one, the nearest and how many more; else a town near by, if any."""
    here, side = (point.lat, point.lng), LEVELS[level]
    near = sorted((metres_between(here, (t.latitude, t.longitude)), t.code, t) for t in towns)
    inside = [
        t for _far, _code, t in near
        if cell_of(int(t.latitude * 100_000), int(t.longitude * 100_000), side) == point.cell
    ]  # fmt: skip
    if len(inside) > 1:
        return f"{inside[0].name} +{len(inside) - 1}"
    if inside or (near and near[0][0] <= _OF_TOWN):
        return (inside[0] if inside else near[0][2]).name
    return ""


def closer(point: Point, level: int) -> str:
    """The view a point leads to: its cell, which the next grid divides."""
    side = LEVELS[level] / 100_000
    south, west = (int(number) * side for number in point.cell.split(":"))
    view = Box(max(-85.0, south), max(-180.0, west), min(85.0, south + side), min(180.0, west + side))
    return ",".join(f"{round(number, 5):g}" for number in (view.south, view.west, view.north, view.east))
