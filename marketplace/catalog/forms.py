"""The grid of quantities, as typed: one field per variant, named `q_<outward id>`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from marketplace.core.ids import is_public_id

from .rules import MAX_QUANTITY, parse_quantity

PREFIX = "q_"
# More cells than any listing has; what comes after is not a person's typing.
MAX_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Grid:
    """What was typed (by field name), the quantities read from it (by variant), and what was no number."""

    typed: dict[str, str] = field(default_factory=dict)
    quantities: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.quantities.values())


def not_a_quantity() -> str:
    """The sentence at a field that holds no number of pieces."""
    return _("Write a whole number from 1 to %(most)s, in plain digits.") % {"most": f"{MAX_QUANTITY:,}"}


def read_grid(data: Mapping[str, str], *, zero_is_empty: bool = True) -> Grid:
    """Read the fields of a grid. Empty cells are no wish; so is 0, unless `zero_is_empty` is off."""
    grid = Grid()
    names = [name for name in data if name.startswith(PREFIX)][:MAX_FIELDS]
    for name in names:
        text, public_id = data[name][:40], name.removeprefix(PREFIX)
        if not is_public_id(public_id):
            continue
        grid.typed[name] = text
        if not text.strip() or (zero_is_empty and text.strip() == "0"):
            continue
        try:
            grid.quantities[public_id] = parse_quantity(text)
        except ValueError:
            grid.errors[name] = not_a_quantity()
    return grid


def read_quantity(text: str) -> int | None:
    """One quantity from a link or a box, None where there is none. Raises ValueError for no number."""
    return parse_quantity(text) if text.strip() else None


class QuantityField(forms.CharField):
    """Pieces in a form of one's own: an int, or None when empty (or 0, where `zero_is_empty`)."""

    def __init__(self, *, zero_is_empty: bool = False, **kwargs: Any) -> None:
        numeric = {"inputmode": "numeric", "pattern": "[0-9]*", "maxlength": "9", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=numeric))
        super().__init__(**kwargs)
        self.zero_is_empty = zero_is_empty

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text or (self.zero_is_empty and text == "0"):
            return None
        try:
            return parse_quantity(text)
        except ValueError as error:
            raise ValidationError(not_a_quantity(), code="invalid") from error
