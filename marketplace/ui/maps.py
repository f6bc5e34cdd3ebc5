"""The map of towns, drawn on the server: a conic projection, points that do not overlap, names with room.

The ground is land and, inside China, province lines: coasts only, no national boundary is drawn, so the map
says where a town lies and nothing else. It is a static file (`ui/img/land.svg`, made from `data/land.json` by
`manage.py build_map`) in the projection below; a page's map is a crop of it with the points on top.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path

DATA = Path(__file__).parent / "data" / "land.json"

# Lambert conformal conic on a sphere, parallels as on Chinese atlases; 40 units to a degree of latitude.
_PARALLEL_1, _PARALLEL_2 = math.radians(25), math.radians(47)
_ORIGIN_LAT, _ORIGIN_LNG = math.radians(33), math.radians(112)
UNITS = 40 * 180 / math.pi
_CONE = math.log(math.cos(_PARALLEL_1) / math.cos(_PARALLEL_2)) / math.log(
    math.tan(math.pi / 4 + _PARALLEL_2 / 2) / math.tan(math.pi / 4 + _PARALLEL_1 / 2)
)
_F = math.cos(_PARALLEL_1) * math.tan(math.pi / 4 + _PARALLEL_1 / 2) ** _CONE / _CONE
_RHO_0 = _F / math.tan(math.pi / 4 + _ORIGIN_LAT / 2) ** _CONE

WIDTH = 640
MARGIN = 74
# A name as large as the stylesheet draws it on a phone.
_LETTER, _LINE = 22, 28
_MOST_NAMED = 24
_SEAWARD = 80
_MOST_ROUNDS, _MOST_WORK, _CELL = 600, 8_000, 50


def project(lat: float, lng: float) -> tuple[float, float]:
    """Degrees north and east → units right and down of 33° N 112° E. Raises ValueError off the globe."""
    if not (-80 <= lat <= 88 and -180 <= lng <= 180):
        raise ValueError("latitude or longitude out of range")
    rho = _F / math.tan(math.pi / 4 + math.radians(lat) / 2) ** _CONE
    angle = _CONE * (math.radians(lng) - _ORIGIN_LNG)
    return rho * math.sin(angle) * UNITS, (_RHO_0 - rho * math.cos(angle)) * -UNITS


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A town on the map. `weight` sizes it (listings), `note` is said beside the name."""

    code: str
    name: str
    url: str
    lat: float
    lng: float
    weight: int = 0
    note: str = ""
    festival: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A point on the drawing, in units of its view box; `lead` when it was moved off its true place."""

    point: MapPoint
    x: float
    y: float
    true_x: float
    true_y: float
    radius: float
    named: bool = False
    name_x: float = 0
    name_y: float = 0
    anchor: str = "start"

    @property
    def lead(self) -> bool:
        """Whether a line to the true place is needed."""
        return math.hypot(self.x - self.true_x, self.y - self.true_y) > 3

    @property
    def ring(self) -> float:
        """Radius of the ring that says a festival is on."""
        return self.radius + 5

    @property
    def reach(self) -> float:
        """How far it takes room: the ring where there is one."""
        return self.ring if self.point.festival else self.radius


@dataclass(frozen=True, slots=True)
class ClusterMap:
    """All the template needs: the size, the crop of the ground, and the points."""

    width: int
    height: int
    ground: str
    points: tuple[Placed, ...]


def _radius(weight: int, heaviest: int) -> float:
    """Area in proportion to the weight, between a dot that can be hit and one that hides nothing."""
    return 8 + 10 * math.sqrt(weight / heaviest) if heaviest else 9


def _neighbours(spots: list[list[float]]) -> Iterator[tuple[int, int]]:
    """Pairs near enough to overlap, by a grid as coarse as the widest pair; in a fixed order."""
    cells: dict[tuple[int, int], list[int]] = {}
    for index, (x, y) in enumerate(spots):
        cells.setdefault((int(x // _CELL), int(y // _CELL)), []).append(index)
    for index, (x, y) in enumerate(spots):
        column, row = int(x // _CELL), int(y // _CELL)
        for place in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            yield from ((index, other) for other in cells.get(place, ()) if other > index)


def _part(points: list[Placed]) -> list[Placed]:
    """Push overlapping points apart, each by half of what is missing; deterministic.

    Stops when all are apart, or when enough work was done: a thousand towns need not be parted to the last.
    """
    spots = [[one.x, one.y] for one in points]
    for _ in range(max(10, min(_MOST_ROUNDS, _MOST_WORK // max(1, len(points))))):
        moved = False
        for first, second in list(_neighbours(spots)):
            need = points[first].reach + points[second].reach + 3
            dx, dy = spots[second][0] - spots[first][0], spots[second][1] - spots[first][1]
            gap = math.hypot(dx, dy)
            if gap >= need:
                continue
            moved = True
            ux, uy = (dx / gap, dy / gap) if gap > 0.01 else (0.0, 1.0)
            push = (need - gap) / 2 + 0.1
            spots[first] = [spots[first][0] - ux * push, spots[first][1] - uy * push]
            spots[second] = [spots[second][0] + ux * push, spots[second][1] + uy * push]
        if not moved:
            break
    return [replace(one, x=round(x, 1), y=round(y, 1)) for one, (x, y) in zip(points, spots, strict=True)]


Box = tuple[float, float, float, float]


def text_width(text: str) -> float:
    """Units a name takes: a Han character a full square, a Latin one a little over half."""
    return sum(_LETTER if ord(char) > 0x2E7F else _LETTER * 0.58 for char in text)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def _name_boxes(one: Placed) -> list[tuple[str, float, float, Box]]:
    """Where a name may stand, best first: to the sea (right), left, above, below."""
    wide, gap, base = text_width(one.point.name), one.reach + 5, _LINE * 0.27
    x, y = one.x, one.y
    top, low = y - one.reach - 7, y + one.reach + _LINE - 5
    half = wide / 2
    return [
        ("start", x + gap, y + base, (x + gap, y - _LINE / 2, x + gap + wide, y + _LINE / 2)),
        ("end", x - gap, y + base, (x - gap - wide, y - _LINE / 2, x - gap, y + _LINE / 2)),
        ("middle", x, top, (x - half, top - _LINE, x + half, top)),
        ("middle", x, low, (x - half, low - _LINE, x + half, low)),
    ]


def _name(points: list[Placed], width: int, height: int) -> list[Placed]:
    """Give the heaviest towns their names, each where it covers least; what fits nowhere stays unnamed."""
    taken: list[Box] = [(p.x - p.reach, p.y - p.reach, p.x + p.reach, p.y + p.reach) for p in points]
    named: dict[str, Placed] = {}
    order = sorted(points, key=lambda one: (-one.point.weight, one.point.code))
    for one in order[:_MOST_NAMED]:
        best: tuple[float, tuple[str, float, float, Box]] | None = None
        for spot in _name_boxes(one):
            box = spot[3]
            outside = max(0, -box[0]) + max(0, box[2] - width) + max(0, -box[1]) + max(0, box[3] - height)
            cost = outside * 100 + sum(_overlap(box, other) for other in taken)
            if best is None or cost < best[0] - 1:
                best = (cost, spot)
        if best is None or best[0] > _LINE * _LETTER:
            continue
        anchor, x, y, box = best[1]
        taken.append(box)
        named[one.point.code] = replace(
            one, named=True, name_x=round(x, 1), name_y=round(y, 1), anchor=anchor
        )
    return [named.get(one.point.code, one) for one in points]


# The widest close-up of the towns' own map: a province.
_PROVINCE = 300.0


def cluster_map(points: Sequence[MapPoint], *, closest: float = _PROVINCE) -> ClusterMap | None:
    """Place the points on a crop of the ground just large enough for all; None without points. Remembered.

    `closest` is the smallest width of the crop, in units of the projection (40 to a degree).
    """
    return _cluster_map(tuple(points), closest) if points else None


@lru_cache(maxsize=32)
def _cluster_map(points: tuple[MapPoint, ...], closest: float) -> ClusterMap:
    raw = [project(one.lat, one.lng) for one in points]
    left, right = min(x for x, _ in raw), max(x for x, _ in raw)
    top, low = min(y for _, y in raw), max(y for _, y in raw)
    # Never closer than that, or one town alone would fill the picture.
    span_x, span_y = max(right - left, closest), max(low - top, closest)
    inner = WIDTH - 2 * MARGIN
    scale = min(inner / span_x, 1.35 * inner / span_y)
    height = round(span_y * scale + 2 * MARGIN)
    middle_x, middle_y = (left + right) / 2, (top + low) / 2
    heaviest = max(one.weight for one in points)
    # Names stand to the right, over the sea: towns move left as far as there is room to spare.
    centre_x = WIDTH / 2 - min(_SEAWARD, (inner - span_x * scale) / 2)

    placed = []
    for one, (x, y) in zip(points, raw, strict=True):
        at_x, at_y = (
            round((x - middle_x) * scale + centre_x, 1),
            round((y - middle_y) * scale + height / 2, 1),
        )
        placed.append(Placed(one, at_x, at_y, at_x, at_y, round(_radius(one.weight, heaviest), 1)))
    placed = _name(_part(placed), WIDTH, height)
    shift_x, shift_y = centre_x - middle_x * scale, height / 2 - middle_y * scale
    ground = f"translate({shift_x:.1f} {shift_y:.1f}) scale({scale:.4f})"
    # Small points on top of large ones.
    placed.sort(key=lambda one: (-one.radius, one.point.code))
    return ClusterMap(WIDTH, height, ground, tuple(placed))


def _path(numbers: Sequence[int], *, closed: bool) -> str:
    pairs = [project(numbers[index + 1] / 100, numbers[index] / 100) for index in range(0, len(numbers), 2)]
    text, last = "", (0, 0)
    for index, (x, y) in enumerate(pairs):
        here = (round(x), round(y))
        if index and here == last:
            continue
        text += f"M{here[0]} {here[1]}" if not index else f"l{here[0] - last[0]} {here[1] - last[1]}"
        last = here
    return text + ("z" if closed else "")


def _paths(shapes: Iterable[Sequence[int]], *, closed: bool) -> str:
    return "".join(_path(shape, closed=closed) for shape in shapes)


def ground_svg() -> str:
    """The whole ground as an SVG file with two shapes to refer to: `land` and `lines`."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    land, lines = _paths(data["land"], closed=True), _paths(data["lines"], closed=False)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1600 -1100 3200 2400">\n'
        "<!-- Natural Earth 4.1.0, public domain; see data/manifest.json. Coasts, province lines. -->\n"
        f'<path id="land" d="{land}"/>\n<path id="lines" d="{lines}"/>\n</svg>\n'
    )
