"""Acting for buyers and factories: what a member would do on the pages, with the same actions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing, Variant
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company, Membership, Supplier
from marketplace.companies.rules import OWNER, name_key
from marketplace.core.errors import Refusal
from marketplace.demo.data import buyers
from marketplace.demo.making import goods
from marketplace.orders.actions import add_to_cart
from marketplace.orders.models import Cart, CartLine, OrderGroup
from marketplace.orders.queries import read_basket
from payments.actions.check_out import Wish, place_order_group

from .plan import Purchase, Want

SHELF = 8


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing as a buyer sees it: what is free of each variant, and the quantities it takes."""

    public_id: str
    moq: int
    multiple: int
    variants: tuple[str, ...]


class Cast:
    """Everyone who acts, loaded once."""

    def __init__(self) -> None:
        keys = [name_key(buyer.name_zh) for buyer in buyers()]
        companies = {c.name_key: c for c in Company.objects.filter(name_key__in=keys)}
        owners = _owners()
        self.buyers = [Acting(owners[companies[key].pk], companies[key], OWNER, None) for key in keys]
        suppliers = {s.slug: s for s in Supplier.objects.select_related("company")}
        self.sellers: list[Acting] = []
        for maker in goods.makers():
            supplier = suppliers[maker.works.slug]
            self.sellers.append(Acting(owners[supplier.company_id], supplier.company, OWNER, supplier))
        self.seller_of = {s.supplier.pk: s for s in self.sellers if s.supplier is not None}
        self.buyer_of = {b.company.pk: b for b in self.buyers}
        self.number_of = {b.company.pk: number for number, b in enumerate(self.buyers)}
        self.offers = _offers([s.supplier.pk for s in self.sellers if s.supplier is not None])


def _owners() -> dict[int, User]:
    rows = Membership.objects.filter(role=OWNER).select_related("user").order_by("-pk")
    return {row.company_id: row.user for row in rows}


def _offers(supplier_ids: list[int]) -> list[list[Offer]]:
    """The first listings of every supplier with variants enough to order from."""
    shelves: dict[int, list[Listing]] = defaultdict(list)
    for listing in (
        Listing.objects.filter(supplier_id__in=supplier_ids, state=Listing.State.PUBLISHED)
        .order_by("pk")
        .only("pk", "public_id", "supplier_id", "moq", "multiple", "is_made_to_order")
    ):
        if len(shelves[listing.supplier_id]) < SHELF:
            shelves[listing.supplier_id].append(listing)
    wanted = [listing.pk for rows in shelves.values() for listing in rows]
    free: dict[int, list[str]] = defaultdict(list)
    # Six months of orders come out of this stock: only what lies there in plenty is ordered again and again.
    rows = (
        Variant.objects.filter(listing_id__in=wanted)
        .annotate(most=F("listing__moq") * 8)
        .order_by("-stock_on_hand")
    )
    for listing_id, public_id, stock, most, to_order in rows.values_list(
        "listing_id", "public_id", "stock_on_hand", "most", "listing__is_made_to_order"
    ):
        if to_order or stock >= most:
            free[listing_id].append(public_id)
    return [
        [Offer(x.public_id, x.moq, x.multiple, tuple(free[x.pk])) for x in shelves[supplier] if free[x.pk]]
        for supplier in supplier_ids
    ]


def _quantities(offer: Offer, want: Want) -> dict[str, int]:
    """The minimum times so many, spread over the variants in steps of the multiple."""
    chosen = offer.variants[: want.variants]
    total = offer.moq * want.times
    share = max(1, total // len(chosen) // offer.multiple) * offer.multiple
    amounts = dict.fromkeys(chosen, share)
    amounts[chosen[0]] += max(0, -(-(total - share * len(chosen)) // offer.multiple)) * offer.multiple
    return amounts


def buy(cast: Cast, purchase: Purchase, key: str) -> OrderGroup | None:
    """Fill the basket and check out on account; None when the shop or the credit line says no."""
    acting = cast.buyers[purchase.buyer]
    for want in purchase.wants:
        shelf = cast.offers[want.maker]
        if not shelf:
            continue
        offer = shelf[want.listing % len(shelf)]
        _into_basket(acting, offer, want)
    cart = Cart.objects.filter(company=acting.company, user=acting.user, state=Cart.State.OPEN).first()
    if cart is None or not cart.lines.exists():
        return None
    shop = buyers()[purchase.buyer]
    wish = Wish(
        cart_public_id=cart.public_id,
        cart_version=cart.version,
        submission_key=key,
        payment_method="credit",
        payment_term=purchase.term,
        ship_name=shop.owner,
        ship_phone=acting.company.phone,
        ship_address=acting.company.address_zh,
        note="",
        portal_code=purchase.portal,
        expected_total=read_basket(cart).total,
    )
    try:
        return place_order_group(acting_user=acting.user, acting=acting, wish=wish).group
    except Refusal:
        # No credit, or goods sold out meanwhile: the shopkeeper clears the basket and comes another day.
        CartLine.objects.filter(cart=cart).delete()
        return None


def _into_basket(acting: Acting, offer: Offer, want: Want) -> None:
    try:
        add_to_cart(
            acting_user=acting.user,
            acting=acting,
            listing_public_id=offer.public_id,
            quantities=_quantities(offer, want),
        )
    except Refusal:
        return  # sold out: the shopkeeper takes the other goods only
