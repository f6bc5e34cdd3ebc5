"""Reads of clusters. The list of all of them is on every page, so it is kept for a minute per process."""

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from marketplace.core.frozen import Frozen, Marks
from marketplace.core.i18n import pick

from .models import Cluster, Factory

_KEEP_SECONDS = 60.0
_kept: list[tuple[float, list["ClusterLine"]]] = []


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """A cluster as the frame and the maps need it."""

    id: int
    code: str
    name_zh: str
    name_en: str
    region_zh: str
    region_en: str
    focus_zh: str
    focus_en: str
    tagline_zh: str
    tagline_en: str
    latitude: float
    longitude: float
    accent: str
    since_year: int | None
    picture: str
    listing_count: int
    factory_count: int
    # Whoever the portal was handed to; empty while the platform runs it.
    operator_zh: str = ""
    operator_en: str = ""
    operator_id: int | None = None

    @property
    def operator(self) -> str:
        return pick(self, "operator")

    @property
    def name(self) -> str:
        return pick(self, "name")

    @property
    def focus(self) -> str:
        return pick(self, "focus")

    @property
    def region(self) -> str:
        return pick(self, "region")

    @property
    def tagline(self) -> str:
        return pick(self, "tagline")


def live_clusters() -> QuerySet[Cluster]:
    """Clusters whose portals are open, in their shown order."""
    return Cluster.objects.exclude(state__in=[Cluster.State.PLANNED, Cluster.State.ARCHIVED])


def cluster_lines() -> list[ClusterLine]:
    """All open clusters, from memory for up to a minute (names and colours change rarely)."""
    now = time.monotonic()
    if not _kept or now - _kept[0][0] > _KEEP_SECONDS:
        _kept[:] = [(now, [line_of(one) for one in live_clusters().select_related("operator")])]
    return _kept[0][1]


def line_of(c: Cluster) -> ClusterLine:
    """The short form of one cluster."""
    return ClusterLine(
        id=c.pk,
        code=c.code,
        name_zh=c.name_zh,
        name_en=c.name_en,
        region_zh=c.region_zh,
        region_en=c.region_en,
        focus_zh=c.focus_zh,
        focus_en=c.focus_en,
        tagline_zh=c.tagline_zh,
        tagline_en=c.tagline_en,
        latitude=float(c.latitude),
        longitude=float(c.longitude),
        accent=c.accent,
        since_year=c.since_year,
        picture=c.picture,
        listing_count=c.listing_count,
        factory_count=c.factory_count,
        operator_zh=c.operator.name_zh if c.operator else "",
        operator_en=c.operator.name_en if c.operator else "",
        operator_id=c.operator_id,
    )


def forget_cluster_lines() -> None:
    """Drop the kept list, after a change and between tests."""
    _kept.clear()


def cluster_line(code: str) -> ClusterLine | None:
    """One open cluster by its code, or None."""
    return next((line for line in cluster_lines() if line.code == code), None)


def towns_run_by(operator_id: int) -> list[ClusterLine]:
    """The open clusters that were handed to a company, from memory."""
    return [line for line in cluster_lines() if line.operator_id == operator_id]


class FactoryLine(NamedTuple):
    """A factory as its town shows it; hashable, so that what is made of it can be kept under it."""

    pk: int
    public_id: str
    state: str
    name_zh: str
    name_en: str
    address_zh: str
    address_en: str
    latitude: Any
    longitude: Any
    processes_zh: tuple[str, ...]
    processes_en: tuple[str, ...]
    capacity_per_day: int | None
    capacity_unit_zh: str
    capacity_unit_en: str
    founded_year: int | None
    employees: int | None
    picture: str


MOST_FACTORIES = 24
_LISTS = FactoryLine._fields.index("processes_zh")  # and processes_en after it


def _of_cluster(m: Marks) -> QuerySet[Factory, Any]:
    rows = Factory.objects.filter(cluster_id=m.whole("cluster"), supplier__state="approved")
    ordered = rows.order_by("-state", "-capacity_per_day", "pk")[:MOST_FACTORIES]
    return ordered.values_list(*FactoryLine._fields)


_factories = Frozen(_of_cluster)


def factories_of(cluster_id: int) -> list[FactoryLine]:
    """A cluster's first `MOST_FACTORIES` factories, verified ones first; one query."""
    stop = _LISTS + 2
    rows = _factories(cluster=cluster_id)
    return [FactoryLine(*row[:_LISTS], *map(tuple, row[_LISTS:stop]), *row[stop:]) for row in rows]
