"""The results page, whole or as the part htmx swaps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from marketplace.core import ratelimits
from marketplace.ui.links import here_url

from .display import around
from .forms import read_address
from .queries import search_listings


def _count_against_limit(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        ratelimits.check("search-signed-in", f"u{request.user.pk}")
    else:
        ratelimits.check("search", ratelimits.client_address(request))


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Listings that fit, at the reader's quantity; inside a portal only its cluster's.

    A page past the last one says so with 404, a quantity that makes no sense with 422; both still show the
    way.
    """
    _count_against_limit(request)
    portal = getattr(request, "portal", None)
    address = read_address(request.GET, portal=portal)
    found = search_listings(address, portal=portal)
    htmx = getattr(request, "htmx", None)
    part = bool(htmx and not htmx.history_restore_request)
    context = {
        "found": found,
        "address": address,
        "around": around(found, portal),
        "here_url": here_url(portal, "search:results"),
        "market_url": here_url(None, "search:results") + address.query(),
    }
    status = 200
    if not part and address.errors:
        status = 422
    elif not part and not found.cards and address.page > 1:
        status = 404
    template = "search/results_part.html" if part else "search/results.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
