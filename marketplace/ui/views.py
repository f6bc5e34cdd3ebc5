"""Pages of the frame: the towns, the language switch, the accents, the gallery of parts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import condition, require_http_methods, require_safe

from . import gallery as examples
from .about import PAGES
from .accents import stylesheet
from .error_pages import STATUSES, error_page
from .frame import providers
from .links import in_language

View = Callable[..., HttpResponse]
DIRECTORY_LIMIT = 200
_YEAR = 31_536_000


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """All towns, or those that match `q`; as a bare list for the switcher when htmx asks."""
    query = request.GET.get("q", "").strip()[:80]
    found = providers.clusters(request, query, DIRECTORY_LIMIT) if providers.clusters else ()
    template = "ui/frame/switcher_list.html" if request.headers.get("HX-Request") else "ui/clusters.html"
    return render(request, template, {"clusters": found, "query": query})


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """Help, terms, privacy, verification."""
    page = PAGES.get(slug)
    if page is None:
        raise Http404
    return render(request, "ui/about.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest, code: str = settings.LANGUAGE_CODE) -> HttpResponse:
    """Remember the chosen language and go back to the same page in it.

    Anonymous readers follow a link (their pages hold no form); it keeps a cookie and nothing else. Who is
    signed in posts, and the choice is kept with the account as well.
    """
    wanted = (request.POST if request.method == "POST" else request.GET).get("next", "/")
    safe = (
        url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
        and wanted[:1] == "/"
    )
    response = HttpResponseRedirect(in_language(wanted if safe else "/", code))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    if request.method == "POST" and request.user.is_authenticated and providers.remember_language:
        providers.remember_language(request, code)
    return response


@require_safe
@condition(etag_func=lambda request: f'"{hashlib.sha256(stylesheet().encode()).hexdigest()[:16]}"')
def accents(request: HttpRequest) -> HttpResponse:
    """The colours of all clusters; kept for an hour, then asked for again by its tag."""
    response = HttpResponse(stylesheet(), content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=3600)
    return response


def _of_the_demo(view: View) -> View:
    """In production the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO_PAGES:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@_of_the_demo
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every part with an example, by group."""
    groups = [(title, [(one, one.context()) for one in items]) for title, items in examples.by_group()]
    return render(request, "ui/gallery.html", {"groups": groups, "statuses": STATUSES})


@_of_the_demo
@require_safe
def gallery_part(request: HttpRequest, name: str) -> HttpResponse:
    """One part alone."""
    example = examples.find(name)
    if example is None:
        raise Http404
    return render(request, "ui/gallery_part.html", {"example": example, "part": example.context()})


@_of_the_demo
@require_safe
def gallery_error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page as it would be shown."""
    if status not in STATUSES:
        raise Http404
    return error_page(request, status)
