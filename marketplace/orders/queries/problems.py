"""What keeps a part of the basket from being ordered, in words, and the press that settles it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.catalog import gates
from marketplace.catalog.models import Listing, Variant
from marketplace.catalog.queries import PricedVariant, price_lines, problem_sentence
from marketplace.catalog.rules import MAX_QUANTITY, QuantityProblem, first_valid
from marketplace.catalog.units import pieces_text
from marketplace.companies.models import Supplier
from marketplace.core.i18n import pick
from marketplace.ui.formats import format_count, format_money

from ..models import CartLine

Wanted = Sequence[tuple[Variant, int]]


@dataclass(frozen=True, slots=True)
class Fix:
    """One press: `action` names the address under `orders:`, `fields` are what its form sends."""

    action: str
    label: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about a part of the basket. A blocking one keeps its supplier's group from being ordered."""

    code: str
    sentence: str
    fixes: tuple[Fix, ...] = ()
    is_blocking: bool = True
    # What it concerns: a variant or a listing by name; "" for the whole group.
    subject: str = ""


def variant_name(variant: Variant) -> str:
    """ "black · M"; the article number where neither colour nor size is named."""
    return " · ".join(part for part in (pick(variant, "color"), variant.size) if part) or variant.sku


def set_quantity(label: str, variant: Variant, quantity: int) -> Fix:
    """The press that sets a line to a quantity."""
    return Fix("change", label, ((f"q_{variant.public_id}", str(quantity)),))


def _remove(variant: Variant) -> Fix:
    return Fix("remove", _("Remove it"), (("variant", variant.public_id),))


def line_problems(row: CartLine, priced: PricedVariant | None) -> Iterator[Problem]:
    """Off sale, out of stock, off the multiple, dearer or cheaper than when last seen."""
    variant, listing = row.variant, row.variant.listing
    if not gates.is_marked_open(listing):
        yield Problem("price_hidden", _("Its price is not open to your company."), (_remove(variant),))
        return
    if priced is None:
        yield Problem("not_for_sale", _("This is not on sale any more."), (_remove(variant),))
        return
    if row.quantity % listing.multiple:
        problem = QuantityProblem(0, row.quantity, _steps(row.quantity, listing.multiple))
        fixes = tuple(
            set_quantity(_("Make it %(n)s") % {"n": format_count(n)}, variant, n) for n in problem.nearest
        )
        yield Problem("off_multiple", problem_sentence(listing, problem), fixes)
    if not listing.is_made_to_order:
        yield from _stock_problems(variant, row.quantity)
    if priced.unit_price != row.seen_price:
        words = {
            "was": format_money(row.seen_price, priced.currency),
            "now": format_money(priced.unit_price, priced.currency),
        }
        if priced.unit_price > row.seen_price:
            accept = Fix("accept", _("Accept %(now)s") % words, (("supplier", listing.supplier.public_id),))
            yield Problem(
                "price_changed",
                _("The price went from %(was)s to %(now)s since you saw it.") % words,
                (accept,),
            )
        else:
            yield Problem("price_fell", _("Cheaper now: %(now)s instead of %(was)s.") % words, (), False)


def _steps(quantity: int, multiple: int) -> list[int]:
    below = quantity // multiple * multiple
    return [n for n in (below, below + multiple) if n > 0]


def _stock_problems(variant: Variant, quantity: int) -> Iterator[Problem]:
    free = max(0, variant.stock_on_hand + variant.oversell_cap - variant.stock_reserved)
    if quantity <= free:
        return
    multiple = variant.listing.multiple
    takeable = free // multiple * multiple
    if takeable:
        left = pieces_text(variant.listing, free)
        take = set_quantity(_("Take %(n)s") % {"n": format_count(takeable)}, variant, takeable)
        yield Problem("sold_out", _("Only %(left)s are left.") % {"left": left}, (take, _remove(variant)))
    else:
        yield Problem("sold_out", _("This is sold out."), (_remove(variant),))


def listing_problems(listing: Listing, wanted: Wanted) -> Iterator[Problem]:
    """The minimum over all variants of a listing."""
    total = sum(quantity for _variant, quantity in wanted)
    smallest = first_valid(listing.moq, listing.multiple)
    if not wanted or total >= smallest:
        return
    variant, quantity = max(wanted, key=lambda pair: pair[1])
    missing = -(-(smallest - total) // listing.multiple) * listing.multiple
    label = _("Add %(n)s of %(name)s") % {"n": format_count(missing), "name": variant_name(variant)}
    sentence = problem_sentence(listing, QuantityProblem(None, total, [smallest]))
    yield Problem("below_minimum", sentence, (set_quantity(label, variant, quantity + missing),))


def group_problems(supplier: Supplier, wanted: Wanted, net: int) -> Iterator[Problem]:
    """The supplier's minimum per order."""
    if net >= supplier.order_minimum or not wanted:
        return
    words = {
        "minimum": format_money(supplier.order_minimum, supplier.currency),
        "short": format_money(supplier.order_minimum - net, supplier.currency),
    }
    sentence = _("This factory takes orders from %(minimum)s of goods; %(short)s to go.") % words
    variant, quantity = max(wanted, key=lambda pair: pair[1])
    raised = _raised(wanted, variant, supplier.order_minimum)
    fixes = []
    if raised is not None:
        words = {"n": format_count(raised - quantity), "name": variant_name(variant)}
        fixes.append(set_quantity(_("Add %(n)s of %(name)s") % words, variant, raised))
    aside = (("supplier", supplier.public_id), ("aside", "1"))
    fixes.append(Fix("aside", _("Leave this factory for later"), aside))
    yield Problem("below_order_minimum", sentence, tuple(fixes))


def _raised(wanted: Wanted, variant: Variant, minimum: int) -> int | None:
    """The quantity of one line with which the goods reach the minimum at the prices that then hold."""
    quantities = {v.pk: q for v, q in wanted}
    multiple = variant.listing.multiple
    for _round in range(24):
        priced = price_lines((v, quantities[v.pk]) for v, _q in wanted)
        short = minimum - sum(p.amount for p in priced)
        if short <= 0:
            return quantities[variant.pk]
        price = next(p.unit_price for p in priced if p.variant.pk == variant.pk)
        quantities[variant.pk] += -(-short // (price * multiple)) * multiple
        if quantities[variant.pk] > MAX_QUANTITY:
            break
    return None
