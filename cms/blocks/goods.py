"""Goods: the listing shelf. It holds a question; the answer, with prices, is read when it is shown."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from marketplace.ui.links import door

from ..choosers import ListingChooserBlock
from ..live import Live
from ..shelves import BEST_SELLING, KINDS, MAX_CARDS, NEWEST, PICKED, PRICE_AT, SHIPS_48H, ShelfSpec
from .base import LightChoice, LiveBlock

TITLES = dict(KINDS)


class PickedListing(LightChoice, ListingChooserBlock):  # type: ignore[misc]
    """A listing chosen by hand; the page reads all of them together."""


def spec_of(value: Any) -> ShelfSpec:
    """What a shelf's words ask for."""
    kind = value["kind"]
    price = value.get("max_price")
    picked = tuple(choice.pk for choice in value.get("listings") or () if choice) if kind == PICKED else ()
    return ShelfSpec(
        kind=kind,
        count=value.get("count") or 8,
        quantity=value.get("quantity") or None,
        max_price=round(price * 100) if kind == PRICE_AT and price is not None else None,
        picked=picked,
    )


class ShelfBlock(LiveBlock):
    """A row of listings: a saved question, or chosen by hand."""

    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=60, help_text=_("Empty: the name of the choice below.")
    )
    kind = blocks.ChoiceBlock(label=_("Shows"), choices=KINDS, default=BEST_SELLING)
    quantity = blocks.IntegerBlock(
        label=_("Quantity"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Prices are shown for this many. Empty: for the smallest order of each listing."),
    )
    max_price = blocks.DecimalBlock(
        label=_("Price up to"),
        required=False,
        min_value=0,
        decimal_places=2,
        max_digits=10,
        help_text=_("Only for the lowest price at a quantity: per unit, without VAT."),
    )
    count = blocks.IntegerBlock(label=_("How many"), default=8, min_value=1, max_value=MAX_CARDS)
    listings = blocks.ListBlock(
        PickedListing(label=_("Listing")),
        label=_("Chosen listings"),
        default=[],
        required=False,
        max_num=MAX_CARDS,
        help_text=_("Only for a shelf chosen by hand. What is withdrawn from sale disappears by itself."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Shelf of listings")
        template = "cms/blocks/shelf.html"
        description = _("Goods of this cluster with the price and smallest order of this moment.")
        preview_value = {"title": "", "kind": BEST_SELLING, "count": 4, "listings": []}

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {}
        if cleaned["kind"] == PICKED and not any(cleaned["listings"]):
            errors["listings"] = ValidationError(_("Choose at least one listing, or another kind of shelf."))
        if cleaned["kind"] == PRICE_AT and not cleaned["quantity"]:
            errors["quantity"] = ValidationError(_("Say at which quantity prices are compared."))
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    def collect(self, value: Any, live: Live) -> None:
        live.need_shelf(spec_of(value))

    def shown(self, value: Any, live: Live) -> Hashable:
        return live.card_keys(spec_of(value))

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        spec = spec_of(value)
        return {
            "title": value["title"] or TITLES[spec.kind],
            "cards": live.cards(spec),
            "quantity": spec.quantity,
            "more_url": _more_url(live, spec),
        }


# What the search page calls the same order or filter.
_SEARCH: dict[str, dict[str, Any]] = {
    NEWEST: {"sort": "newest"},
    BEST_SELLING: {"sort": "sales"},
    SHIPS_48H: {"ships": 48, "sort": "sales"},
    PRICE_AT: {"sort": "price"},
}


def _more_url(live: Live, spec: ShelfSpec) -> str:
    """The same question as a search; for a shelf chosen by hand, the search."""
    url = door(live.portal, "search:results")
    asked = dict(_SEARCH.get(spec.kind, {}))
    if spec.quantity:
        asked["quantity"] = spec.quantity
    return f"{url}?{urlencode(asked)}" if url and asked else url
