"""How forms are written out: one renderer for the site, and the widgets plain HTML does not have."""

from __future__ import annotations

from typing import Any

from django.forms import RadioSelect
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`FORM_RENDERER`: every form and field comes out in our markup, wherever it is printed."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class ChoiceCards(RadioSelect):
    """Radio buttons as cards. `notes` maps a value to the sentence below its label."""

    template_name = "ui/forms/choices.html"
    use_fieldset = True

    def __init__(self, *args: Any, notes: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes = notes or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["note"] = self.notes.get(str(value), "")
        return option
