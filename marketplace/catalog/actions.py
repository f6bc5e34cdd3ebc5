"""What is done to listings and stock. A change a reader could see raises the version and tells the index."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from marketplace.companies.models import Company, PriceVisibility, Supplier
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor

from .errors import NotForSale, SoldOut
from .models import Listing, PriceApproval, PriceHistory, PriceTier, Variant
from .rules import LISTING_TRANSITIONS, Tier


def tell_listings_changed(listing_ids: Iterable[int]) -> None:
    """Raise versions and tell whoever listens (the search index, page caches), in the current transaction."""
    keys = list(listing_ids)
    Listing.objects.filter(pk__in=keys).update(version=F("version") + 1, updated_at=clock.now())
    rows = Listing.objects.filter(pk__in=keys).values_list("pk", "version")
    outbox.publish_many(
        [("listing.changed", {"listing": pk, "version": version}, f"{pk}:{version}") for pk, version in rows]
    )


@transaction.atomic
def publish_listing(*, acting_user: Actor, listing: Listing, company_id: int | None = None) -> Listing:
    """Put a listing on sale. Raises NotForSale without a price or a variant, IllegalTransition by state."""
    if not listing.tiers.exists() or not listing.variants.filter(is_active=True).exists():
        raise NotForSale
    moved = states.transition(
        listing,
        Listing.State.PUBLISHED,
        table=LISTING_TRANSITIONS,
        actor=acting_user,
        company_id=company_id,
        published_at=listing.published_at or clock.now(),
    )
    if moved:
        tell_listings_changed([listing.pk])
    return listing


@transaction.atomic
def pause_listing(
    *, acting_user: Actor, listing: Listing, reason: str, company_id: int | None = None
) -> Listing:
    """Take a listing off sale."""
    if states.transition(
        listing,
        Listing.State.PAUSED,
        table=LISTING_TRANSITIONS,
        actor=acting_user,
        reason=reason,
        company_id=company_id,
    ):
        tell_listings_changed([listing.pk])
    return listing


@transaction.atomic
def set_ladder(
    *,
    acting_user: Actor,
    listing: Listing,
    ladder: Iterable[Tier],
    reason: str,
    company_id: int | None = None,
) -> None:
    """Replace a listing's ladder; the old one stays in the price history."""
    tiers = sorted(ladder, key=lambda t: t.min_qty)
    if not tiers:
        raise NotForSale
    Listing.objects.select_for_update().get(pk=listing.pk)
    PriceTier.objects.filter(listing=listing, variant__isnull=True).delete()
    PriceTier.objects.bulk_create(
        [PriceTier(listing=listing, min_qty=t.min_qty, unit_price=t.unit_price) for t in tiers]
    )
    Listing.objects.filter(pk=listing.pk).update(
        base_price=tiers[0].unit_price, best_price=tiers[-1].unit_price
    )
    PriceHistory.objects.create(
        listing=listing, ladder=[[t.min_qty, t.unit_price] for t in tiers], reason=reason
    )
    audit.record(listing, "price.changed", actor=acting_user, company_id=company_id, reason=reason)
    tell_listings_changed([listing.pk])


@transaction.atomic
def set_price_visibility(
    *, acting_user: Actor, supplier: Supplier, visibility: str, company_id: int | None = None
) -> None:
    """Say who sees a supplier's prices ("": as in its town). Raises ValueError for an unknown word."""
    if visibility not in ("", *PriceVisibility.values):
        raise ValueError(visibility)
    if (
        not Supplier.objects.filter(pk=supplier.pk)
        .exclude(price_visibility=visibility)
        .update(price_visibility=visibility, updated_at=clock.now())
    ):
        return
    supplier.price_visibility = visibility
    audit.record(supplier, "prices.gated", actor=acting_user, company_id=company_id, to_state=visibility)
    tell_listings_changed(Listing.objects.filter(supplier=supplier).values_list("pk", flat=True))


@transaction.atomic
def approve_for_prices(
    *, acting_user: Actor, buyer: Company, supplier: Supplier, company_id: int | None = None
) -> PriceApproval:
    """Let a buyer see a supplier's prices that are for approved buyers only; twice is as once."""
    approval, made = PriceApproval.objects.get_or_create(buyer=buyer, supplier=supplier)
    if made:
        audit.record(buyer, "prices.opened", actor=acting_user, company_id=company_id, reason=supplier.slug)
    return approval


@transaction.atomic
def withdraw_price_approval(
    *, acting_user: Actor, buyer: Company, supplier: Supplier, company_id: int | None = None
) -> None:
    """Close a supplier's prices to a buyer again; what lies in its baskets then waits there."""
    gone, _kinds = PriceApproval.objects.filter(buyer=buyer, supplier=supplier).delete()
    if gone:
        audit.record(buyer, "prices.closed", actor=acting_user, company_id=company_id, reason=supplier.slug)


@transaction.atomic
def set_repurchase(*, acting_user: Actor, figures: Mapping[int, tuple[int, int]]) -> int:
    """Write repurchase figures: listing id → (basis points, buyers). Listings that are not named lose theirs.
    Returns how many changed; what orders can sort by is no event of its own in the audit trail.
    """
    known = Listing.objects.exclude(repurchase_bp=0, repurchase_buyers=0).values_list("pk", flat=True)
    rows = Listing.objects.filter(pk__in={*figures, *known}).only("pk", "repurchase_bp", "repurchase_buyers")
    changed = []
    for row in rows:
        wanted = figures.get(row.pk, (0, 0))
        if (row.repurchase_bp, row.repurchase_buyers) != wanted:
            row.repurchase_bp, row.repurchase_buyers = wanted
            changed.append(row)
    Listing.objects.bulk_update(changed, ["repurchase_bp", "repurchase_buyers"], batch_size=200)
    tell_listings_changed([row.pk for row in changed])
    return len(changed)


def reserve_stock(quantities: Mapping[int, int]) -> None:
    """Set pieces aside, by variant id, inside the caller's transaction: one conditional UPDATE for all.

    Raises SoldOut naming the first variant that lacks pieces and how many are free; the caller's
    transaction must then roll back. Goods made to order have no stock to run out of and are not passed here.
    """
    if not quantities:
        return
    for row in _lock_stock(quantities):
        free = row.stock_on_hand + row.oversell_cap - row.stock_reserved
        if free < quantities[row.pk]:
            raise SoldOut(variant=row.public_id, free=max(0, free))
    wanted = _by_variant(quantities)
    # The read above only names the culprit; what decides is the condition of the UPDATE itself.
    taken = Variant.objects.filter(
        pk__in=quantities, stock_on_hand__gte=F("stock_reserved") + wanted - F("oversell_cap")
    ).update(stock_reserved=F("stock_reserved") + wanted)
    if taken != len(quantities):
        raise SoldOut(variant="", free=0)


def release_stock(quantities: Mapping[int, int]) -> None:
    """Give reserved pieces back, by variant id."""
    if quantities:
        _lock_stock(quantities)
        Variant.objects.filter(pk__in=quantities).update(
            stock_reserved=F("stock_reserved") - _by_variant(quantities)
        )


def consume_stock(quantities: Mapping[int, int]) -> None:
    """Reserved pieces leave the warehouse, by variant id."""
    if quantities:
        _lock_stock(quantities)
        wanted = _by_variant(quantities)
        Variant.objects.filter(pk__in=quantities).update(
            stock_reserved=F("stock_reserved") - wanted, stock_on_hand=F("stock_on_hand") - wanted
        )


def _lock_stock(quantities: Mapping[int, int]) -> list[Variant]:
    """The variants, locked in id order: two orders of the same goods never wait for each other in a ring.

    An UPDATE of several rows locks them in any order it likes. SQLite has one writer, and no row locks.
    """
    rows = Variant.objects.select_for_update(no_key=True).filter(pk__in=quantities).order_by("pk")
    return list(rows.only("pk", "public_id", "stock_on_hand", "stock_reserved", "oversell_cap"))


def _by_variant(quantities: Mapping[int, int]) -> Case:
    whens = [When(pk=pk, then=Value(quantity)) for pk, quantity in sorted(quantities.items())]
    return Case(*whens, default=Value(0), output_field=IntegerField())
