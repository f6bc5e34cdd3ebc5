"""Forms of the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalog.forms import QuantityField
from marketplace.orders.models import Order
from marketplace.orders.showing import LineView, lines

from .rules import PREFIX, field_of


class AcceptForm(forms.Form):
    """The day the goods leave; the usual one when left empty."""

    promise_date = forms.DateField(
        label=gettext_lazy("Leaves by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )


class ShipForm(forms.Form):
    """What leaves now, and how. One field per line not all shipped, filled with what is outstanding."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=60)
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60)
    cartons = QuantityField(label=gettext_lazy("Cartons"), initial="1")
    submission_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.views: list[LineView] = [view for view in lines(order) if view.line.outstanding]
        for view in self.views:
            name = field_of(view.line.position)
            label = ", ".join(part for part in (view.title, view.variant) if part)
            self.fields[name] = QuantityField(
                label=label,
                required=False,
                zero_is_empty=True,
                initial=str(view.line.outstanding),
                help_text=_("%(n)s to come") % {"n": f"{view.line.outstanding:,}"},
            )

    def clean_cartons(self) -> int:
        cartons: int = self.cleaned_data["cartons"]
        if cartons > 100_000:
            raise forms.ValidationError(_("At most 100,000 cartons."))
        return cartons

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """The fields of the lines, shown before those of the transport."""
        return [self[field_of(view.line.position)] for view in self.views]

    @property
    def transport_fields(self) -> list[forms.BoundField]:
        """How it travels."""
        return [self[name] for name in ("carrier", "tracking", "cartons", "submission_key")]

    @property
    def quantities(self) -> dict[int, int]:
        """Pieces by position of the line; after validation."""
        return {
            int(name.removeprefix(PREFIX)): pieces
            for name, pieces in self.cleaned_data.items()
            if name.startswith(PREFIX) and pieces
        }
