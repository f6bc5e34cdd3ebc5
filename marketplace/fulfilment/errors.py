"""Refusals of the supplier's desk."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InvalidInput, Refusal


class AlreadyAnswered(Refusal):
    """The order was answered or cancelled in the meantime."""

    code = "already_answered"
    sentence = _("This order has been answered or cancelled in the meantime.")


class NotToShip(Refusal):
    """The order is not accepted yet, or nothing of it is left to ship."""

    code = "not_to_ship"
    sentence = _("This order can't be shipped now.")


class NothingToShip(InvalidInput):
    """A shipment without a piece in it."""

    code = "nothing_to_ship"
    sentence = _("Enter how many pieces of at least one line leave now.")


class TooMany(InvalidInput):
    """More pieces than are outstanding; `fields` says of which line."""

    code = "too_many"
    sentence = _("More than is still to be shipped.")


class PromiseOutOfRange(InvalidInput):
    """A promised day in the past or more than a year away."""

    code = "promise_out_of_range"
    sentence = _("Choose a day from today on, at most a year ahead.")


class NothingOnTheRoad(Refusal):
    """Nothing of the order has been handed over that could have arrived."""

    code = "nothing_on_the_road"
    sentence = _("Nothing of this order is on its way.")


class SubmissionReused(Refusal):
    """The key of this form was used for another order."""

    code = "submission_reused"
    sentence = _("This form was sent before. Load the page again.")
