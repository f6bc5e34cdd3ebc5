"""What the listing page shows: gallery, ladder, grid, sums, facts, neighbours. Eight queries in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Factory
from marketplace.core import clock
from marketplace.core.i18n import is_chinese, pick
from marketplace.core.money import exponent
from marketplace.ui.cards import Badge, FactoryCard, Picture
from marketplace.ui.formats import (
    babel_locale,
    currency_symbol,
    format_count,
    format_day,
    format_money,
    format_percent,
    unit_name,
)
from marketplace.ui.plots import Plot, Step, ladder

from .cards import (
    Image,
    card_key,
    cards_for,
    facts_of,
    images_of,
    kept_cards,
    picture_of,
    ships_text,
)
from .forms import Grid
from .models import Listing, Variant
from .queries import (
    PricedVariant,
    ladder_of,
    neighbours_of,
    price_lines,
    problem_sentence,
    valid_certificates,
)
from .rules import (
    NOTHING,
    Sums,
    cheaper_with_more,
    due_on,
    first_valid,
    order_sums,
    quantity_problems,
    reach,
    ships_on,
)
from .units import pieces_text, unit_text

_LARGE = "(min-width: 62rem) 38rem, 100vw"
_SMALL = "6rem"


@dataclass(frozen=True, slots=True)
class Sum:
    """What the chosen quantities come to: goods, VAT, freight, and what another tier would change."""

    pieces: int
    price_text: str
    sums: Sums
    next_text: str
    problem: str
    is_estimate: bool


def colours_and_sizes(variants: list[Variant]) -> tuple[list[str], list[str]]:
    """Row and column heads of the grid, in the order of the variants."""
    colours = list(dict.fromkeys(v.color_key for v in variants))
    sizes = list(dict.fromkeys(v.size for v in variants))
    return colours, sizes


def stock_text(listing: Listing, variant: Variant) -> str:
    """ "1,200 in stock", "sold out", or "" for goods made to order."""
    if listing.is_made_to_order:
        return ""
    free = variant.stock_on_hand + variant.oversell_cap - variant.stock_reserved
    return _("%(n)s in stock") % {"n": format_count(free)} if free > 0 else _("sold out")


def matrix(
    listing: Listing, variants: list[Variant], grid: Grid, errors: Mapping[str, str]
) -> dict[str, Any]:
    """The grid for `ui/parts/matrix.html`: colours down, sizes across, as typed."""
    colours, sizes = colours_and_sizes(variants)
    at = {(v.color_key, v.size): v for v in variants}
    rows = []
    for colour in colours:
        first = next(v for v in variants if v.color_key == colour)
        cells = []
        for size in sizes:
            variant = at.get((colour, size))
            if variant is None:
                cells.append(("", "", "", "", ""))
                continue
            name = f"q_{variant.public_id}"
            label = ", ".join(part for part in (pick(variant, "color"), size) if part) or variant.sku
            cells.append(
                (name, label, grid.typed.get(name, ""), stock_text(listing, variant), errors.get(name, ""))
            )
        rows.append((pick(first, "color") or first.sku, cells))
    caption = _("Quantities by colour and size")
    return {"caption": caption, "sizes": [size or _("Pieces") for size in sizes], "rows": rows}


def count(listing: Listing, variants: list[Variant], grid: Grid, quantity: int) -> Sum:
    """The running sum of the grid; while it is empty, an estimate for `quantity` pieces of one kind."""
    by_id = {v.public_id: v for v in variants}
    wanted = [(by_id[pid], pieces) for pid, pieces in grid.quantities.items() if pid in by_id]
    is_estimate = not wanted
    priced = price_lines(wanted or [(variants[0], quantity)]) if variants and listing.tiers.all() else []
    sums = _sums(listing, priced)
    problems = (
        []
        if is_estimate
        else quantity_problems([q for _v, q in wanted], moq=listing.moq, multiple=listing.multiple)
    )
    return Sum(
        pieces=sum(p.quantity for p in priced),
        price_text=_price_text(listing, priced),
        sums=sums,
        next_text=_next_text(listing, priced),
        problem=problem_sentence(listing, problems[0]) if problems else "",
        is_estimate=is_estimate,
    )


def _sums(listing: Listing, priced: list[PricedVariant]) -> Sums:
    if not priced:
        return NOTHING
    return order_sums(
        [(p.amount, p.vat_rate_bp) for p in priced],
        freight_flat=listing.supplier.freight_flat,
        freight_free_over=listing.supplier.freight_free_over,
    )


def _price_text(listing: Listing, priced: list[PricedVariant]) -> str:
    prices = sorted({p.unit_price for p in priced})
    return "–".join(
        format_money(price, listing.currency) for price in dict.fromkeys((*prices[:1], *prices[-1:]))
    )


def _next_text(listing: Listing, priced: list[PricedVariant]) -> str:
    """The pieces to the next tier and what they save; when more pieces cost less in all, that."""
    if listing.tier_basis == Listing.TierBasis.VARIANT or not priced:
        return ""
    steps, pieces = ladder_of(listing), sum(p.quantity for p in priced)
    if not steps or any(p.unit_price != priced[0].unit_price for p in priced):
        return ""
    place = reach(steps, pieces)
    if place.next_tier is None:
        return ""
    words = {
        "n": pieces_text(listing, place.pieces_to_next),
        "price": format_money(place.next_tier.unit_price, listing.currency),
    }
    cheaper = cheaper_with_more(steps, pieces)
    if cheaper is not None:
        words["saving"] = format_money(cheaper[1], listing.currency)
        return _("Add %(n)s and pay %(saving)s less in all, at %(price)s each.") % words
    saving = (place.tier.unit_price - place.next_tier.unit_price) * place.next_tier.min_qty
    words["saving"] = format_money(saving, listing.currency)
    return _("%(n)s more for %(price)s each, which saves %(saving)s.") % words


def ladder_plot(listing: Listing, quantity: int) -> Plot | None:
    """The step chart with the reader's quantity on it."""
    steps = ladder_of(listing)
    if not steps:
        return None
    return ladder(
        _("Price by quantity"),
        [
            Step(
                t.min_qty,
                t.unit_price,
                format_count(t.min_qty) + "+",
                format_money(t.unit_price, listing.currency),
            )
            for t in steps
        ],
        columns=(_("From"), _("Unit price")),
        quantity=quantity,
        quantity_text=_("%(n)s: you") % {"n": format_count(quantity)},
        summary=_("%(price)s each at %(n)s")
        % {
            "price": format_money(reach(steps, quantity).tier.unit_price, listing.currency),
            "n": pieces_text(listing, quantity),
        },
    )


def gallery(images: Sequence[Image]) -> tuple[Picture | None, list[Picture]]:
    """The first picture large and the rest small."""
    if not images:
        return None, []
    large = picture_of(images[0].path, pick(images[0], "alt"), sizes=_LARGE, large=True)
    return large, [picture_of(i.path, pick(i, "alt"), sizes=_SMALL) for i in images[1:]]


def freight_text(listing: Listing) -> str:
    """What carriage costs, in one sentence."""
    supplier, currency = listing.supplier, listing.currency
    if not supplier.freight_flat:
        return _("Freight is free")
    flat = format_money(supplier.freight_flat, currency)
    if supplier.freight_free_over is None:
        return _("Freight %(flat)s per order") % {"flat": flat}
    over = format_money(supplier.freight_free_over, currency)
    return _("Freight %(flat)s per order, free from %(over)s of goods") % {"flat": flat, "over": over}


def facts(listing: Listing) -> list[tuple[str, str]]:
    """The attributes table: what the goods are, then how they are sold."""
    language = "zh" if is_chinese() else "en"
    pairs = [list(row.get(language) or ()) for row in listing.attributes]
    rows = [(str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2]
    rows.append((_("Minimum order"), pieces_text(listing, first_valid(listing.moq, listing.multiple))))
    if listing.multiple > 1:
        rows.append((_("Sold in steps of"), pieces_text(listing, listing.multiple)))
    if listing.units_per_carton:
        rows.append((_("Per carton"), pieces_text(listing, listing.units_per_carton)))
    rows.append((_("Lead time"), ships_text(listing)))
    rows.append((_("VAT"), format_percent(listing.vat_rate_bp)))
    rows.append((_("Ladder counts"), listing.get_tier_basis_display()))
    return rows


def factory_card(listing: Listing, supplier_url: str, ask_url: str) -> FactoryCard:
    """The works the goods come from; it leads to all that its supplier makes."""
    factory, supplier = listing.factory, listing.supplier
    rows = []
    if factory.capacity_per_day:
        unit = factory.capacity_unit_zh if is_chinese() else unit_name(factory.capacity_unit_en, 2)
        rows.append((_("Capacity a day"), f"{format_count(factory.capacity_per_day)} {unit}".strip()))
    if factory.employees:
        rows.append((_("People"), format_count(factory.employees)))
    if factory.founded_year:
        rows.append((_("Since"), str(factory.founded_year)))
    if supplier.on_time_rate is not None and supplier.score_sample:
        words = {
            "rate": format_percent(round(supplier.on_time_rate * 10_000)),
            "n": format_count(supplier.score_sample),
        }
        text = ngettext("%(rate)s of %(n)s order", "%(rate)s of %(n)s orders", supplier.score_sample) % words
        rows.append((_("Shipped on time"), text))
    verified = factory.state == Factory.State.VERIFIED
    badges = (Badge(_("Verified factory"), "ok", "badge-check"),) if verified else ()
    return FactoryCard(
        url=supplier_url,
        ask_url=ask_url,
        name=pick(factory, "name"),
        town_text=f"{pick(listing.cluster, 'name')} · {pick(listing.cluster, 'region')}",
        line=pick(supplier, "name"),
        facts=tuple(rows[:4]),
        badges=badges,
        accent=listing.cluster.code,
    )


def payment(listing: Listing, total: Sum) -> dict[str, Any]:
    """When the goods leave and when they are to be paid for on the longest term on account."""
    leaves = ships_on(clock.today(), listing.lead_days)
    return {
        "ships_on": leaves,
        "due_on": due_on(leaves),
        "text": _("On 60 days' account: %(amount)s due %(day)s")
        % {"amount": format_money(total.sums.total, listing.currency), "day": format_day(due_on(leaves))},
    }


def matrix_data(listing: Listing) -> dict[str, Any] | None:
    """What the running sum in the browser counts with; None where only the server can (prices by variant)."""
    own = any(t.variant_id is not None for t in listing.tiers.all())
    steps = ladder_of(listing)
    if listing.tier_basis == Listing.TierBasis.VARIANT or own or not steps:
        return None
    return {
        "tiers": [[t.min_qty, t.unit_price] for t in steps],
        "symbol": currency_symbol(listing.currency, babel_locale()),
        "digits": exponent(listing.currency),
        "next_text": _("{n} more for {price} each, which saves {saving}."),
        "short_text": _("{n} more to the minimum of {moq}."),
    }


def pictures_and_neighbours(listing: Listing, *, quantity: int | None, portal: Any) -> dict[str, Any]:
    """The gallery, and cards of the same factory and of the same town; at most four queries for all of it."""
    same, town = neighbours_of(listing)
    key = card_key(quantity, portal)
    keys = {one.pk: key((one.public_id, one.version)) for one in (*same, *town)}
    cards = {pk: card for pk, name in keys.items() if (card := kept_cards.get(name)) is not None}
    missing = [pk for pk in keys if pk not in cards]
    images = images_of([listing.pk, *missing])
    if missing:
        known = facts_of(missing, images)
        for pk in missing:
            for card in cards_for([pk], quantity=quantity, portal=portal, facts=known):
                cards[pk] = card
                kept_cards.put(keys[pk], card)
    large, small = gallery(images.get(listing.pk, ()))
    return {
        "picture": large,
        "pictures": small,
        "same_factory": [cards[one.pk] for one in same if one.pk in cards],
        "same_town": [cards[one.pk] for one in town if one.pk in cards],
    }


def certificates(listing: Listing) -> list[dict[str, Any]]:
    """Certificates in force that cover the listing."""
    return [
        {"kind": c.kind, "number": c.number, "issuer": c.issuer, "until": c.valid_until}
        for c in valid_certificates(listing)
    ]


def sum_context(listing: Listing, variants: list[Variant], grid: Grid, quantity: int) -> dict[str, Any]:
    """The part of the page that changes while the grid is filled."""
    total = count(listing, variants, grid, quantity)
    return {
        "listing": listing,
        "sum": total,
        "payment": payment(listing, total),
        "pieces": "0" if total.is_estimate else format_count(total.pieces),
        "price": total.price_text,
        "total": format_money(0 if total.is_estimate else total.sums.net, listing.currency),
        "next_text": "" if total.is_estimate else total.next_text,
        "problem": total.problem,
        "unit": unit_text(listing),
        "units": unit_text(listing, quantity),
        "vat_rate": format_percent(listing.vat_rate_bp),
        "moq_text": pieces_text(listing, first_valid(listing.moq, listing.multiple)),
    }
