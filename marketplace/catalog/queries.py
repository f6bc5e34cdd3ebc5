"""Reads of the catalogue: only what is published is for everyone; a supplier reads its own drafts too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils.translation import gettext as _

from marketplace.companies.models import Supplier
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.frozen import Frozen, Marks, attach
from marketplace.core.i18n import pick

from .errors import InvalidQuantity, NotForSale
from .models import Certificate, Listing, PriceTier, Variant
from .rules import (
    Ladder,
    QuantityProblem,
    Tier,
    first_valid,
    is_valid_quantity,
    nearest_valid,
    quantity_problems,
    reach,
)


def on_sale() -> QuerySet[Listing]:
    """Listings anyone may see and buy: published, of an approved supplier."""
    return Listing.objects.filter(state=Listing.State.PUBLISHED, supplier__state=Supplier.State.APPROVED)


def listing_for_reader(
    public_id: str, *, supplier: Supplier | None = None, cluster_id: int | None = None
) -> Listing:
    """One listing with its variants and tiers, in three queries. Drafts only for their own supplier.

    Raises NotFound for absent, unpublished, foreign-cluster and foreign-draft ids alike.
    """
    found: Listing | None = next(iter(_published_listing(public_id=public_id)), None)
    if found is None and supplier is not None:
        found = _with_sides(Listing.objects.filter(public_id=public_id, supplier=supplier)).first()
    if found is None or (cluster_id is not None and found.cluster_id != cluster_id):
        raise NotFound
    attach(found, "variants", _variants_of(listing=found.pk))
    attach(found, "tiers", _tiers_of(listing=found.pk))
    return found


# Moments take long to read, and pages do not show these.
_UNSHOWN = ("created_at", "updated_at")


def _with_sides(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    joined = rows.select_related("supplier", "factory", "cluster", "category")
    sides = ("", "supplier__", "factory__", "cluster__")
    return joined.defer(*(f"{side}{name}" for side in sides for name in _UNSHOWN), "published_at")


_published_listing = Frozen(lambda m: _with_sides(on_sale().filter(public_id=m.text("public_id"))))
_variants_of = Frozen(
    lambda m: Variant.objects.filter(listing=m.whole("listing"), is_active=True).defer(*_UNSHOWN)
)
_tiers_of = Frozen(lambda m: PriceTier.objects.filter(listing=m.whole("listing")))


def ladder_of(listing: Listing, variant_id: int | None = None) -> Ladder:
    """The price ladder: the variant's own where it has one, else the listing's. Uses prefetched tiers."""
    tiers = list(listing.tiers.all())
    own = [
        Tier(t.min_qty, t.unit_price) for t in tiers if variant_id is not None and t.variant_id == variant_id
    ]
    return own or [Tier(t.min_qty, t.unit_price) for t in tiers if t.variant_id is None]


def valid_certificates(listing: Listing) -> list[Certificate]:
    """Certificates in force today that cover the listing."""
    return _certificates(factory=listing.factory_id, listing=listing.pk, today=clock.today())


def _certificates_in_force(m: Marks) -> QuerySet[Certificate]:
    today = m.day("today")
    rows = Certificate.objects.filter(
        factory_id=m.whole("factory"), valid_from__lte=today, valid_until__gte=today
    )
    covering = Certificate.listings.through.objects.filter(
        listing=m.whole("listing"), certificate=OuterRef("pk")
    )
    return rows.filter(Q(covers_all=True) | Exists(covering)).order_by("kind", "pk").defer(*_UNSHOWN)


_certificates = Frozen(_certificates_in_force)


# How many neighbours of each kind stand below a listing.
NEIGHBOURS = 6


class Neighbour(NamedTuple):
    """A listing beside another: its key, public id and version."""

    pk: int
    public_id: str
    version: int


def _beside(m: Marks) -> QuerySet[Listing, Any]:
    supplier = m.whole("supplier")
    same = on_sale().filter(supplier_id=supplier).exclude(pk=m.whole("listing"))
    town = on_sale().filter(cluster_id=m.whole("cluster")).exclude(supplier_id=supplier)
    parts = []
    for number, rows in enumerate((same, town)):
        # A sliced query cannot be a part of a union on SQLite; a query over its keys can.
        first = rows.order_by("-sold_30d", "pk")[:NEIGHBOURS].values("pk")
        part = Listing.objects.filter(pk__in=first).order_by()
        part = part.annotate(kind=Value(number, IntegerField()))
        parts.append(part.values_list("kind", "sold_30d", "pk", "public_id", "version"))
    return parts[0].union(parts[1], all=True)


_neighbours = Frozen(_beside)


def neighbours_of(listing: Listing) -> tuple[list[Neighbour], list[Neighbour]]:
    """What else the listing's supplier has on sale, and what others in its town; best selling first."""
    rows = _neighbours(supplier=listing.supplier_id, listing=listing.pk, cluster=listing.cluster_id)
    rows.sort(key=lambda row: (-row[1], row[2]))
    of_kind = [[Neighbour(*row[2:]) for row in rows if row[0] == kind] for kind in (0, 1)]
    return of_kind[0], of_kind[1]


@dataclass(frozen=True, slots=True)
class PricedVariant:
    """A variant at a quantity, priced now by the resolution of the catalogue."""

    variant: Variant
    quantity: int
    unit_price: int
    currency: str
    vat_rate_bp: int
    tier_min_qty: int
    next_min_qty: int | None
    next_unit_price: int | None
    pieces_to_next: int

    @property
    def amount(self) -> int:
        """Minor units without VAT."""
        return self.unit_price * self.quantity


def variants_on_sale(public_ids: Iterable[str]) -> dict[str, Variant]:
    """Variants by outward id that anyone may buy now, with listing, supplier and tiers, in two queries."""
    rows = (
        Variant.objects.filter(
            public_id__in=list(public_ids),
            is_active=True,
            listing__state=Listing.State.PUBLISHED,
            listing__supplier__state=Supplier.State.APPROVED,
        )
        .select_related("listing", "listing__supplier", "listing__factory", "listing__cluster")
        .prefetch_related(Prefetch("listing__tiers", PriceTier.objects.order_by("min_qty")))
    )
    return {row.public_id: row for row in rows}


def check_quantity(listing: Listing, quantity: int, *, field: str = "quantity") -> None:
    """Raise InvalidQuantity, naming the nearest valid quantities, unless the listing takes this one."""
    if is_valid_quantity(quantity, moq=listing.moq, multiple=listing.multiple):
        return
    nearest = nearest_valid(quantity, moq=listing.moq, multiple=listing.multiple)
    raise InvalidQuantity(
        quantity_sentence(listing, nearest),
        fields={field: quantity_sentence(listing, nearest)},
        nearest=nearest,
    )


def check_quantities(listing: Listing, quantities: Mapping[str, int]) -> None:
    """Raise InvalidQuantity unless the listing takes these quantities of its variants together.

    Keys name the variants in the refusal's `fields`; what is wrong with the sum stands under "quantity".
    """
    keys = list(quantities)
    problems = quantity_problems([quantities[k] for k in keys], moq=listing.moq, multiple=listing.multiple)
    if problems:
        fields = {
            "quantity" if p.index is None else keys[p.index]: problem_sentence(listing, p) for p in problems
        }
        raise InvalidQuantity(
            next(iter(fields.values())), fields=fields, nearest=[n for p in problems for n in p.nearest]
        )


def price_lines(wanted: Iterable[tuple[Variant, int]]) -> list[PricedVariant]:
    """Price variants together: where the ladder counts over the listing, its variants' quantities are summed.

    Order is kept. Quantities are not checked here. Raises NotForSale for a listing without a ladder.
    """
    lines = list(wanted)
    totals: dict[int, int] = {}
    for variant, quantity in lines:
        totals[variant.listing_id] = totals.get(variant.listing_id, 0) + quantity
    priced = []
    for variant, quantity in lines:
        listing = variant.listing
        ladder = ladder_of(listing, variant.pk)
        if not ladder:
            raise NotForSale
        counted = quantity if listing.tier_basis == Listing.TierBasis.VARIANT else totals[variant.listing_id]
        place = reach(ladder, counted)
        priced.append(
            PricedVariant(
                variant=variant,
                quantity=quantity,
                unit_price=place.tier.unit_price,
                currency=listing.currency,
                vat_rate_bp=listing.vat_rate_bp,
                tier_min_qty=place.tier.min_qty,
                next_min_qty=place.next_tier.min_qty if place.next_tier else None,
                next_unit_price=place.next_tier.unit_price if place.next_tier else None,
                pieces_to_next=place.pieces_to_next,
            )
        )
    return priced


def problem_sentence(listing: Listing, problem: QuantityProblem) -> str:
    """What is wrong with one line or with the sum, naming the nearest valid quantities."""
    choices = _(" or ").join(f"{n:,}" for n in problem.nearest)
    words = {
        "moq": f"{listing.moq:,}",
        "multiple": f"{listing.multiple:,}",
        "choices": choices,
        "quantity": f"{problem.quantity:,}",
        "unit": pick(listing, "unit"),
    }
    if problem.index is not None and problem.nearest == [first_valid(listing.moq, listing.multiple)]:
        return quantity_sentence(listing, problem.nearest)
    if problem.index is not None:
        return _("Sold in steps of %(multiple)s. Nearest possible: %(choices)s.") % words
    return (
        _(
            "The minimum is %(moq)s (%(unit)s) over all colours and sizes; you have %(quantity)s. "
            "Nearest possible: %(choices)s."
        )
        % words
    )


def quantity_sentence(listing: Listing, nearest: list[int]) -> str:
    """The refusal that names the nearest valid quantities, in the active language."""
    unit = pick(listing, "unit")
    choices = _(" or ").join(f"{n:,}" for n in nearest)
    return _("Orders start at %(moq)s %(unit)s in steps of %(multiple)s. Nearest possible: %(choices)s.") % {
        "moq": f"{listing.moq:,}",
        "unit": unit,
        "multiple": f"{listing.multiple:,}",
        "choices": choices,
    }
