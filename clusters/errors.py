"""Refusals about clusters and who runs them."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Refusal


class NotAnOperator(Refusal):
    """The company is not approved to run portals."""

    code = "not_an_operator"
    sentence = _("This company is not approved to run a portal.")


class PortalMissing(Refusal):
    """The cluster has no page that could be handed over."""

    code = "portal_missing"
    sentence = _("This cluster has no portal page yet. Make its pages first.")
