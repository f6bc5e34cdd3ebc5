"""How search is, and the button that builds an index anew."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core.errors import InvalidInput

from .. import actions
from ..forms import EngineForm
from ..health import health as read_health
from ..queries import STAFF


@never_cache
@require_safe
@staff_required(*STAFF)
def health(request: HttpRequest) -> HttpResponse:
    """Both engines; looks again by itself while an index is being built."""
    htmx = getattr(request, "htmx", None)
    part = bool(htmx and not htmx.history_restore_request)
    template = "search/curation/engines.html" if part else "search/curation/health.html"
    response = render(request, template, {"health": read_health()})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@staff_required(*STAFF)
def rebuild(request: HttpRequest) -> HttpResponse:
    """Ask for a rebuild."""
    return _asked(request, actions.ask_rebuild)


@require_POST
@staff_required(*STAFF)
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a comparison of an index with the database."""
    return _asked(request, actions.ask_check)


def _asked(request: HttpRequest, ask: Callable[..., object]) -> HttpResponse:
    form = EngineForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={"engine": _("There is no such engine.")})
    ask(acting_user=signed_in(request), engine=form.cleaned_data["engine"])
    messages.success(request, _("Asked for. The page shows how far it is."))
    return redirect("curation:health")
