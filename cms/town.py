"""The town's factories as cards and as a plan of distances and directions from the town's centre."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from clusters.models import Factory
from clusters.queries import MOST_FACTORIES, ClusterLine, FactoryLine
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.cards import Badge, FactoryCard, Picture
from marketplace.ui.formats import format_count, unit_name
from marketplace.ui.links import asset, door

SIZE = 400
_CENTRE = SIZE / 2
_DOT = 11
_KM_PER_DEGREE = 111.32
_SCALES_KM = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128)
MAX_SPOTS = MOST_FACTORIES


def _capacity(factory: FactoryLine) -> str:
    unit = factory.capacity_unit_zh if is_chinese() else unit_name(factory.capacity_unit_en, 2)
    return f"{format_count(factory.capacity_per_day or 0)}\N{NO-BREAK SPACE}{unit}".strip()


def factory_card(factory: FactoryLine, certificates: Iterable[str], portal: ClusterLine) -> FactoryCard:
    """A factory on the wall with the kinds of its certificates.

    It leads to a search for its goods, and to asking it when it is verified.
    """
    facts = [
        (_("A day"), _capacity(factory) if factory.capacity_per_day else ""),
        (_("Since"), str(factory.founded_year or "")),
        (_("People"), format_count(factory.employees) if factory.employees else ""),
    ]
    badges = [Badge(_("Verified"), "ok", "badge-check")] if factory.state == Factory.State.VERIFIED else []
    kinds = dict.fromkeys(certificates)
    badges += [Badge(kind, "neutral", "award") for kind in list(kinds)[:3]]
    path = factory.picture
    picture = (
        Picture(
            src=asset(f"{path}-640.webp"),
            alt=_("The works of %(name)s") % {"name": pick(factory, "name")},
            width=640,
            height=360,
            srcset=f"{asset(f'{path}-640.webp')} 640w, {asset(f'{path}-1280.webp')} 1280w",
            sizes="(min-width: 62rem) 26rem, 82vw",
        )
        if path
        else None
    )
    processes = factory.processes_zh if is_chinese() else factory.processes_en
    ask = door(portal, "sourcing:ask_cluster") if factory.state == Factory.State.VERIFIED else ""
    return FactoryCard(
        url=f"{door(portal, 'search:results')}?{urlencode({'q': pick(factory, 'name')})}",
        name=pick(factory, "name"),
        town_text=("、" if is_chinese() else ", ").join(processes[:4]),
        facts=tuple((label, value) for label, value in facts if value),
        badges=tuple(badges),
        picture=picture,
        accent=portal.code,
        ask_url=f"{ask}?{urlencode({'to': factory.public_id})}" if ask else "",
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A factory on the plan, numbered as in the list beside it; places in units of the drawing."""

    number: int
    name: str
    address: str
    x: float
    y: float
    text_y: float
    distance_text: str


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of equal distance from the centre."""

    radius: float
    text: str
    text_y: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the drawing needs. `label` says it in a sentence for those who do not see it."""

    spots: tuple[Spot, ...]
    rings: tuple[Ring, ...]
    label: str


def offset_km(latitude: float, longitude: float, portal: ClusterLine) -> tuple[float, float]:
    """Kilometres east and north of the town's centre; flat, good to a percent within a county."""
    east = (longitude - portal.longitude) * _KM_PER_DEGREE * math.cos(math.radians(portal.latitude))
    return east, (latitude - portal.latitude) * _KM_PER_DEGREE


def _wind(east: float, north: float) -> str:
    """In which of eight directions, counted from the east as angles are."""
    winds = (
        _("east"),
        _("north-east"),
        _("north"),
        _("north-west"),
        _("west"),
        _("south-west"),
        _("south"),
        _("south-east"),
    )
    return winds[round(math.degrees(math.atan2(north, east)) / 45) % 8]


def _apart(points: list[list[float]], rounds: int = 40) -> None:
    """Push dots that cover each other apart, each by half of what is missing."""
    need = 2 * _DOT + 2
    for _round in range(rounds):
        moved = False
        for first in range(len(points)):
            for second in range(first + 1, len(points)):
                dx, dy = points[second][0] - points[first][0], points[second][1] - points[first][1]
                gap = math.hypot(dx, dy)
                if gap >= need:
                    continue
                moved = True
                ux, uy = (dx / gap, dy / gap) if gap > 0.01 else (math.cos(second), math.sin(second))
                push = (need - gap) / 2
                points[first][0] -= ux * push
                points[first][1] -= uy * push
                points[second][0] += ux * push
                points[second][1] += uy * push
        if not moved:
            return


def plan_of(factories: Sequence[FactoryLine], portal: ClusterLine) -> Plan | None:
    """The plan of the factories whose place is known; None when there are none."""
    known = [row for row in factories if row.latitude is not None and row.longitude is not None][:MAX_SPOTS]
    if not known:
        return None
    offsets = [offset_km(float(row.latitude or 0), float(row.longitude or 0), portal) for row in known]
    farthest = max(math.hypot(east, north) for east, north in offsets)
    reach = next((scale for scale in _SCALES_KM if scale >= farthest), farthest)
    unit = (_CENTRE - 2 * _DOT) / reach
    points = [[_CENTRE + east * unit, _CENTRE - north * unit] for east, north in offsets]
    _apart(points)
    spots = tuple(
        Spot(
            number=number,
            name=pick(row, "name"),
            address=pick(row, "address"),
            x=round(x, 1),
            y=round(y, 1),
            text_y=round(y + 4, 1),
            distance_text=_("%(km)s km %(wind)s of the centre")
            % {"km": f"{math.hypot(east, north):.1f}", "wind": _wind(east, north)},
        )
        for number, (row, (x, y), (east, north)) in enumerate(zip(known, points, offsets, strict=True), 1)
    )
    rings = tuple(
        Ring(
            round(unit * reach * share, 1),
            f"{reach * share:g} km",
            round(_CENTRE + unit * reach * share + 4, 1),
        )
        for share in (0.5, 1)
    )
    return Plan(
        spots, rings, _("Plan of the factories by distance and direction from the centre of the town")
    )
