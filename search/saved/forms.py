"""The form of a saved search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.ui.forms import ChoiceCards
from search.models import SavedSearch

from .rules import LONGEST_ADDRESS


class WishForm(forms.Form):
    """How one wants to be told."""

    name = forms.CharField(label=gettext_lazy("Name of the search"), max_length=80)
    frequency = forms.ChoiceField(
        label=gettext_lazy("Tell me"), choices=SavedSearch.Frequency.choices, widget=ChoiceCards
    )
    by_mail = forms.BooleanField(label=gettext_lazy("By mail"), required=False)
    in_app = forms.BooleanField(label=gettext_lazy("In my inbox here"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("by_mail") and not cleaned.get("in_app"):
            raise forms.ValidationError(_("Choose mail, the inbox or both; or pause the search instead."))
        return cleaned


class SaveForm(WishForm):
    """The same with the address that is saved."""

    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_ADDRESS, required=False)


class PauseForm(forms.Form):
    """Whether to pause (1) or to go on (0)."""

    paused = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])
