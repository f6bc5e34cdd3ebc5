"""The part under the search box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from marketplace.catalog import gates
from marketplace.core import ratelimits

from .forms import read_typed
from .queries import count_text
from .queries import suggest as find_suggestions

SECONDS = 60


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for `q` as a part of a page; empty where there are none.

    For readers without a name it may be kept for a minute by anyone, and is by the page cache.
    """
    signed_in = request.user.is_authenticated
    ratelimits.check("suggest", f"u{request.user.pk}" if signed_in else ratelimits.client_address(request))
    typed, quantity = read_typed(request.GET)
    groups = find_suggestions(
        typed,
        quantity=quantity,
        portal=getattr(request, "portal", None),
        access=gates.access_of(request),
    )
    context = {"groups": groups, "said": count_text(groups) if groups else ""}
    response = render(request, "search/suggestions.html", context)
    patch_cache_control(response, **({"private": True} if signed_in else {"public": True}), max_age=SECONDS)
    return response
