"""What the script of the results page sends when a listing is opened, and the choice not to be kept."""

from __future__ import annotations

import re

from django import forms
from django.http import QueryDict

from marketplace.core.ids import is_public_id


def read_click(params: QueryDict) -> tuple[str, str, int] | None:
    """Search, listing and place; None where it makes no sense."""
    query_id, listing, place = (params.get(name, "") for name in ("search", "listing", "place"))
    if not (is_public_id(query_id) and is_public_id(listing) and re.fullmatch(r"[1-9][0-9]{0,4}", place)):
        return None
    return query_id, listing, int(place)


class LogChoiceForm(forms.Form):
    """Whether one's searches are kept."""

    keep = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])
