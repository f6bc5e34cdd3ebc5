"""Refusals of the catalogue."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InvalidInput, Refusal


class InvalidQuantity(InvalidInput):
    """The quantity breaks the minimum or the multiple; `facts["nearest"]` holds the nearest valid ones."""

    code = "invalid_quantity"
    sentence = _("This quantity can't be ordered.")


class NotForSale(Refusal):
    """The listing or variant is not on sale now."""

    code = "not_for_sale"
    sentence = _("This is not on sale at the moment.")


class PriceHidden(Refusal):
    """The price is behind a gate that is shut to the buyer's company."""

    code = "price_hidden"
    sentence = _("Its price is not open to your company.")


class SoldOut(Refusal):
    """Fewer pieces are free than were asked for; `facts["free"]` says how many."""

    code = "sold_out"
    sentence = _("Not enough of this is left in stock.")
