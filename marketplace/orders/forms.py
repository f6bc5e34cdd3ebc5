"""Forms of orders."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is called off; the other side reads it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The factory reads this."), widget=forms.TextInput
    )
