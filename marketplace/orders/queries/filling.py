"""What putting something into the basket reads: the listing with its ladder, and what lies there already."""

from __future__ import annotations

from marketplace.catalog.models import Listing, PriceTier, Variant
from marketplace.companies.models import Supplier
from marketplace.core.frozen import Frozen, attach

from ..models import Cart, CartLine

_variants = Frozen(
    lambda m: (
        Variant.objects.filter(
            listing__public_id=m.text("listing"),
            is_active=True,
            listing__state=Listing.State.PUBLISHED,
            listing__supplier__state=Supplier.State.APPROVED,
        )
        .select_related("listing__supplier", "listing__cluster")
        .defer("listing__description_zh", "listing__description_en", "listing__attributes")
    )
)
_steps = Frozen(lambda m: PriceTier.objects.filter(listing=m.whole("listing")))
_held = Frozen(
    lambda m: (
        CartLine.objects.filter(cart=m.whole("cart"))
        .select_related("variant__listing")
        .only(
            "cart_id",
            "quantity",
            "seen_price",
            "is_set_aside",
            "variant__public_id",
            "variant__supplier_id",
            "variant__is_active",
            "variant__listing__currency",
        )
    )
)


def buyable_variants(listing_public_id: str) -> dict[str, Variant]:
    """A listing's variants that anyone may buy now, by outward id, with listing, supplier and ladder.

    Two queries; empty when the listing is absent or not on sale.
    """
    found: list[Variant] = _variants(listing=listing_public_id)
    if found:
        listing = found[0].listing
        attach(listing, "tiers", _steps(listing=listing.pk))
        for variant in found:
            variant.listing = listing
    return {variant.public_id: variant for variant in found}


def held_lines(cart: Cart) -> list[CartLine]:
    """A cart's lines with what adding to them must know of their variants and listings; one query."""
    lines: list[CartLine] = _held(cart=cart.pk)
    return lines
