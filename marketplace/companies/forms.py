"""Sign-up: a person and a one-person company in one step."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .actions import open_company
from .errors import CompanyNameTaken
from .models import Company
from .rules import name_key


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """E-mail, password, company name, and what one comes for."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    company_name = forms.CharField(label=_("Company or shop name"), max_length=200)
    purpose = forms.ChoiceField(
        label=_("What brings you here?"),
        choices=[("buy", _("I buy for my shop")), ("sell", _("I sell what my factory makes"))],
        widget=forms.RadioSelect,
        initial="buy",
    )
    field_order = ["email", "password1", "name", "company_name", "purpose"]

    def clean_company_name(self) -> str:
        name: str = self.cleaned_data["company_name"].strip()
        key = name_key(name)
        if len(key) < 2:
            raise forms.ValidationError(_("Write at least two letters or characters."))
        if Company.objects.filter(name_key=key).exists():
            raise forms.ValidationError(CompanyNameTaken.sentence, code=CompanyNameTaken.code)
        return name

    def save(self, request: HttpRequest) -> Any:
        user = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        buys = self.cleaned_data["purpose"] == "buy"
        open_company(
            acting_user=user,
            owner=user,
            legal_name=self.cleaned_data["company_name"],
            is_buyer=buys,
            is_supplier=not buys,
        )
        return user
