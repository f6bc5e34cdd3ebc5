"""What the home page shows beside its words: the map, the towns with what sold this week, festivals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db.models import F, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine, cluster_lines
from marketplace.campaigns.models import Campaign
from marketplace.campaigns.queries import running_or_soon
from marketplace.core import clock
from marketplace.orders.models import Order, OrderLine
from marketplace.ui.formats import format_count, format_percent
from marketplace.ui.links import door
from marketplace.ui.maps import ClusterMap, MapPoint, cluster_map
from marketplace.ui.plots import spark

from .festivals import festivals_of

DAYS = 7
# Sales of the week are a tendency, not an account: five minutes old is fresh.
_KEEP_SECONDS = 300
# The list beside the map; all towns are one step away.
MAX_ROWS = 12
_KEY = "cms:sold-by-cluster"

Sold = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class TownRow:
    """One town of the home page's list. `change_text` compares with the week before, empty without one."""

    line: ClusterLine
    url: str
    listings_text: str
    sold: int
    sold_text: str
    change_text: str
    plot: SafeString
    festival: bool


def sold_by_day(days: int = 2 * DAYS) -> Sold:
    """Pieces ordered in each cluster on each of the last days, oldest first; one query, kept for minutes."""
    today = clock.today()
    key = f"{_KEY}:{today:%Y%m%d}"
    kept: Sold | None = cache.get(key)
    if kept is not None:
        return kept
    first = today - timedelta(days=days - 1)
    rows = (
        OrderLine.objects.filter(order__created_at__gte=clock.now() - timedelta(days=days))
        .exclude(order__state__in=[Order.State.REJECTED, Order.State.CANCELLED])
        .annotate(day=TruncDate("order__created_at", tzinfo=timezone.get_current_timezone()))
        .values("listing__cluster_id", "day")
        .annotate(pieces=Sum(F("quantity") - F("cancelled")))
        .order_by()
    )
    sold: Sold = {}
    for row in rows:
        place = (row["day"] - first).days
        if 0 <= place < days:
            sold.setdefault(row["listing__cluster_id"], [0] * days)[place] += row["pieces"]
    cache.set(key, sold, _KEEP_SECONDS)
    return sold


def _change(now: int, before: int) -> str:
    if not before or now == before:
        return ""
    rate = format_percent(abs(now - before) * 100 // before * 100)
    return (_("%(rate)s up") if now > before else _("%(rate)s down")) % {"rate": rate}


def town_rows(lines: list[ClusterLine], sold: Sold, festive: set[int]) -> list[TownRow]:
    """The list beside the map: the towns that sold most this week first, then in their own order."""
    rows = []
    for line in lines:
        days = sold.get(line.id, [0] * (2 * DAYS))
        before, week = sum(days[:DAYS]), sum(days[DAYS:])
        sold_text = _("%(n)s pieces this week") % {"n": format_count(week)}
        rows.append(
            TownRow(
                line=line,
                url=f"{door(None, 'home')}{line.code}/",
                listings_text=_("%(n)s listings") % {"n": format_count(line.listing_count)},
                sold=week,
                sold_text=sold_text if week else "",
                change_text=_change(week, before),
                plot=spark(days[DAYS:], sold_text),
                festival=line.id in festive,
            )
        )
    return sorted(rows, key=lambda row: -row.sold)


@lru_cache(maxsize=16)
def _map(points: tuple[MapPoint, ...]) -> ClusterMap | None:
    return cluster_map(points)


def _festive(campaigns: list[Campaign]) -> set[int]:
    """Clusters with a festival of their own now; one of the whole market would mark them all."""
    now = clock.now()
    return {row.cluster_id for row in campaigns if row.cluster_id and row.starts_at <= now < row.ends_at}


def home_context() -> dict[str, Any]:
    """The live variables of the home page: two queries at most, whatever the number of clusters."""
    lines = cluster_lines()
    campaigns = running_or_soon(days_ahead=21, limit=6)
    festive = _festive(campaigns)
    towns = town_rows(lines, sold_by_day(), festive)
    points = tuple(
        MapPoint(
            code=row.line.code,
            name=row.line.name,
            url=row.url,
            lat=row.line.latitude,
            lng=row.line.longitude,
            weight=row.line.listing_count,
            note=row.listings_text,
            festival=row.festival,
        )
        for row in sorted(towns, key=lambda row: row.line.id)
    )
    return {"map": _map(points), "towns": towns[:MAX_ROWS], "festivals": festivals_of(campaigns)[:2]}
