"""The way from a result to why it is there, for those who may know."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from clusters.queries import ClusterLine
from marketplace.companies.acting import acting_of
from search.rules import Address

from .queries import is_curator, runs_town


def why_links(
    request: HttpRequest, address: Address, portal: ClusterLine | None
) -> Callable[[str], str] | None:
    """A function public id → address of its explanation; None for readers, and where nothing was typed.

    Operators have it in their own portal, at the cost of one query.
    """
    if not address.q or not request.user.is_authenticated:
        return None
    if not is_curator(request.user):
        acting = acting_of(request)
        if acting is None or not acting.company.is_operator or portal is None:
            return None
        if not (acting.may("operate") and runs_town(acting.company, portal.id)):
            return None
    wishes = {"q": address.q, "portal": portal.code if portal else "", "as_typed": address.as_typed and "1"}
    query = urlencode({name: value for name, value in wishes.items() if value})
    return lambda public_id: f"{reverse('curation:why', args=[public_id])}?{query}"
