"""The results page, whole or as the parts htmx swaps; listings like one; listings beside each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from marketplace.catalog.gates import access_of
from marketplace.catalog.views import find_listing
from marketplace.ui.links import here_url

from .compare import Tray, compare_address, comparison
from .curation.links import why_links
from .display import around
from .forms import read_address, read_compare
from .limits import count_question
from .log.noting import mark, note_search
from .pictures.queries import is_pictured
from .queries import listings_like, search_listings
from .rules import PAGE_SIZE

# Pages that follow by themselves while one scrolls; then one is asked.
BY_ITSELF = 3
MORE = "rest"


def _wants_part(request: HttpRequest) -> str:
    """The id of the element htmx swaps, "" for a whole page."""
    htmx = getattr(request, "htmx", None)
    return (htmx.target or "results") if htmx and not htmx.history_restore_request else ""


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Listings that fit, at the reader's quantity; inside a portal only its cluster's.

    A page past the last one says so with 404, a quantity that makes no sense with 422; both still show the
    way.
    """
    count_question(request)
    portal = getattr(request, "portal", None)
    address = read_address(request.GET, portal=portal)
    found = search_listings(
        address,
        portal=portal,
        access=access_of(request),
        compare_url=compare_address(portal, address.quantity),
        why_url=None if address.by_picture else why_links(request, address, portal),
    )
    first = (address.page - 1) * PAGE_SIZE + 1
    query_id = note_search(request, found, portal=portal, first=first)
    part = _wants_part(request)
    context = {
        "found": found,
        "address": address,
        "around": around(found, portal),
        "here_url": here_url(portal, "search:results"),
        "market_url": here_url(None, "search:results") + address.query(cluster=None),
        "tray": Tray.of(request),
        "goes_on": address.page % BY_ITSELF != 0,
        "query_id": query_id,
        "query_first": first,
    }
    status = 200
    if not part and address.errors:
        status = 422
    elif not part and not found.cards and address.page > 1:
        status = 404
    templates = {"": "search/results.html", MORE: "search/more.html"}
    response = render(request, templates.get(part, "search/results_part.html"), context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target", "Cookie"])
    return mark(response, query_id)


@require_safe
def like(request: HttpRequest, public_id: str) -> HttpResponse:
    """Listings like one: a page of its own, or the shelf a listing loads when it comes into sight."""
    count_question(request)
    portal = getattr(request, "portal", None)
    listing = find_listing(request, public_id)
    part = _wants_part(request)
    cards = listings_like(
        listing.pk, quantity=None, portal=portal, access=access_of(request), most=6 if part else 24
    )
    context = {"listing": listing, "cards": cards, "pictured": is_pictured(listing.pk)}
    response = render(request, f"search/like{'_part' if part else ''}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four listings beside each other at one quantity. The tray is a cookie, set only by using it."""
    portal = getattr(request, "portal", None)
    asked = read_compare(request.GET)
    tray = Tray.of(request).changed(add=asked.add, remove=asked.remove, clear=asked.clear)
    if _wants_part(request):
        response: HttpResponse = render(
            request, "search/tray.html", {"tray": tray, "quantity": asked.quantity}
        )
    elif asked.changes and not asked.listings:
        response = HttpResponseRedirect(here_url(portal, "search:compare") + asked.query)
    else:
        shown = comparison(asked.listings or tray.listings, quantity=asked.quantity, portal=portal,
                           access=access_of(request))  # fmt: skip
        context: dict[str, Any] = {"shown": shown, "tray": tray, "asked": asked}
        response = render(request, "search/compare.html", context, status=422 if asked.error else 200)
    if asked.changes:
        tray.keep(response)
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response
