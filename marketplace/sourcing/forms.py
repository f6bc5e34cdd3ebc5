"""Forms of inquiries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Factory
from marketplace.catalog.forms import QuantityField
from marketplace.core.i18n import pick


class AskForm(forms.Form):
    """A question about a listing."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    quantity = QuantityField(label=gettext_lazy("How many you think of"), required=False)
    body = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Colours, packing, samples, dates: the more exact, the faster the answer."),
    )
    submission_key = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AskClusterForm(AskForm):
    """A question to a town: to its team, or to one of its factories."""

    to = forms.ChoiceField(label=gettext_lazy("Whom you ask"), required=False)
    field_order = ["to", "subject", "quantity", "body"]

    def __init__(self, *args: Any, factories: Sequence[Factory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The town's team")), *((f.public_id, pick(f, "name")) for f in factories)]


class ReplyForm(forms.Form):
    """A message in a thread."""

    body = forms.CharField(
        label=gettext_lazy("Your message"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )
