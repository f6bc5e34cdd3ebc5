"""Which listings stand on the shelves of a page: all shelves in one query, each in its own order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.gates import openly_priced
from marketplace.catalog.models import Listing, PriceTier
from marketplace.catalog.queries import on_sale
from marketplace.core.frozen import Frozen, Marks

NEWEST, BEST_SELLING, SHIPS_48H, PRICE_AT, PICKED = (
    "newest",
    "best_selling",
    "ships_48h",
    "price_at",
    "picked",
)
KINDS = [
    (NEWEST, _("Newest")),
    (BEST_SELLING, _("Best selling in the last 30 days")),
    (SHIPS_48H, _("Ships within 48 hours")),
    (PRICE_AT, _("Lowest price at a quantity")),
    (PICKED, _("Chosen by hand")),
]
MAX_CARDS = 24
# A shelf of the whole market shows many towns: so many times its length is read, so few of a town come first.
_BREADTH, _PER_TOWN = 6, 2
_PROMPT = (Listing.ShipGuarantee.HOURS_24, Listing.ShipGuarantee.HOURS_48)


@dataclass(frozen=True, slots=True)
class ShelfSpec:
    """What a shelf asks for.

    `quantity`: pieces at which prices are shown and, for PRICE_AT, compared. `max_price`: minor units,
    PRICE_AT only. `picked`: keys of listings in shown order, PICKED only.
    """

    kind: str
    count: int = 8
    quantity: int | None = None
    max_price: int | None = None
    picked: tuple[int, ...] = ()


def _price_at(quantity: int) -> Subquery:
    """Unit price on the listing's own ladder at a quantity; null below its first step."""
    tiers = PriceTier.objects.filter(listing=OuterRef("pk"), variant__isnull=True, min_qty__lte=quantity)
    return Subquery(tiers.order_by("-min_qty").values("unit_price")[:1], output_field=BigIntegerField())


def _wanted(rows: QuerySet[Listing], spec: ShelfSpec, breadth: int) -> QuerySet[Listing]:
    """The first `count` × `breadth` rows of a shelf."""
    if spec.kind == PICKED:
        return rows.filter(pk__in=spec.picked[:MAX_CARDS])
    if spec.kind == NEWEST:
        rows = rows.order_by("-published_at", "-pk")
    elif spec.kind == PRICE_AT:
        # A price that is not for everyone must not be told by its place either.
        rows = rows.filter(openly_priced(), moq__lte=spec.quantity or 1)
        rows = rows.annotate(at_quantity=_price_at(spec.quantity or 1))
        limit = Q(at_quantity__isnull=False) if spec.max_price is None else Q(at_quantity__lte=spec.max_price)
        rows = rows.filter(limit).order_by("at_quantity", "pk")
    else:
        if spec.kind == SHIPS_48H:
            rows = rows.filter(ship_guarantee__in=_PROMPT, is_made_to_order=False)
        rows = rows.order_by("-sold_30d", "pk")
    return rows[: min(spec.count, MAX_CARDS) * breadth]


@dataclass(frozen=True, slots=True)
class Place:
    """A listing's place on a shelf. `version` grows with every change a reader could see."""

    pk: int
    public_id: str
    version: int


def listings_on(specs: Iterable[ShelfSpec], *, cluster_id: int | None) -> dict[ShelfSpec, list[Place]]:
    """The listings on each shelf, in its order. One query however many shelves; none for no shelf.

    Only what is on sale, and with a cluster only its own: a listing picked by hand that was withdrawn or that
    belongs to another cluster is simply not there.
    """
    shelves = list(dict.fromkeys(specs))
    if not shelves:
        return {}
    breadth = _BREADTH if cluster_id is None else 1
    read = _reading(tuple(shelves), breadth)
    ranked: list[list[tuple[Any, int, Place]]] = [[] for _ in shelves]
    for number, key, public_id, version, town, published_at, sold, price in (
        read() if cluster_id is None else read(cluster=cluster_id)
    ):
        rank = _rank(shelves[number], key, published_at, sold, price)
        ranked[number].append((rank, town, Place(key, public_id, version)))
    found = {}
    for spec, row in zip(shelves, ranked, strict=True):
        row.sort(key=lambda triple: triple[0])
        pairs = [(town, place) for _rank_, town, place in row]
        found[spec] = _spread(pairs, spec.count) if breadth > 1 else [place for _town, place in pairs]
    return found


@lru_cache(maxsize=512)
def _reading(shelves: tuple[ShelfSpec, ...], breadth: int) -> Frozen:
    """The read of these shelves; with a breadth of one it is of a cluster."""

    def build(m: Marks) -> QuerySet[Any, Any]:
        rows = on_sale() if breadth > 1 else on_sale().filter(cluster_id=m.whole("cluster"))
        parts = [_part(rows, number, spec, breadth) for number, spec in enumerate(shelves)]
        return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]

    return Frozen(build)


def _spread(pairs: list[tuple[int, Place]], count: int) -> list[Place]:
    """The first `count` places, none of a town beyond its share while others wait; their order is kept."""
    seen: dict[int, int] = {}
    first: list[Place] = []
    rest: list[Place] = []
    for town, place in pairs:
        seen[town] = seen.get(town, 0) + 1
        (first if seen[town] <= _PER_TOWN else rest).append(place)
    return [*first, *rest][:count]


def _part(rows: QuerySet[Listing], number: int, spec: ShelfSpec, breadth: int) -> QuerySet[Any, Any]:
    """One shelf of the union: its number, its listings and what they are ordered by."""
    # A sliced query cannot be a part of a union on SQLite; a query over its keys can.
    part = Listing.objects.filter(pk__in=_wanted(rows, spec, breadth).values("pk")).order_by()
    price = _price_at(spec.quantity or 1) if spec.kind == PRICE_AT else Value(0, BigIntegerField())
    part = part.annotate(shelf=Value(number, IntegerField()), price=price)
    return part.values_list(
        "shelf", "pk", "public_id", "version", "cluster_id", "published_at", "sold_30d", "price"
    )


def _rank(
    spec: ShelfSpec, key: int, published_at: datetime | None, sold: int, price: int
) -> tuple[float, int]:
    """Smaller stands first."""
    if spec.kind == PICKED:
        return spec.picked.index(key), key
    if spec.kind == NEWEST:
        return (-published_at.timestamp() if published_at else 0.0), -key
    return (price if spec.kind == PRICE_AT else -sold), key
