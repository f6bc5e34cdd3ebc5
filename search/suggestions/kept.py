"""The tables in this process: one of the market, one per portal that is asked for, some minutes old at most.

While one thread reads a table anew the others go on with the old one, so nobody waits but the first.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from clusters.models import Factory
from clusters.queries import cluster_lines
from marketplace.catalog.models import Category, Listing
from marketplace.companies.models import Supplier
from marketplace.core import clock
from search.backends import serving
from search.backends.interface import EngineError, Facet, SearchRequest
from search.log.rules import MASK, first_day
from search.log_models import QueryDay

from .table import Entry, Table

log = structlog.get_logger(__name__)
MOST_TABLES = 200
MOST_SUPPLIERS = 5_000
MOST_QUERIES = 5_000
QUERY_DAYS = 60
LEAST_VISITORS = 3

_tables: OrderedDict[str, tuple[float, Table]] = OrderedDict()
_guard, _reading = Lock(), Lock()


def table_of(portal: str | None) -> Table:
    """The table of a portal, or of the whole market."""
    scope = portal or ""
    with _guard:
        kept = _tables.get(scope)
        if kept:
            _tables.move_to_end(scope)
    if kept and time.monotonic() - kept[0] <= settings.SEARCH_SUGGEST_SECONDS:
        return kept[1]
    if kept and not _reading.acquire(blocking=False):
        return kept[1]
    if not kept:
        _reading.acquire()
    try:
        table = read_table(portal)
        with _guard:
            _tables[scope] = (time.monotonic(), table)
            while len(_tables) > MOST_TABLES:
                _tables.popitem(last=False)
        return table
    finally:
        _reading.release()


def forget_tables() -> None:
    """Drop what is kept, between tests."""
    with _guard:
        _tables.clear()


def read_table(portal: str | None) -> Table:
    """A table from the database and the index: four queries, one question to the engine."""
    entries = [*_queries(portal), *_categories(portal), *_suppliers(portal)]
    if portal is None:
        entries += _clusters()
    return Table(entries)


def _queries(portal: str | None) -> list[Entry]:
    rows = suggested_queries(portal)[:MOST_QUERIES]
    return [Entry("query", row["q"], row["q"], row["q"], row["people"]) for row in rows]


def suggested_queries(portal: str | None) -> QuerySet[Any, Any]:
    """What at least three visitors searched for lately and mostly found, `q` with `people`, most first.

    Never what was masked.
    """
    days = QueryDay.objects.filter(day__gte=first_day(clock.today(), QUERY_DAYS)).exclude(q="")
    return (
        (days if portal is None else days.filter(portal=portal))
        .exclude(q__contains=MASK)
        .values("q")
        .annotate(people=Sum("visitors"), asked=Sum("searches"), nothing=Sum("found_nothing"))
        .filter(people__gte=LEAST_VISITORS, asked__gt=F("nothing") * 2)
        .order_by("-people", "q")
    )


def _categories(portal: str | None) -> list[Entry]:
    try:
        request = SearchRequest(portal=portal, limit=0, facets=(Facet.CATEGORY,))
        found = serving.search(request).facets.get(Facet.CATEGORY, ())
    except EngineError as error:
        log.warning("suggestions_without_counts", error=str(error))
        return []
    counts = {one.value: one.count for one in found}
    rows = Category.objects.filter(slug__in=list(counts)).values_list("slug", "name_zh", "name_en")
    return [Entry("category", slug, zh, en, counts[slug]) for slug, zh, en in rows]


def _clusters() -> list[Entry]:
    return [
        Entry("cluster", c.code, c.name_zh, c.name_en, c.listing_count, c.region_zh, c.region_en)
        for c in cluster_lines()
    ]


def _suppliers(portal: str | None) -> list[Entry]:
    here = Q(cluster__code=portal) if portal else Q()
    selling = Listing.objects.filter(here, supplier=OuterRef("pk"), state=Listing.State.PUBLISHED)
    rows = Supplier.objects.filter(Exists(selling), state=Supplier.State.APPROVED)
    rows = rows.order_by("-score_sample", "pk")[:MOST_SUPPLIERS]
    suppliers = list(rows.values_list("pk", "slug", "name_zh", "name_en", "score_sample"))
    towns: dict[int, tuple[str, str]] = {}
    factories = Factory.objects.filter(here, supplier__in=[row[0] for row in suppliers]).order_by("-pk")
    for key, zh, en in factories.values_list("supplier_id", "cluster__name_zh", "cluster__name_en"):
        towns[key] = (zh, en)
    return [
        Entry("supplier", slug, zh, en, sample, *towns.get(key, ("", "")))
        for key, slug, zh, en, sample in suppliers
    ]
