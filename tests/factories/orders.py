"""Baskets and orders, made through the actions a buyer's pages call."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.db import transaction

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.orders.actions import add_to_cart, place_orders, record_payment_state, release_to_suppliers
from marketplace.orders.models import Cart, Order, OrderGroup
from marketplace.orders.queries import read_basket

from .catalog import make_listing, variants_of
from .companies import make_buyer

_numbers = count(1)


def fill_cart(acting: Acting, wanted: Mapping[Variant, int]) -> Cart:
    """The member's open basket after adding; quantities must be valid for each listing together."""
    by_listing: dict[str, dict[str, int]] = {}
    for variant, quantity in wanted.items():
        by_listing.setdefault(variant.listing.public_id, {})[variant.public_id] = quantity
    for listing, quantities in by_listing.items():
        add_to_cart(acting_user=acting.user, acting=acting, listing_public_id=listing, quantities=quantities)
    return Cart.objects.get(company=acting.company, user=acting.user, state=Cart.State.OPEN)


def checkout_form(acting: Acting, cart: Cart, **changes: Any) -> dict[str, Any]:
    """What a checkout of this basket, as it stands, hands to `place_orders`."""
    fields = {
        "acting_user": acting.user,
        "acting": acting,
        "cart_public_id": cart.public_id,
        "cart_version": cart.version,
        "submission_key": f"key-{next(_numbers)}",
        "payment_method": "credit",
        "payment_term": "net-60",
        "ship_name": "Li Hua",
        "ship_phone": "+86 571 0000 0000",
        "ship_address": "1 Market Road, Hangzhou",
        "note": "",
        "portal_code": "",
        "expected_total": read_basket(cart).total,
    }
    return {**fields, **changes}


def place(acting: Acting, wanted: Mapping[Variant, int], **changes: Any) -> OrderGroup:
    """A placed group that still waits for payment."""
    cart = fill_cart(acting, wanted)
    with transaction.atomic():
        return place_orders(**checkout_form(acting, cart, **changes)).group


def make_group(
    acting: Acting | None = None, wanted: Mapping[Variant, int] | None = None, **changes: Any
) -> OrderGroup:
    """A group on account whose orders await their suppliers' answers; by default one order of 120 pairs."""
    acting = acting or make_buyer()
    wanted = wanted or {variants_of(make_listing())[0]: 120}
    group = place(acting, wanted, **changes)
    with transaction.atomic():
        record_payment_state(acting_user=acting.user, group=group, payment_state="authorised")
        release_to_suppliers(acting_user=acting.user, group=group)
    return group


def make_order(acting: Acting | None = None, wanted: Mapping[Variant, int] | None = None) -> Order:
    """One order that awaits its supplier's answer."""
    return make_group(acting, wanted).orders.select_related("supplier", "buyer").get()
