"""Which listings stand on the shelves of a page: all shelves in one query, each in its own order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Listing, PriceTier
from marketplace.catalog.queries import on_sale

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


def _wanted(rows: QuerySet[Listing], spec: ShelfSpec) -> QuerySet[Listing]:
    """The first `count` rows of a shelf."""
    if spec.kind == PICKED:
        return rows.filter(pk__in=spec.picked[:MAX_CARDS])
    if spec.kind == NEWEST:
        rows = rows.order_by("-published_at", "-pk")
    elif spec.kind == PRICE_AT:
        rows = rows.filter(moq__lte=spec.quantity or 1).annotate(at_quantity=_price_at(spec.quantity or 1))
        limit = Q(at_quantity__isnull=False) if spec.max_price is None else Q(at_quantity__lte=spec.max_price)
        rows = rows.filter(limit).order_by("at_quantity", "pk")
    else:
        if spec.kind == SHIPS_48H:
            rows = rows.filter(ship_guarantee__in=_PROMPT, is_made_to_order=False)
        rows = rows.order_by("-sold_30d", "pk")
    return rows[: min(spec.count, MAX_CARDS)]


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
    rows = on_sale() if cluster_id is None else on_sale().filter(cluster_id=cluster_id)
    parts = [_part(rows, number, spec) for number, spec in enumerate(shelves)]
    union = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    ranked: list[list[tuple[Any, Place]]] = [[] for _ in shelves]
    for number, key, public_id, version, published_at, sold, price in union:
        rank = _rank(shelves[number], key, published_at, sold, price)
        ranked[number].append((rank, Place(key, public_id, version)))
    for row in ranked:
        row.sort(key=lambda pair: pair[0])
    return {spec: [place for _rank_, place in ranked[number]] for number, spec in enumerate(shelves)}


def _part(rows: QuerySet[Listing], number: int, spec: ShelfSpec) -> QuerySet[Any, Any]:
    """One shelf of the union: its number, its listings and what they are ordered by."""
    # A sliced query cannot be a part of a union on SQLite; a query over its keys can.
    part = Listing.objects.filter(pk__in=_wanted(rows, spec).values("pk")).order_by()
    price = _price_at(spec.quantity or 1) if spec.kind == PRICE_AT else Value(0, BigIntegerField())
    part = part.annotate(shelf=Value(number, IntegerField()), price=price)
    return part.values_list("shelf", "pk", "public_id", "version", "published_at", "sold_30d", "price")


def _rank(
    spec: ShelfSpec, key: int, published_at: datetime | None, sold: int, price: int
) -> tuple[float, int]:
    """Smaller stands first."""
    if spec.kind == PICKED:
        return spec.picked.index(key), key
    if spec.kind == NEWEST:
        return (-published_at.timestamp() if published_at else 0.0), -key
    return (price if spec.kind == PRICE_AT else -sold), key
