"""Asking, and the threads that come of it.

A question written by someone whose session has ended is kept in the new one and stands in the form after
signing in.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clusters.queries import live_clusters
from marketplace.accounts.requests import signed_in
from marketplace.catalog.cards import picture_of
from marketplace.catalog.models import Listing
from marketplace.catalog.views import find_listing
from marketplace.companies.acting import Acting, acting_of, acting_required
from marketplace.companies.errors import NoActingCompany
from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.core.i18n import pick
from marketplace.core.ids import new_public_id
from marketplace.core.ratelimits import limited
from marketplace.ui.links import here_url

from . import actions, queries
from .errors import InquiryClosed
from .forms import AskClusterForm, AskForm, ReplyForm

_KEPT = "typed_question"
_FIELDS = ("to", "subject", "quantity", "body")


def _acting(request: HttpRequest) -> Acting:
    acting = acting_of(request)
    if acting is None:
        raise NoActingCompany
    return acting


def _portal_id(request: HttpRequest) -> int | None:
    portal = getattr(request, "portal", None)
    return portal.id if portal else None


def _keep_and_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in first; what was typed waits in the session."""
    typed = {name: request.POST.get(name, "")[:4_000] for name in (*_FIELDS, "submission_key")}
    request.session[_KEPT] = {"path": request.path, **typed}
    return redirect_to_login(request.path)


def _typed_before(request: HttpRequest, fallback: dict[str, str]) -> dict[str, str]:
    """What the form begins with: what was typed before signing in, else the address, else the fallback."""
    kept = request.session.pop(_KEPT, None) if _KEPT in request.session else None
    if kept and kept.pop("path", "") == request.path:
        return dict(kept)
    given = {name: request.GET.get(name, "")[:4_000] for name in _FIELDS}
    return {
        **fallback,
        **{name: text for name, text in given.items() if text},
        "submission_key": new_public_id(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the factory about a listing."""
    if request.method == "POST" and not request.user.is_authenticated:
        return _keep_and_sign_in(request)
    return _ask(request, public_id)


@limited("inquiry", per="company")
@acting_required("buy", kind="buyer")
def _ask(request: HttpRequest, public_id: str) -> HttpResponse:
    listing = find_listing(request, public_id)
    form: Form
    if request.method == "POST":
        form = AskForm(request.POST)
        if form.is_valid():
            return _open(request, form, listing=listing)
        return _show_form(request, form, listing=listing, status=422)
    form = AskForm(initial=_typed_before(request, {"subject": pick(listing, "title")[:160]}))
    return _show_form(request, form, listing=listing)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_cluster(request: HttpRequest) -> HttpResponse:
    """Ask a town's team or one of its factories, inside its portal; elsewhere, one's threads."""
    if _portal_id(request) is None:
        return HttpResponseRedirect(here_url(None, "sourcing:threads"))
    if request.method == "POST" and not request.user.is_authenticated:
        return _keep_and_sign_in(request)
    return _ask_cluster(request)


@limited("inquiry", per="company")
@acting_required("buy", kind="buyer")
def _ask_cluster(request: HttpRequest) -> HttpResponse:
    factories = queries.factories_to_ask(_portal_id(request) or 0)
    form: Form
    if request.method == "POST":
        form = AskClusterForm(request.POST, factories=factories)
        if form.is_valid():
            return _open(request, form, to=queries.supplier_of_factory(factories, form.cleaned_data["to"]))
        return _show_form(request, form, status=422)
    form = AskClusterForm(initial=_typed_before(request, {}), factories=factories)
    return _show_form(request, form)


def _open(
    request: HttpRequest, form: Form, *, listing: Listing | None = None, to: Any = None
) -> HttpResponse:
    portal = getattr(request, "portal", None)
    cluster = listing.cluster if listing else live_clusters().get(pk=portal.id if portal else 0)
    try:
        inquiry = actions.open_inquiry(
            acting_user=signed_in(request),
            acting=_acting(request),
            cluster=cluster,
            supplier=listing.supplier if listing else to,
            listing=listing,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            quantity=form.cleaned_data["quantity"],
            submission_key=form.cleaned_data["submission_key"],
        )
    except Refusal as refusal:
        if isinstance(refusal, NotFound | Forbidden):
            raise
        return _show_form(request, form, listing=listing, problem=str(refusal), status=refusal.status)
    messages.success(request, _("Your question is on its way."))
    return HttpResponseRedirect(here_url(portal, "sourcing:thread", inquiry.public_id), status=303)


def _show_form(
    request: HttpRequest, form: Form, *, listing: Listing | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    image = listing.images.first() if listing else None
    picture = picture_of(image.path, pick(image, "alt"), sizes="6rem") if image else None
    context = {"form": form, "listing": listing, "picture": picture, "problem": problem}
    return render(request, "sourcing/ask.html", context, status=status)


@require_safe
@login_required
def threads(request: HttpRequest) -> HttpResponse:
    """What the company asked, or was asked."""
    acting = _acting(request)
    answers = acting.supplier is not None or acting.company.is_operator or acting.company.is_platform
    received = answers and (not acting.company.is_buyer or request.GET.get("side") == "received")
    rows = queries.asked_of(acting) if received else queries.asked_by(acting)
    portal_id = _portal_id(request)
    if portal_id is not None:
        rows = rows.filter(cluster_id=portal_id)
    context = {
        "page": queries.page_of(rows, request.GET.get("before", "")),
        "received": received,
        "both": answers and acting.company.is_buyer,
    }
    return render(request, "sourcing/threads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read a thread and write into it."""
    if request.method == "POST" and not request.user.is_authenticated:
        return _keep_and_sign_in(request)
    return _thread(request, public_id)


@limited("inquiry", per="company")
@login_required
def _thread(request: HttpRequest, public_id: str) -> HttpResponse:
    acting = _acting(request)
    inquiry, side = queries.inquiry_for_reader(acting, public_id, cluster_id=_portal_id(request))
    if request.method != "POST":
        form = ReplyForm(initial=_typed_before(request, {}))
        return _show_thread(request, inquiry, side, form)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show_thread(request, inquiry, side, form, status=422)
    try:
        actions.reply_to_inquiry(
            acting_user=signed_in(request),
            acting=acting,
            inquiry_public_id=public_id,
            body=form.cleaned_data["body"],
        )
    except InquiryClosed as refusal:
        return _show_thread(request, inquiry, side, form, problem=str(refusal), status=refusal.status)
    return HttpResponseRedirect(f"{request.path}#reply", status=303)


def _show_thread(
    request: HttpRequest, inquiry: Any, side: str, form: ReplyForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    acting = _acting(request)
    needed = "buy" if side == "buyer" else "sell" if inquiry.supplier_id else "operate"
    context = {
        "inquiry": inquiry,
        "side": side,
        "form": form,
        "problem": problem,
        "may_write": acting.may(needed) and inquiry.state != inquiry.State.CLOSED,
        "may_close": side == "buyer" and acting.may("buy") and inquiry.state != inquiry.State.CLOSED,
    }
    return render(request, "sourcing/thread.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("buy", kind="buyer")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a thread."""
    back = here_url(getattr(request, "portal", None), "sourcing:thread", public_id)
    if request.method == "POST":
        actions.close_inquiry(
            acting_user=signed_in(request), acting=_acting(request), inquiry_public_id=public_id
        )
        messages.success(request, _("Closed."))
    return HttpResponseRedirect(back, status=303 if request.method == "POST" else 302)
