"""Filling the basket: a grid of a listing at once, in one locked step that raises the basket's version."""

from collections.abc import Collection, Mapping
from typing import NoReturn

from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog import gates
from marketplace.catalog.errors import NotForSale, PriceHidden, SoldOut
from marketplace.catalog.models import Listing, Variant
from marketplace.catalog.queries import check_quantities, variants_on_sale
from marketplace.catalog.units import pieces_text
from marketplace.companies.acting import Acting
from marketplace.core import clock, ids

from ..errors import BasketFull, MixedCurrency, NothingChosen, OwnGoods, WrongVariant
from ..models import Cart, CartLine
from ..queries.filling import buyable_variants, held_lines
from .cart import check_buyer, lock_open_cart, write_lines

MAX_LINES = 200

# Makes the basket where there is none, and locks and raises it where there is, in one statement. No row comes
# back when the form was added from before.
_OPEN_FOR_ADDING = """INSERT INTO orders_cart
  (created_at, updated_at, public_id, company_id, user_id, state, version, last_add_key)
VALUES (%(now)s, %(now)s, %(public_id)s, %(company)s, %(user)s, 'open', 2, %(key)s)
ON CONFLICT (company_id, user_id) WHERE state = 'open'
DO UPDATE SET version = orders_cart.version + 1, updated_at = excluded.updated_at,
  last_add_key = excluded.last_add_key
WHERE excluded.last_add_key = '' OR orders_cart.last_add_key <> excluded.last_add_key
RETURNING *
"""


def _open_for_adding(acting: Acting, submission_key: str) -> Cart | None:
    """The member's open basket, locked and of a new version; None when this submission was added before."""
    values = {
        "now": connection.ops.adapt_datetimefield_value(clock.now()),
        "public_id": ids.new_public_id(),
        "company": acting.company.pk,
        "user": acting.user.pk,
        "key": submission_key,
    }
    return next(iter(Cart.objects.raw(_OPEN_FOR_ADDING, values)), None)


@transaction.atomic
def add_to_cart(
    *,
    acting_user: User,
    acting: Acting,
    listing_public_id: str,
    quantities: Mapping[str, int],
    submission_key: str = "",
) -> Cart:
    """Add quantities of a listing's variants (by outward id) to the member's basket, all or none.

    The same `submission_key` twice in a row adds once. Raises NothingChosen, NotForSale, WrongVariant,
    PriceHidden, InvalidQuantity (also when the sum with what lies in the basket is below the minimum),
    SoldOut, OwnGoods, MixedCurrency, BasketFull, Forbidden; `fields` name variants as `q_<outward id>`.
    """
    check_buyer(acting)
    if not quantities:
        raise NothingChosen(fields={"quantity": NothingChosen.sentence})
    cart = _open_for_adding(acting, submission_key)
    if cart is None:
        return lock_open_cart(acting)
    listing, variants = _variants_of(listing_public_id, quantities)
    if acting.supplier is not None and listing.supplier_id == acting.supplier.pk:
        raise OwnGoods
    _check_price_open(acting, listing)
    held = held_lines(cart)
    if any(line.variant.listing.currency != listing.currency for line in held):
        raise MixedCurrency
    mine = {line.variant_id: line for line in held if line.variant.listing_id == listing.pk}
    for line in mine.values():
        line.variant.listing = listing  # whose ladder is at hand
    wanted = {pk: line.quantity for pk, line in mine.items()}
    for public_id, quantity in quantities.items():
        pk = variants[public_id].pk
        wanted[pk] = wanted.get(pk, 0) + quantity
    if len(held) + len(wanted) - len(mine) > MAX_LINES:
        raise BasketFull
    every = {v.pk: v for v in (*variants.values(), *(line.variant for line in mine.values()))}
    check_quantities(listing, {f"q_{every[pk].public_id}": quantity for pk, quantity in wanted.items()})
    _check_stock(listing, {every[v.pk]: wanted[v.pk] for v in variants.values()})
    write_lines(cart, mine, {every[pk]: quantity for pk, quantity in wanted.items()})
    aside = [ln.pk for ln in held if ln.is_set_aside and ln.variant.supplier_id == listing.supplier_id]
    if aside:
        CartLine.objects.filter(pk__in=aside).update(is_set_aside=False)
    return cart


def _check_price_open(acting: Acting, listing: Listing) -> None:
    """What one may not see the price of, one does not buy: the basket would tell it."""
    its = gates.gates_of(listing)
    if its != (gates.ANYONE,) and not gates.is_open(its, gates.access_of_company(acting.company)):
        raise PriceHidden


def _variants_of(listing_public_id: str, wanted: Collection[str]) -> tuple[Listing, dict[str, Variant]]:
    """The wanted variants on sale, all of one listing. Absent and off sale are refused alike."""
    known = buyable_variants(listing_public_id)
    if not set(wanted) <= set(known):
        _refuse(listing_public_id, wanted)
    return next(iter(known.values())).listing, {pid: known[pid] for pid in wanted}


def _refuse(listing_public_id: str, wanted: Collection[str]) -> NoReturn:
    """Say what is wrong with variants that are not all on sale with their listing."""
    variants = variants_on_sale(wanted)
    foreign = [v for v in variants.values() if v.listing.public_id != listing_public_id]
    known = next((v.listing for v in variants.values() if v not in foreign), None)
    if known is None and not foreign:
        raise NotForSale
    missing = [f"q_{pid}" for pid in wanted if pid not in variants]
    odd = [f"q_{v.public_id}" for v in foreign] + missing
    raise WrongVariant(fields=dict.fromkeys(odd, WrongVariant.sentence))


def _check_stock(listing: Listing, wanted: Mapping[Variant, int]) -> None:
    """Refuse more than is free now; placing the order decides for good."""
    if listing.is_made_to_order:
        return
    short = {}
    for variant, quantity in wanted.items():
        free = max(0, variant.stock_on_hand + variant.oversell_cap - variant.stock_reserved)
        if quantity > free:
            short[f"q_{variant.public_id}"] = (
                _("Only %(left)s are left.") % {"left": pieces_text(listing, free)}
                if free
                else _("This is sold out.")
            )
    if short:
        raise SoldOut(next(iter(short.values())), fields=short)
