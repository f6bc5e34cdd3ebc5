"""Keeping a search from the results page, and the list of those one keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.core import ratelimits
from marketplace.core.errors import InvalidInput
from marketplace.ui.formats import format_money
from marketplace.ui.links import here_url
from search.forms import read_address
from search.log.actions import keeps_log
from search.models import SavedSearch
from search.rules import Address

from . import actions, queries
from .forms import PauseForm, SaveForm, WishForm
from .rules import kept_query, name_of

# Stands in the address a stranger comes back to after signing in.
AFTER = "then"


def _to_list(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(here_url(getattr(request, "portal", None), "search:saved"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@ratelimits.limited("save-search")
def save(request: HttpRequest) -> HttpResponse:
    """Ask how to be told of a search, and keep it.

    A stranger is asked to sign in and comes back with it kept: only where the browser says that one of our
    own pages led here, so that no other site can have searches kept.
    """
    portal = getattr(request, "portal", None)
    if request.method == "POST" and request.user.is_authenticated:
        return _keep(request)
    address = read_address(request.GET, portal=portal)
    if not request.user.is_authenticated:
        query = urlencode([*address.pairs(sort=""), (AFTER, "save")])
        return redirect_to_login(f"{request.path}?{query}")
    came_back = request.GET.get(AFTER) == "save"
    if came_back and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return _kept(request, address, {})
    initial = {
        "query": kept_query(address),
        "name": name_of(address, portal.name if portal else ""),
        "frequency": SavedSearch.Frequency.DAILY,
        "by_mail": True,
        "in_app": True,
    }
    return _ask(request, SaveForm(initial=initial), address)


def _keep(request: HttpRequest) -> HttpResponse:
    form = SaveForm(request.POST)
    portal = getattr(request, "portal", None)
    if not form.is_valid():
        return _ask(request, form, queries.address_of(str(form["query"].value() or ""), portal), status=422)
    wishes = dict(form.cleaned_data)
    address = queries.address_of(wishes.pop("query"), portal)
    return _kept(request, address, wishes)


def _kept(request: HttpRequest, address: Address, wishes: dict[str, Any]) -> HttpResponse:
    portal = getattr(request, "portal", None)
    saved = actions.save_search(acting_user=signed_in(request), address=address, portal=portal, **wishes)
    sentence = _("Saved: “%(name)s”. We tell you when goods are new in it or a price falls.")
    messages.success(request, sentence % {"name": saved.name})
    return _to_list(request)


def _ask(request: HttpRequest, form: SaveForm, address: Address, status: int = 200) -> HttpResponse:
    back = here_url(getattr(request, "portal", None), "search:results") + address.query()
    return render(request, "search/saved/save.html", {"form": form, "back": back}, status=status)


@require_safe
@login_required
def saved(request: HttpRequest) -> HttpResponse:
    """One's saved searches."""
    rows = [(row, queries.results_url(row)) for row in queries.saved_of(signed_in(request))]
    context = {"rows": rows, "keeps": keeps_log(signed_in(request))}
    return render(request, "search/saved/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """One saved search: what there was to tell, and how to be told."""
    user = signed_in(request)
    row = queries.saved_search(user, public_id)
    fields = ("name", "frequency", "by_mail", "in_app")
    form = WishForm(request.POST or None, initial={name: getattr(row, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        actions.change_search(acting_user=user, public_id=public_id, **form.cleaned_data)
        messages.success(request, _("Changed."))
        return _to_list(request)
    context = {
        "saved": row,
        "form": form,
        "results_url": queries.results_url(row),
        "alerts": [_line(alert) for alert in queries.alerts_of(row)],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "search/saved/edit.html", context, status=status)


def _line(alert: Any) -> dict[str, Any]:
    """An alert as a row: the listing, what happened, when."""
    price = format_money(alert.price, alert.currency) if alert.price else ""
    words = _("new")
    if alert.reason == alert.Reason.PRICE:
        words = _("%(before)s → %(price)s") % {
            "before": format_money(alert.before, alert.currency),
            "price": price,
        }
    elif price:
        words = _("new, %(price)s") % {"price": price}
    return {"listing": alert.listing, "words": words, "at": alert.at, "fell": bool(alert.before)}


@require_POST
@login_required
def pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Pause a search or let it run again."""
    form = PauseForm(request.POST)
    queries.saved_search(signed_in(request), public_id)
    if not form.is_valid():
        raise InvalidInput(fields={"paused": _("Pause it or let it run.")})
    paused = form.cleaned_data["paused"] == "1"
    actions.pause_search(acting_user=signed_in(request), public_id=public_id, paused=paused)
    messages.success(request, _("Paused.") if paused else _("Running again."))
    return _to_list(request)


@require_POST
@login_required
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Delete a saved search."""
    actions.delete_search(acting_user=signed_in(request), public_id=public_id)
    messages.success(request, _("Deleted."))
    return _to_list(request)
