"""What can be wrong with keeping a search."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Refusal


class TooManySaved(Refusal):
    """The person keeps as many searches as anyone may."""

    code = "too_many_saved_searches"
    status = 409
    sentence = _("You keep as many searches as one can. Delete one first.")
