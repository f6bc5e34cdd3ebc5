"""Changing the basket. Each change is one locked step that raises the basket's version."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F

from marketplace.accounts.models import User
from marketplace.catalog.errors import InvalidQuantity
from marketplace.catalog.models import Variant
from marketplace.catalog.queries import price_lines, problem_sentence
from marketplace.catalog.rules import quantity_problems
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.errors import Forbidden, NotFound

from ..errors import NothingChosen
from ..models import Cart, CartLine
from ..queries.basket import cart_lines, is_on_sale


def check_buyer(acting: Acting) -> None:
    """Raise Forbidden unless the member may buy for an approved buying company."""
    company = acting.company
    if not (company.is_buyer and company.state == Company.State.APPROVED and acting.may("buy")):
        raise Forbidden


def lock_open_cart(acting: Acting) -> Cart:
    """The member's open basket, locked. Raises NotFound."""
    rows = Cart.objects.select_for_update().filter(
        company=acting.company, user=acting.user, state=Cart.State.OPEN
    )
    cart = rows.first()
    if cart is None:
        raise NotFound
    return cart


def _touch(cart: Cart) -> None:
    Cart.objects.filter(pk=cart.pk).update(version=F("version") + 1, updated_at=clock.now())
    cart.refresh_from_db()


def write_lines(cart: Cart, held: Mapping[int, CartLine], wanted: Mapping[Variant, int]) -> None:
    """Write the quantities of one listing's variants with the prices that hold for them together."""
    rows = []
    keep = _risen(held.values())
    for priced in price_lines(wanted.items()):
        line = held.get(priced.variant.pk)
        seen = line.seen_price if line is not None and line.pk in keep else priced.unit_price
        rows.append(CartLine(cart=cart, variant=priced.variant, quantity=priced.quantity, seen_price=seen))
    CartLine.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["cart", "variant"],
        update_fields=["quantity", "seen_price", "updated_at"],
    )


def _risen(held: Iterable[CartLine]) -> set[int]:
    """Lines whose price rose since the buyer saw it: the rise stays to be accepted, whatever else changes."""
    lines = {line.variant_id: line for line in held if is_on_sale(line.variant)}
    priced = price_lines((line.variant, line.quantity) for line in lines.values())
    return {lines[p.variant.pk].pk for p in priced if p.unit_price > lines[p.variant.pk].seen_price}


@transaction.atomic
def change_cart(*, acting_user: User, acting: Acting, quantities: Mapping[str, int]) -> Cart:
    """Set the quantities of lines in the member's basket, by the variants' outward ids, all or none.

    Off the multiple is refused with InvalidQuantity; a sum below a minimum is shown by the basket as what
    blocks it, since two lines are often changed one after the other. Raises NotFound for a line that is not
    in the basket, Forbidden.
    """
    check_buyer(acting)
    if not quantities:
        raise NothingChosen
    cart = lock_open_cart(acting)
    lines = list(cart_lines(cart))
    by_public_id = {line.variant.public_id: line for line in lines}
    if not set(quantities) <= set(by_public_id):
        raise NotFound
    _check_steps(by_public_id, quantities)
    touched = {by_public_id[pid].variant.listing_id for pid in quantities}
    for listing_id in touched:
        held = {line.variant_id: line for line in lines if line.variant.listing_id == listing_id}
        sellable = {pk: line for pk, line in held.items() if is_on_sale(line.variant)}
        wanted = {
            line.variant: quantities.get(line.variant.public_id, line.quantity) for line in sellable.values()
        }
        write_lines(cart, sellable, wanted)
    _touch(cart)
    return cart


def _check_steps(lines: Mapping[str, CartLine], quantities: Mapping[str, int]) -> None:
    fields = {}
    for public_id, quantity in quantities.items():
        listing = lines[public_id].variant.listing
        # The minimum over all variants is left to the basket: here each line stands for itself.
        problems = quantity_problems([quantity], moq=listing.multiple, multiple=listing.multiple)
        for problem in problems:
            if problem.index is not None:
                fields[f"q_{public_id}"] = problem_sentence(listing, problem)
    if fields:
        raise InvalidQuantity(next(iter(fields.values())), fields=fields)


@transaction.atomic
def remove_from_cart(*, acting_user: User, acting: Acting, variant_public_id: str) -> Cart:
    """Take a line out. Raises NotFound when it is not in the member's basket, Forbidden."""
    check_buyer(acting)
    cart = lock_open_cart(acting)
    lines = list(cart_lines(cart))
    gone = next((line for line in lines if line.variant.public_id == variant_public_id), None)
    if gone is None:
        raise NotFound
    gone.delete()
    rest = {
        line.variant_id: line
        for line in lines
        if line.variant.listing_id == gone.variant.listing_id
        and line.variant_id != gone.variant_id
        and is_on_sale(line.variant)
    }
    if rest:
        write_lines(cart, rest, {line.variant: line.quantity for line in rest.values()})
    _touch(cart)
    return cart


@transaction.atomic
def accept_prices(*, acting_user: User, acting: Acting, supplier_public_id: str) -> Cart:
    """The buyer has seen a supplier's present prices and takes them. Raises NotFound, Forbidden."""
    check_buyer(acting)
    cart = lock_open_cart(acting)
    lines = [
        line for line in cart_lines(cart) if line.variant.listing.supplier.public_id == supplier_public_id
    ]
    if not lines:
        raise NotFound
    by_variant = {line.variant_id: line for line in lines if is_on_sale(line.variant)}
    for priced in price_lines((line.variant, line.quantity) for line in by_variant.values()):
        by_variant[priced.variant.pk].seen_price = priced.unit_price
    CartLine.objects.bulk_update(by_variant.values(), ["seen_price"])
    _touch(cart)
    return cart


@transaction.atomic
def set_aside(*, acting_user: User, acting: Acting, supplier_public_id: str, aside: bool) -> Cart:
    """Leave a supplier's goods out of the next order, or take them in again. Raises NotFound, Forbidden."""
    check_buyer(acting)
    cart = lock_open_cart(acting)
    changed = CartLine.objects.filter(cart=cart, variant__supplier__public_id=supplier_public_id).update(
        is_set_aside=aside, updated_at=clock.now()
    )
    if not changed:
        raise NotFound
    _touch(cart)
    return cart
