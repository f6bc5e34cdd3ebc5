"""Forms and addresses of those who look after search."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms as fields
from django.core.validators import slug_re
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster
from clusters.queries import cluster_line
from marketplace.core.ids import is_public_id
from search.backends.serving import backends
from search.models import Judgement, Rule

from . import queries
from .rules import LEAST_FACTOR, MOST_FACTOR, PAGE

MOST_TRIED = 12


class DayField(fields.DateField):
    """A day of this century."""

    widget = fields.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> date | None:
        """Raises ValidationError for a day nobody means."""
        day: date | None = super().clean(value)
        if day is not None and not 2000 <= day.year < 2100:
            raise fields.ValidationError(_("A day of this century."))
        return day


class RuleForm(fields.Form):
    """One rule. Things are named by their public ids; words are parted by "|"."""

    kind = fields.ChoiceField(label=gettext_lazy("What it does"), choices=Rule.Kind.choices)
    query = fields.CharField(label=gettext_lazy("For the query"), max_length=128, required=False)
    match = fields.ChoiceField(label=gettext_lazy("Match"), choices=Rule.Match.choices)
    listing = fields.CharField(
        label=gettext_lazy("Listing"), max_length=120, required=False,
        help_text=gettext_lazy("Its address, or the last part of it."),
    )  # fmt: skip
    position = fields.RegexField(
        r"[1-9][0-9]?",
        label=gettext_lazy("Place on the first page"),
        required=False,
        widget=fields.NumberInput(attrs={"min": 1, "max": PAGE}),
        error_messages={"invalid": gettext_lazy("A place on the first page: 1 to 24.")},
    )
    supplier = fields.CharField(label=gettext_lazy("Supplier"), max_length=120, required=False)
    category = fields.CharField(label=gettext_lazy("Category"), max_length=80, required=False)
    factor = fields.DecimalField(
        label=gettext_lazy("Factor"), min_value=LEAST_FACTOR, max_value=MOST_FACTOR, max_digits=4,
        decimal_places=2, required=False, help_text=gettext_lazy("2 doubles the score, 0.5 halves it."),
    )  # fmt: skip
    forms = fields.CharField(
        label=gettext_lazy("Words"), max_length=300, required=False,
        help_text=gettext_lazy("Parted by |, Chinese and English alike."),
    )  # fmt: skip
    others = fields.CharField(label=gettext_lazy("Other words"), max_length=300, required=False)
    language = fields.ChoiceField(
        label=gettext_lazy("Language"), choices=Rule.Language.choices, required=False
    )
    starts_on = DayField(label=gettext_lazy("First day"), required=False)
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, cluster: Cluster | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cluster = cluster

    def clean_position(self) -> int | None:
        """The place as a number; fullwidth digits are none."""
        text = self.cleaned_data["position"]
        if text and not re.fullmatch(r"[0-9]+", text, re.ASCII):
            raise fields.ValidationError(_("A place on the first page: 1 to 24."))
        return int(text) if text else None

    def clean_listing(self) -> Any:
        """The listing on sale, in the town where it is a town's rule."""
        text = self.cleaned_data["listing"]
        if not text:
            return None
        found = queries.listing_named(_last_part(text), self._cluster)
        if found is None:
            raise fields.ValidationError(_("No listing on sale here has this address."))
        return found

    def clean_supplier(self) -> Any:
        """The supplier."""
        text = self.cleaned_data["supplier"]
        if not text:
            return None
        found = queries.supplier_named(_last_part(text), self._cluster)
        if found is None:
            raise fields.ValidationError(_("There is no such supplier here."))
        return found

    def clean_category(self) -> Any:
        """The category."""
        text = self.cleaned_data["category"]
        if not text:
            return None
        found = queries.category_named(text)
        if found is None:
            raise fields.ValidationError(_("There is no such category."))
        return found


def _last_part(text: str) -> str:
    part = text.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return part if is_public_id(part) else ""


class PublishForm(fields.Form):
    """Why a version goes live."""

    note = fields.CharField(label=gettext_lazy("What changes and why"), max_length=200)


class DiscardForm(fields.Form):
    """Which draft is dropped."""

    draft = fields.CharField(widget=fields.HiddenInput, max_length=20)


class EngineForm(fields.Form):
    """Which engine's index."""

    engine = fields.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["engine"]
        field.choices = [(name, name) for name in backends()]


class HideForm(fields.Form):
    """A past query that is not to be offered, and why."""

    q = fields.CharField(label=gettext_lazy("Past query"), max_length=128)
    reason = fields.CharField(label=gettext_lazy("Why it is hidden"), max_length=200)


class JudgedForm(fields.Form):
    """A query to be judged."""

    q = fields.CharField(label=gettext_lazy("Query"), max_length=128)


class GradeForm(fields.Form):
    """A grade of a listing; empty takes it back."""

    listing = fields.CharField(max_length=20)
    grade = fields.ChoiceField(
        choices=[("", "-"), *((str(v), label) for v, label in Judgement.Grade.choices)], required=False
    )

    def clean_listing(self) -> Any:
        """The listing on sale."""
        found = queries.listing_named(self.cleaned_data["listing"], None)
        if found is None:
            raise fields.ValidationError(_("No listing on sale here has this address."))
        return found

    def clean_grade(self) -> int | None:
        """The grade as a number."""
        text = self.cleaned_data["grade"]
        return int(text) if text else None


def read_tried(params: QueryDict) -> list[str]:
    """The queries a draft is tried with: one a line."""
    lines = (line.replace("\x00", "").strip()[:128] for line in params.get("queries", "")[:4000].splitlines())
    return list(dict.fromkeys(line for line in lines if line))[:MOST_TRIED]


def read_portal(params: QueryDict) -> str | None:
    """The code of the portal a result was seen in; None for the market, or where there is no such town."""
    code = params.get("portal", "")
    line = cluster_line(code) if slug_re.fullmatch(code) and len(code) <= 40 else None
    return line.code if line else None
