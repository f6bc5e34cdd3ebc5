"""What can be refused to those who look after search."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Refusal


class NoDraft(Refusal):
    """Only drafts are changed and published, and there is none."""

    code = "no_draft"
    sentence = _("There is no draft. Begin one first.")


class TooManyPins(Refusal):
    """A page has at most three pinned listings."""

    code = "too_many_pins"
    status = 422
    sentence = _("A page has room for three pinned listings, and this query has them already.")


class AlreadyComparing(Refusal):
    """The engine's index is being compared with the database."""

    code = "already_comparing"
    sentence = _("This index is being compared already.")


class AlreadyRebuilding(Refusal):
    """The engine's index is being rebuilt."""

    code = "already_rebuilding"
    sentence = _("This index is being rebuilt already.")
