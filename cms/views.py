"""Serving pages: common addresses are found in one query, the rest by Wagtail's own walk down the tree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from marketplace.core.frozen import Frozen, Marks

from .models import HomePage, PortalPage


def _home_at(m: Marks) -> Any:
    return HomePage.objects.filter(url_path=m.text("path"), live=True).select_related("locale")


def _portal_at(m: Marks) -> Any:
    # The slug is indexed, the whole path is not.
    rows = PortalPage.objects.filter(slug=m.text("slug"), url_path=m.text("path"), live=True)
    return rows.select_related("locale")  # the cluster is known from the list every page keeps


_home, _portal = Frozen(_home_at), Frozen(_portal_at)


def _find(path: str) -> Any:
    """The published home or portal page at a path of the active language, or None for any other address."""
    roots = Site.get_site_root_paths()
    if len({root.site_id for root in roots}) != 1:
        return None  # several hosts: which one was asked decides, so the full walk is taken
    root = next((root.root_path for root in roots if root.language_code == get_language()), None)
    steps = path.strip("/").split("/") if path.strip("/") else []
    if root is None or len(steps) > 1:
        return None
    if not steps:
        return next(iter(_home(path=root)), None)
    return next(iter(_portal(slug=steps[0], path=f"{root}{steps[0]}/")), None)


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the page at `path`. Answers 404 like Wagtail where there is none."""
    page = _find(path)
    if page is not None:
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    response: HttpResponse = wagtail_serve(request, path)
    return response
