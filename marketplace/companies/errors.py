"""Refusals of companies and members."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Forbidden, Refusal


class NoActingCompany(Forbidden):
    """Signed in, but acting for no company that may do this."""

    code = "no_acting_company"
    sentence = _("You are not acting for a company that can do this.")


class CompanyNameTaken(Refusal):
    """A company of this name, or one that looks the same, is registered."""

    code = "company_name_taken"
    sentence = _("A company with this name is already registered.")


class MixedRoles(Refusal):
    """The company is of another kind than this step needs."""

    code = "wrong_company_kind"
    sentence = _("This is only for companies of another kind.")
