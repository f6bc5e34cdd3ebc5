"""Refusals of basket and order."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InvalidInput, Refusal


class WrongVariant(InvalidInput):
    """A colour and size that is not of the listing it was sent with."""

    code = "wrong_variant"
    sentence = _("This colour and size is not part of this listing.")


class NothingChosen(InvalidInput):
    """A basket form without a single quantity."""

    code = "nothing_chosen"
    sentence = _("Enter how many you want of at least one colour and size.")


class BasketFull(InvalidInput):
    """More lines than a basket holds."""

    code = "basket_full"
    sentence = _("Your basket holds up to 200 lines. Order or remove some first.")


class OwnGoods(Refusal):
    """A supplier's members may not buy from themselves."""

    code = "own_goods"
    sentence = _("These are your own company's goods.")


class MixedCurrency(Refusal):
    """One basket, one currency: amounts are never converted silently."""

    code = "mixed_currency"
    sentence = _("Your basket is in another currency. Order or remove what is in it first.")


class EmptyBasket(Refusal):
    """There is nothing to order."""

    code = "empty_basket"
    sentence = _("There is nothing in your basket to order.")


class BasketChanged(Refusal):
    """The basket is not the one the page showed, or it has been ordered already."""

    code = "basket_changed"
    sentence = _("Your basket has changed since this page was shown. Look through it once more.")


class BasketBlocked(Refusal):
    """Something in the basket can't be ordered as it is; `facts["supplier"]` names the group."""

    code = "basket_blocked"
    sentence = _("Something in your basket can't be ordered as it is.")


class PriceChanged(Refusal):
    """The total is not the one the page showed; `facts` has `expected` and `total` in minor units."""

    code = "price_changed"
    sentence = _("A price has changed since this page was shown. Nothing was ordered; check the new total.")


class SubmissionReused(Refusal):
    """The key of this form was used for something else."""

    code = "submission_reused"
    sentence = _("This form was sent before. Load the page again.")


class NotCancellable(Refusal):
    """Goods have left, or the order has ended."""

    code = "not_cancellable"
    sentence = _("This order can't be cancelled any more.")
