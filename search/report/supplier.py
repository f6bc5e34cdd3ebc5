"""What a supplier may learn of searches: how its own goods were shown, opened and sold, and what was missing.

Only its own listings, and of others' searches only those that found little and ask for what it makes; never
who searched, nor a query fewer than three people made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from marketplace.catalog.models import Category, Certificate, Listing
from marketplace.companies.models import Supplier
from marketplace.core import clock
from marketplace.core.i18n import is_chinese, pick
from search.analysis.query import parse
from search.analysis.tokens import tokenise
from search.log.rules import MASK
from search.models import ListingQueryDay, QueryDay

from .rules import Period

LEAST_PEOPLE = 3
MOST_LISTINGS = 200
MOST_QUERIES = 30
MOST_LOST = 20
_LOOKED_THROUGH = 500
_SAMPLE = 2000
FEW_PICTURES = 3
_SUMS = {name: Sum(name) for name in ("shown", "positions", "clicks", "inquiries", "baskets", "orders")}


@dataclass(frozen=True, slots=True)
class Line:
    """A listing or a query with its counts; `place` is the mean place, 0 where it was not shown."""

    label: str
    shown: int
    place: float
    clicks: int
    inquiries: int
    baskets: int
    orders: int
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A search that found nothing or next to nothing: how often, by how many people."""

    q: str
    searches: int
    nothing: int
    people: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What would raise one listing: codes of what is missing, and names of missing attributes."""

    listing: Listing
    lacks: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a period."""

    shown: int = 0
    clicks: int = 0
    inquiries: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class SupplierReport:
    """The page. `unseen`: listings that no search showed; `shown` and `clicks` by day of the period."""

    listings: list[Line]
    unseen: int
    queries: list[Line]
    lost: list[Lost]
    advice: list[Advice]
    totals: Totals
    before: Totals
    shown: dict[date, int]
    clicks: dict[date, int]


def supplier_report(supplier: Supplier, period: Period) -> SupplierReport:
    """All of it for one supplier; ten queries whatever it sells."""
    mine = Listing.objects.filter(supplier=supplier)
    rows = ListingQueryDay.objects.filter(listing_id__in=mine.values("pk"))
    current = rows.filter(day__range=period.span)
    goods: list[Any] = list(
        mine.filter(state=Listing.State.PUBLISHED)
        .select_related("category")
        .annotate(pictures=Count("images"), certified=_certified())
        .order_by("-sold_30d", "pk")[:MOST_LISTINGS]
    )
    lines = _by_listing(current, goods)
    seen = [line for line in lines if line.shown]
    days: dict[date, Any] = {r["day"]: r for r in current.values("day").annotate(**_SUMS)}
    return SupplierReport(
        listings=seen,
        unseen=len(lines) - len(seen),
        queries=_by_query(current),
        lost=_lost(goods, period),
        advice=_advice(goods),
        totals=_totals(current),
        before=_totals(rows.filter(day__range=period.span_before)),
        shown={day: days[day]["shown"] if day in days else 0 for day in period.dates},
        clicks={day: days[day]["clicks"] if day in days else 0 for day in period.dates},
    )


def _certified() -> Exists:
    today = clock.today()
    own = Certificate.objects.filter(
        Q(covers_all=True) | Q(listings=OuterRef("pk")),
        factory=OuterRef("factory"), valid_from__lte=today, valid_until__gte=today,
    )  # fmt: skip
    return Exists(own)


def _totals(rows: Any) -> Totals:
    found = rows.aggregate(**_SUMS)
    return Totals(**{name: found[name] or 0 for name in ("shown", "clicks", "inquiries", "orders")})


def _line(row: dict[str, Any], label: str, public_id: str = "") -> Line:
    shown = row["shown"] or 0
    counts = {name: row[name] or 0 for name in ("clicks", "inquiries", "baskets", "orders")}
    place = row["positions"] / shown if shown else 0.0
    return Line(label, shown, round(place, 1), **counts, public_id=public_id)


def _by_listing(rows: Any, goods: list[Any]) -> list[Line]:
    sums = {row["listing_id"]: row for row in rows.values("listing_id").annotate(**_SUMS)}
    nothing = dict.fromkeys(_SUMS, 0)
    lines = [_line(sums.get(g.pk, nothing), pick(g, "title"), g.public_id) for g in goods]
    return sorted(lines, key=lambda line: -line.shown)


def _by_query(rows: Any) -> list[Line]:
    """The queries that showed its goods most; rare ones are left out, they could name a person."""
    wide = rows.exclude(q="").exclude(q__contains=MASK).values("q").annotate(**_SUMS)
    found = list(wide.order_by("-orders", "-clicks", "-shown", "q")[: MOST_QUERIES * 4])
    common = _asked_by_several([row["q"] for row in found])
    return [_line(row, row["q"]) for row in found if row["q"] in common][:MOST_QUERIES]


def _asked_by_several(queries: list[str]) -> set[str]:
    rows = QueryDay.objects.filter(q__in=queries).values("q").annotate(people=Sum("visitors"))
    return {row["q"] for row in rows if row["people"] >= LEAST_PEOPLE}


# Lost searches


def _lost(goods: list[Any], period: Period) -> list[Lost]:
    """Searches for what the supplier's categories hold that found nothing or one or two listings."""
    words = _words_of({listing.category for listing in goods})
    rows = (
        QueryDay.objects.filter(day__range=period.span)
        .exclude(q="")
        .exclude(q__contains=MASK)
        .values("q")
        .annotate(
            asked=Sum("searches"), nothing=Sum("found_nothing"), few=Sum("found_few"), people=Sum("visitors")
        )
        .filter(people__gte=LEAST_PEOPLE, asked__lt=(F("nothing") + F("few")) * 2)
        .order_by("-people", "q")
    )
    found = [row for row in rows[:_LOOKED_THROUGH] if asks_for(row["q"], words)]
    return [Lost(r["q"], r["asked"], r["nothing"], r["people"]) for r in found[:MOST_LOST]]


def _words_of(categories: set[Category]) -> frozenset[str]:
    """Tokens of the names of categories, in both languages."""
    tokens: set[str] = set()
    for category in categories:
        for name in (category.name_zh, category.name_en):
            found = tokenise(name)
            tokens.update(found.pairs or found.units)
    return frozenset(tokens)


def asks_for(q: str, words: frozenset[str]) -> bool:
    """Whether a query names, in any language or spelling, one of these words."""
    for group in parse(q).required:
        for one in group.alternatives:
            joined = "".join(one.tokens)
            if joined in words or any(token in words for token in one.tokens if len(token) > 1):
                return True
    return False


# Quality


def _advice(goods: list[Any]) -> list[Advice]:
    """What is missing, listing by listing, the most first."""
    usual = _usual_attributes({listing.category_id for listing in goods})
    found = []
    for listing in goods:
        have = {attribute["key"] for attribute in listing.attributes if "key" in attribute}
        missing = tuple(name for key, name in usual[listing.category_id].items() if key not in have)
        checks = {
            "attributes": bool(missing),
            "pictures": listing.pictures < FEW_PICTURES,
            "title_en": not listing.title_en.strip(),
            "description_en": not listing.description_en.strip(),
            "description_zh": not listing.description_zh.strip(),
            "certificate": not listing.certified,
        }
        lacks = tuple(name for name, lacking in checks.items() if lacking)
        if lacks:
            found.append(Advice(listing, lacks, missing))
    return sorted(found, key=lambda one: (-len(one.lacks), one.listing.pk))


def _usual_attributes(categories: set[int]) -> dict[int, dict[str, str]]:
    """Attributes that at least half of a category's listings give: name by key, by category."""
    rows = Listing.objects.filter(category__in=categories, state=Listing.State.PUBLISHED)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    names: dict[str, str] = {}
    sizes: Counter[int] = Counter()
    language = "zh" if is_chinese() else "en"
    for category, attributes in rows.order_by("-sold_30d").values_list("category", "attributes")[:_SAMPLE]:
        sizes[category] += 1
        for attribute in attributes:
            if "key" in attribute and language in attribute:
                counts[category][attribute["key"]] += 1
                names.setdefault(attribute["key"], str(attribute[language][0]))
    return defaultdict(
        dict,
        {
            category: {key: names[key] for key, n in found.items() if n * 2 >= sizes[category]}
            for category, found in counts.items()
        },
    )
