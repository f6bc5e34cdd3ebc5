"""Writing listings with their variants, ladders, pictures and price history, in batches of flat size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from clusters.models import Cluster, Factory
from marketplace.catalog.models import Category, Listing, ListingImage, PriceHistory, PriceTier, Variant
from marketplace.core import clock

from . import bulk, dice, goods

BATCH = 2_000
# From so many new listings on, indexes are built after them.
LARGE = 40_000
_TABLES = (Listing, Variant, PriceTier, ListingImage, PriceHistory)
# So many lean listings have words of their own; further ones repeat them. A multiple of the makers' count.
TEMPLATES = 100 * len(goods.makers())
Progress = Callable[[int], None]

_LISTING = (
    "id",
    "created_at",
    "updated_at",
    "public_id",
    "supplier",
    "factory",
    "cluster",
    "category",
    "title_zh",
    "title_en",
    "description_zh",
    "description_en",
    "attributes",
    "currency",
    "unit_zh",
    "unit_en",
    "moq",
    "multiple",
    "units_per_carton",
    "tier_basis",
    "lead_days",
    "ship_guarantee",
    "is_made_to_order",
    "has_samples",
    "has_dropship",
    "has_custom",
    "vat_rate_bp",
    "base_price",
    "best_price",
    "price_visibility",
    "sold_30d",
    "sold_total",
    "repurchase_bp",
    "repurchase_buyers",
    "state",
    "published_at",
    "version",
)
_VARIANT = (
    "id",
    "created_at",
    "updated_at",
    "public_id",
    "listing",
    "supplier",
    "sku",
    "color_key",
    "color_zh",
    "color_en",
    "size",
    "gtin",
    "weight_g",
    "stock_on_hand",
    "stock_reserved",
    "oversell_cap",
    "position",
    "is_active",
)
_TIER = ("listing", "variant", "min_qty", "unit_price")
_IMAGE = ("listing", "position", "path", "color_key", "alt_zh", "alt_en")
_HISTORY = ("listing", "at", "ladder", "reason")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a maker's listings hang."""

    supplier: int
    factory: int
    cluster: int


class _Shelf:
    """The five tables listings are spread over, and the keys given out so far."""

    def __init__(self, seed: int, places: list[_Place]) -> None:
        self.seed, self.places, self.now = seed, places, clock.now()
        self.moment = bulk.moments()
        self.categories = dict(Category.objects.values_list("slug", "pk"))
        self.listing = bulk.Table(Listing, *_LISTING)
        self.variant = bulk.Table(Variant, *_VARIANT)
        self.tier = bulk.Table(PriceTier, *_TIER)
        self.image = bulk.Table(ListingImage, *_IMAGE)
        self.history = bulk.Table(PriceHistory, *_HISTORY)
        self.templates: dict[int, goods.ListingPlan] = {}
        self.listing_keys = count(bulk.next_key(Listing))
        self.variant_keys = count(bulk.next_key(Variant))

    def plan(self, number: int, rich: int) -> goods.ListingPlan:
        """The listing of this number: in full, lean, or beyond the templates the echo of one of them."""
        if number < rich:
            return goods.plan(self.seed, number)
        if number < rich + TEMPLATES:
            return goods.plan(self.seed, number, lean=True)
        # Templates and echoes share their maker: their numbers differ by multiples of the makers' count.
        origin = rich + (number - rich) % TEMPLATES
        if origin not in self.templates:
            lean = goods.plan(self.seed, origin, lean=True)
            self.templates[origin] = replace(lean, attributes=bulk.encode(lean.attributes))
        return goods.echo(self.templates[origin], number)

    def write(self, plans: list[goods.ListingPlan], *, remember: bool) -> None:
        """One batch, one transaction."""
        keyed = [(next(self.listing_keys), plan) for plan in plans]
        with transaction.atomic():
            self.listing.write(self._listing_row(pk, plan) for pk, plan in keyed)
            self.variant.write(row for pk, plan in keyed for row in self._variant_rows(pk, plan))
            self.tier.write((pk, None, *step) for pk, plan in keyed for step in plan.ladder)
            self.image.write(
                (pk, i, shot.path, shot.colour, shot.alt_zh, shot.alt_en)
                for pk, plan in keyed
                for i, shot in enumerate(plan.shots)
            )
            if remember:
                self.history.write(row for pk, plan in keyed for row in self._history_rows(pk, plan))

    def _published(self, plan: goods.ListingPlan) -> datetime:
        return self.now - timedelta(days=plan.age_days, minutes=plan.number % 1440)

    def _listing_row(self, pk: int, plan: goods.ListingPlan) -> tuple[Any, ...]:
        place, published = self.places[plan.maker], self.moment(self._published(plan))
        return (
            pk,
            published,
            published,
            dice.public_id(self.seed, "listing", plan.number),
            place.supplier,
            place.factory,
            place.cluster,
            self.categories[plan.category],
            plan.title_zh,
            plan.title_en,
            plan.description_zh,
            plan.description_en,
            plan.attributes,
            "CNY",
            plan.unit[0],
            plan.unit[1],
            plan.moq,
            plan.multiple,
            plan.carton,
            Listing.TierBasis.LISTING.value,
            plan.lead_days,
            plan.ship_guarantee,
            plan.is_made_to_order,
            plan.has_samples,
            plan.has_dropship,
            plan.has_custom,
            1300,
            plan.ladder[0][1],
            plan.ladder[-1][1],
            "",
            plan.sold_30d,
            plan.sold_total,
            0,
            0,
            Listing.State.PUBLISHED.value,
            published,
            1,
        )

    def _variant_rows(self, pk: int, plan: goods.ListingPlan) -> Iterator[tuple[Any, ...]]:
        published, supplier = self.moment(self._published(plan)), self.places[plan.maker].supplier
        for position, variant in enumerate(plan.variants):
            zh, en = goods.colour_names(variant.colour)
            yield (
                next(self.variant_keys),
                published,
                published,
                dice.public_id(self.seed, "variant", variant.sku),
                pk,
                supplier,
                variant.sku,
                variant.colour,
                zh,
                en,
                variant.size,
                "",
                variant.weight_g,
                variant.stock,
                0,
                0,
                position,
                True,
            )

    def _history_rows(self, pk: int, plan: goods.ListingPlan) -> Iterator[tuple[Any, ...]]:
        ladder = [list(step) for step in plan.ladder]
        published = self._published(plan)
        if plan.age_days > 60 and plan.number % 8 == 0:
            dearer = [[quantity, price + max(1, price // 16)] for quantity, price in ladder]
            yield pk, self.moment(published), dearer, ""
            later = published + timedelta(days=plan.age_days // 2)
            yield pk, self.moment(later), ladder, "材料降价 / materials cost less"
            return
        yield pk, self.moment(published), ladder, ""


def _places() -> list[_Place]:
    rows = {
        slug: _Place(*keys)
        for slug, *keys in Factory.objects.values_list("supplier__slug", "supplier", "pk", "cluster")
    }
    return [rows[maker.works.slug] for maker in goods.makers()]


def write_listings(seed: int, total: int, *, rich: int, progress: Progress | None = None) -> int:
    """Bring the listings numbered 0 … total − 1 into the database; those there stay. Returns how many came.

    The first `rich` have all colours, sizes, pictures and price history, others two variants, one picture.
    """
    shelf, added = _Shelf(seed, _places()), 0
    large = total - Listing.objects.count() >= LARGE
    with bulk.hurried(), bulk.without_indexes(*_TABLES) if large else nullcontext():
        for first in range(0, total, BATCH):
            last = min(first + BATCH, total)
            added += _write_batch(shelf, seed, first, last, rich)
            if progress:
                progress(last)
    with bulk.hurried():
        if added:
            bulk.settle_keys(*_TABLES)
    if added:
        count_listings()
    return added


def _write_batch(shelf: _Shelf, seed: int, first: int, last: int, rich: int) -> int:
    there = _there(seed, (first, last - 1))
    if len(there) == len({first, last - 1}):
        return 0  # a batch is written whole or not at all
    if there:
        there = _there(seed, range(first, last))
    numbers = [number for number in range(first, last) if number not in there]
    for part, remember in (
        ([n for n in numbers if n < rich], True),
        ([n for n in numbers if n >= rich], False),
    ):
        if part:
            shelf.write([shelf.plan(number, rich) for number in part], remember=remember)
    return len(numbers)


def _there(seed: int, numbers: Iterable[int]) -> set[int]:
    """Which of the numbered listings have a row."""
    ids = {dice.public_id(seed, "listing", number): number for number in numbers}
    found = Listing.objects.filter(public_id__in=list(ids)).values_list("public_id", flat=True)
    return {ids[public_id] for public_id in found}


def count_listings() -> None:
    """Set each cluster's counts of published listings and of factories."""
    on_sale = Count("listings", filter=Q(listings__state=Listing.State.PUBLISHED))
    listed = dict(Cluster.objects.annotate(n=on_sale).values_list("pk", "n"))
    works = dict(Cluster.objects.annotate(n=Count("factories")).values_list("pk", "n"))
    for cluster in Cluster.objects.only("pk"):
        Cluster.objects.filter(pk=cluster.pk).update(
            listing_count=listed[cluster.pk], factory_count=works[cluster.pk]
        )
