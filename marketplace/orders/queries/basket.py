"""The basket as it stands now: priced, split by supplier, with what blocks each part and the press to fix it.

A quantity off the multiple never enters a basket, but the rest may come to pass while goods lie in it: a
price rises, stock runs out, a listing leaves the market, a removed line takes the sum below the minimum.
Such things block the supplier's group, and only it, until one press settles them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from marketplace.catalog import gates
from marketplace.catalog.cards import picture_of
from marketplace.catalog.models import Listing, ListingImage, PriceTier, Variant
from marketplace.catalog.queries import PricedVariant, ladder_of, price_lines
from marketplace.catalog.rules import Reached, reach
from marketplace.catalog.units import pieces_text, unit_text
from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier
from marketplace.core.frozen import Frozen, attach
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.cards import Picture
from marketplace.ui.formats import format_money

from ..models import Cart, CartLine
from ..rules import NOTHING, Sums, order_sums
from .problems import Problem, group_problems, line_problems, listing_problems, variant_name

_Owner = TypeVar("_Owner", Supplier, Listing)


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One variant: priced at the quantity of its listing, or at the price last seen when it is off sale."""

    variant: Variant
    quantity: int
    unit_price: int
    seen_price: int
    is_on_sale: bool
    problems: tuple[Problem, ...]
    # path, alt_zh and alt_en of the picture of its colour, else of the listing's first; empty without one
    shown: Mapping[str, str]

    @property
    def listing(self) -> Listing:
        return self.variant.listing

    @property
    def name(self) -> str:
        """ "black · M"."""
        return variant_name(self.variant)

    @property
    def picture(self) -> Picture | None:
        """Its picture, small."""
        shown = self.shown
        if not shown:
            return None
        first, second = ("zh", "en") if is_chinese() else ("en", "zh")
        return picture_of(shown["path"], shown[f"alt_{first}"] or shown[f"alt_{second}"], sizes="4rem")

    @property
    def amount(self) -> int:
        """Minor units without VAT."""
        return self.unit_price * self.quantity

    @property
    def is_stock_reserved(self) -> bool:
        """Whether ordering it sets stock aside (goods made to order have none)."""
        return not self.listing.is_made_to_order


@dataclass(frozen=True, slots=True)
class BasketListing:
    """A listing's lines together: what their sum reaches on the ladder."""

    listing: Listing
    lines: tuple[BasketLine, ...]
    reached: Reached | None
    problems: tuple[Problem, ...]

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def unit(self) -> str:
        """The unit of sale in the reader's language, in the number of the quantity."""
        return unit_text(self.listing, self.quantity)

    @property
    def next_text(self) -> str:
        """ "1,800 more for ¥2.10 each", where more pieces of the listing reach another tier."""
        reached = self.reached
        if reached is None or reached.next_tier is None or self.listing.tier_basis != "listing":
            return ""
        return _("%(n)s more for %(price)s each") % {
            "n": pieces_text(self.listing, reached.pieces_to_next),
            "price": format_money(reached.next_tier.unit_price, self.listing.currency),
        }

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class BasketGroup:
    """What one supplier would be asked to deliver: one order."""

    supplier: Supplier
    listings: tuple[BasketListing, ...]
    sums: Sums
    is_set_aside: bool
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> list[BasketLine]:
        return [line for part in self.listings for line in part.lines]

    @property
    def currency(self) -> str:
        return self.supplier.currency

    @property
    def all_problems(self) -> list[Problem]:
        """Of the group, its listings and its lines."""
        inner = [problem for part in self.listings for problem in part.problems]
        return [*self.problems, *inner, *(problem for line in self.lines for problem in line.problems)]

    @property
    def blockers(self) -> list[Problem]:
        return [problem for problem in self.all_problems if problem.is_blocking]


@dataclass(frozen=True, slots=True)
class Basket:
    """All groups: those to be ordered now, and those set aside for later."""

    cart: Cart | None
    groups: tuple[BasketGroup, ...]
    aside: tuple[BasketGroup, ...]

    @property
    def currency(self) -> str:
        first = next(iter((*self.groups, *self.aside)), None)
        return first.currency if first else "CNY"

    @property
    def supplier_count(self) -> int:
        """Of all groups, as the frame shows it."""
        return len(self.groups) + len(self.aside)

    @property
    def sums(self) -> Sums:
        """Of the groups to be ordered now."""
        return sum((group.sums for group in self.groups), NOTHING)

    @property
    def total(self) -> int:
        return self.sums.total

    @property
    def line_count(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def is_ready(self) -> bool:
        """Whether the groups shown can be ordered as they are."""
        return bool(self.groups) and not any(group.blockers for group in self.groups)


def _lines() -> QuerySet[CartLine]:
    """Lines of any cart, but for their ladders, with all that pricing and showing them needs.

    The picture comes with its line, so that nobody loads all pictures of a listing to show one.
    """
    facts = JSONObject(path="path", alt_zh="alt_zh", alt_en="alt_en")
    pictures = ListingImage.objects.filter(listing=OuterRef("variant__listing")).order_by("position", "pk")
    of_its_color = pictures.filter(color_key=OuterRef("variant__color_key"))
    shown = Coalesce(Subquery(of_its_color.values_list(facts)[:1]), Subquery(pictures.values_list(facts)[:1]))
    return (
        CartLine.objects.annotate(shown=shown)
        .select_related(
            "cart",
            "variant__listing__supplier",
            "variant__listing__factory",
            "variant__listing__cluster",
        )
        .defer(
            "variant__listing__description_zh",
            "variant__listing__description_en",
            "variant__listing__attributes",
        )
        .order_by("variant__listing__supplier_id", "variant__listing_id", "variant__position", "variant_id")
    )


_of_cart = Frozen(lambda m: _lines().filter(cart=m.whole("cart")))
_of_claimed = Frozen(lambda m: _lines().filter(cart__public_id=m.text("cart")))
_of_member = Frozen(
    lambda m: _lines().filter(
        cart__company=m.whole("company"), cart__user=m.whole("user"), cart__state=Cart.State.OPEN
    )
)
_steps = Frozen(lambda m: PriceTier.objects.filter(listing__in=m.wholes("listings")))


def _with_ladders(lines: list[CartLine]) -> list[CartLine]:
    """Give lines of the same listing one listing, and it its ladder; one query."""
    listings: dict[int, Listing] = {}
    for line in lines:
        line.variant.listing = listings.setdefault(line.variant.listing_id, line.variant.listing)
    steps: dict[int, list[PriceTier]] = {pk: [] for pk in listings}
    for step in _steps(listings=sorted(listings)) if listings else ():
        steps[step.listing_id].append(step)
    for pk, listing in listings.items():
        attach(listing, "tiers", steps[pk])
    gates.mark_open(listings.values(), lambda: lines[0].cart.company)
    return lines


def cart_lines(cart: Cart) -> list[CartLine]:
    """A cart's lines with all that pricing and showing them needs; two queries."""
    return _with_ladders(_of_cart(cart=cart.pk))


def is_on_sale(variant: Variant) -> bool:
    """Whether a variant (with listing and supplier loaded) can be bought now."""
    listing = variant.listing
    return (
        variant.is_active
        and listing.state == Listing.State.PUBLISHED
        and listing.supplier.state == Supplier.State.APPROVED
        and gates.is_marked_open(listing)
        and bool(ladder_of(listing, variant.pk))
    )


def read_basket(cart: Cart) -> Basket:
    """Build the basket of a cart; two queries whatever is in it."""
    return _basket(cart, cart_lines(cart))


def _basket(cart: Cart | None, lines: Sequence[CartLine]) -> Basket:
    on_sale = [line for line in lines if is_on_sale(line.variant)]
    priced = {p.variant.pk: p for p in price_lines((line.variant, line.quantity) for line in on_sale)}
    groups = [
        _group(supplier, list(rows), priced)
        for supplier, rows in _runs(lines, lambda line: line.variant.listing.supplier)
    ]
    return Basket(
        cart=cart,
        groups=tuple(group for group in groups if not group.is_set_aside),
        aside=tuple(group for group in groups if group.is_set_aside),
    )


def _runs(lines: Iterable[CartLine], of: Callable[[CartLine], _Owner]) -> list[tuple[_Owner, list[CartLine]]]:
    """Neighbouring lines with the same owner; each owner's first object stands for all of them."""
    runs = []
    for _key, rows in groupby(lines, key=lambda line: of(line).pk):
        members = list(rows)
        runs.append((of(members[0]), members))
    return runs


def _group(supplier: Supplier, rows: list[CartLine], priced: dict[int, PricedVariant]) -> BasketGroup:
    listings = tuple(
        _listing(listing, members, priced)
        for listing, members in _runs(rows, lambda line: line.variant.listing)
    )
    sellable = [line for part in listings for line in part.lines if line.is_on_sale]
    sums = order_sums(
        [(line.amount, line.listing.vat_rate_bp) for line in sellable],
        freight_flat=supplier.freight_flat,
        freight_free_over=supplier.freight_free_over,
    )
    wanted = [(line.variant, line.quantity) for line in sellable]
    return BasketGroup(
        supplier=supplier,
        listings=listings,
        sums=sums,
        is_set_aside=all(row.is_set_aside for row in rows),
        problems=tuple(group_problems(supplier, wanted, sums.net)),
    )


def _listing(listing: Listing, rows: list[CartLine], priced: dict[int, PricedVariant]) -> BasketListing:
    lines = tuple(_line(row, priced.get(row.variant_id)) for row in rows)
    sellable = [line for line in lines if line.is_on_sale]
    quantity = sum(line.quantity for line in sellable)
    ladder = ladder_of(listing)
    wanted = [(line.variant, line.quantity) for line in sellable]
    return BasketListing(
        listing=listing,
        lines=lines,
        reached=reach(ladder, quantity) if ladder and sellable else None,
        problems=tuple(replace(p, subject=pick(listing, "title")) for p in listing_problems(listing, wanted)),
    )


def _line(row: CartLine, priced: PricedVariant | None) -> BasketLine:
    return BasketLine(
        variant=row.variant,
        quantity=row.quantity,
        unit_price=priced.unit_price if priced else row.seen_price,
        seen_price=row.seen_price,
        is_on_sale=priced is not None,
        problems=tuple(replace(p, subject=_named(row.variant)) for p in line_problems(row, priced)),
        shown=getattr(row, "shown", None) or {},
    )


def _named(variant: Variant) -> str:
    return f"{pick(variant.listing, 'title')}, {variant_name(variant)}"


def basket_of(acting: Acting) -> Basket:
    """The acting member's open basket; an empty one when there is none or nothing in it. Two queries."""
    lines = _with_ladders(_of_member(company=acting.company.pk, user=acting.user.pk))
    return _basket(lines[0].cart if lines else None, lines)


def claimed_basket(cart_public_id: str) -> Basket:
    """The basket of a cart that the caller holds locked; its cart is None when nothing lies in it."""
    lines = _with_ladders(_of_claimed(cart=cart_public_id))
    return _basket(lines[0].cart if lines else None, lines)
