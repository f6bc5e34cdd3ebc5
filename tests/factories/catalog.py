"""Categories, listings with variants and ladders, certificates."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from clusters.models import Cluster, Factory
from marketplace.catalog.models import Category, Certificate, Listing, ListingImage, PriceTier, Variant
from marketplace.companies.models import Supplier
from marketplace.core import clock

from .clusters import make_factory

_numbers = count(1)
LADDER = ((120, 300), (1_200, 245), (3_000, 210))


def make_category(**fields: Any) -> Category:
    """A category at the root."""
    number = next(_numbers)
    slug = fields.pop("slug", f"kind-{number}")
    defaults = {"name_zh": "棉袜", "name_en": "Cotton socks", "path": slug}
    return Category.objects.create(slug=slug, **{**defaults, **fields})


def make_listing(
    *,
    supplier: Supplier | None = None,
    cluster: Cluster | None = None,
    factory: Factory | None = None,
    ladder: Sequence[tuple[int, int]] = LADDER,
    colors: Sequence[str] = ("black", "white"),
    sizes: Sequence[str] = ("M", "L"),
    stock: int = 10_000,
    **fields: Any,
) -> Listing:
    """A published listing: every colour in every size, `stock` pieces of each, the ladder in minor units."""
    number = next(_numbers)
    factory = factory or make_factory(supplier=supplier, cluster=cluster)
    steps = sorted(ladder)
    defaults: dict[str, Any] = {
        "title_zh": f"精梳棉中筒袜{number}",
        "title_en": f"Combed cotton crew socks {number}",
        "unit_zh": "双",
        "unit_en": "pair",
        "moq": steps[0][0],
        "multiple": 12,
        "lead_days": 5,
        "state": Listing.State.PUBLISHED,
        "published_at": clock.now(),
        "version": 1,
        "attributes": [{"key": "material", "zh": ["材质", "精梳棉"], "en": ["Material", "combed cotton"]}],
    }
    category = fields.pop("category", None) or make_category()
    listing = Listing.objects.create(
        supplier=factory.supplier,
        factory=factory,
        cluster=factory.cluster,
        category=category,
        base_price=steps[0][1],
        best_price=steps[-1][1],
        **{**defaults, **fields},
    )
    _furnish(listing, number, steps, [(c, z) for c in colors for z in sizes], stock)
    return listing


def _furnish(
    listing: Listing,
    number: int,
    steps: Sequence[tuple[int, int]],
    cells: Sequence[tuple[str, str]],
    stock: int,
) -> None:
    """Ladder, variants and a picture."""
    PriceTier.objects.bulk_create([PriceTier(listing=listing, min_qty=q, unit_price=p) for q, p in steps])
    Variant.objects.bulk_create(
        [
            Variant(
                listing=listing,
                supplier=listing.supplier,
                sku=f"S{number}-{color}-{size}",
                color_key=color,
                color_zh=color,
                color_en=color,
                size=size,
                stock_on_hand=stock,
                position=position,
            )
            for position, (color, size) in enumerate(cells)
        ]
    )
    ListingImage.objects.create(
        listing=listing,
        path="demo/goods/socks-crew-black",
        color_key="black",
        alt_zh="黑色中筒袜",
        alt_en="Black crew socks",
    )


def variants_of(listing: Listing) -> list[Variant]:
    """The listing's variants in shown order, each with the listing set."""
    return list(listing.variants.select_related("listing").order_by("position", "pk"))


def make_certificate(factory: Factory, **fields: Any) -> Certificate:
    """A certificate in force for all goods of a factory."""
    number = next(_numbers)
    today = clock.today()
    defaults = {
        "kind": "OEKO-TEX Standard 100",
        "number": f"OT-{number}",
        "issuer": "Hohenstein",
        "valid_from": today - timedelta(days=30),
        "valid_until": today + timedelta(days=335),
    }
    return Certificate.objects.create(factory=factory, **{**defaults, **fields})
