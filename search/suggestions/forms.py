"""What the search box sends while somebody types."""

from __future__ import annotations

from django.http import QueryDict

from search.forms import read_address

LONGEST = 64


def read_typed(params: QueryDict) -> tuple[str, int | None]:
    """The text so far and the quantity wanted, None where there is none or it makes no sense. Never fails."""
    address = read_address(params)
    return address.q[:LONGEST], address.quantity
