"""Refusals of inquiries."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Refusal


class InquiryClosed(Refusal):
    """The thread has ended."""

    code = "inquiry_closed"
    sentence = _("This conversation is closed. Ask a new question instead.")


class OwnListing(Refusal):
    """A company does not ask itself."""

    code = "own_listing"
    sentence = _("These are your own company's goods.")


class SubmissionReused(Refusal):
    """The key of this form was used by another company."""

    code = "submission_reused"
    sentence = _("This form was sent before. Load the page again.")
