"""The map of results: points of the grid where goods are made, each leading closer."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import ngettext

from clusters.queries import ClusterLine, cluster_lines
from marketplace.core.geometry import metres_between
from marketplace.ui.formats import format_count
from marketplace.ui.maps import MapPoint, cluster_map

from .backends.interface import LEVELS, Box, Point
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
    here = (point.lat, point.lng)
    near = min(
        ((metres_between(here, (line.latitude, line.longitude)), line.name, line.code) for line in towns),
        default=(float("inf"), "", ""),
    )
    words = ngettext("%(n)s listing", "%(n)s listings", point.count) % {"n": format_count(point.count)}
    named = near[0] <= _OF_TOWN
    return MapPoint(
        code=point.cell,
        name=f"{near[1]} {format_count(point.count)}" if named else format_count(point.count),
        url=address.query(view=closer(point, level), map="1"),
        lat=point.lat,
        lng=point.lng,
        weight=point.count,
        note=words,
    )


def closer(point: Point, level: int) -> str:
    """The view a point leads to: its cell, which the next grid divides."""
    side = LEVELS[level] / 100_000
    south, west = (int(number) * side for number in point.cell.split(":"))
    view = Box(max(-85.0, south), max(-180.0, west), min(85.0, south + side), min(180.0, west + side))
    return ",".join(f"{round(number, 5):g}" for number in (view.south, view.west, view.north, view.east))
