"""Complaints about goods: opened by the buyer, answered by the factory, decided by staff."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of, acting_required, staff_required
from marketplace.core.errors import Refusal

from ..actions.disputes import accept_offer, answer_dispute, decide_dispute, escalate_dispute, open_dispute
from ..forms import DisputeAnswerForm, DisputeDecisionForm, DisputeForm
from ..queries.disputes import dispute_for_reader, invoice_of_buyer, note_of
from ..showing_cases import dispute_badge
from .common import acting, go


def _in(currency: str, form: forms.Form, name: str) -> forms.Form:
    form.fields[name].currency = currency  # type: ignore[attr-defined]
    return form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("pay", kind="buyer")
def complain(request: HttpRequest, public_id: str) -> HttpResponse:
    """A buyer complains about goods of an invoice."""
    me = acting(request)
    invoice = invoice_of_buyer(me, public_id)
    form = _in(invoice.currency, DisputeForm(request.POST or None), "claimed")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = open_dispute(
                    acting_user=signed_in(request),
                    acting=me,
                    invoice_public_id=public_id,
                    **form.cleaned_data,
                )
            except Refusal as refusal:
                form.add_error("claimed" if refusal.fields else None, str(refusal))
                status = refusal.status
            else:
                return go(request, "payments:dispute", found.public_id)
    return render(request, "payments/dispute_form.html", {"invoice": invoice, "form": form}, status=status)


def _render(
    request: HttpRequest,
    public_id: str,
    *,
    form: forms.Form | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    found, side = dispute_for_reader(signed_in(request), acting_of(request), public_id)
    currency = found.invoice.currency
    if form is None and side == "supplier" and found.state == "opened":
        form = _in(currency, DisputeAnswerForm(), "offered")
    if form is None and side == "staff" and found.state == "escalated":
        form = _in(currency, DisputeDecisionForm(), "agreed")
    context = {
        "dispute": found,
        "invoice": found.invoice,
        "side": side,
        "badge": dispute_badge(found),
        "form": form,
        "note": note_of(found),
        "problem": problem,
    }
    return render(request, "payments/dispute.html", context, status=status)


@never_cache
@require_safe
@login_required
def dispute(request: HttpRequest, public_id: str) -> HttpResponse:
    """A complaint, for its buyer, its factory and staff."""
    return _render(request, public_id)


def _act(request: HttpRequest, public_id: str, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _render(request, public_id, problem=str(refusal), status=refusal.status)
    messages.success(request, done)
    return go(request, "payments:dispute", public_id)


def _typed(
    request: HttpRequest,
    public_id: str,
    form: forms.Form,
    money: str,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    found, _side = dispute_for_reader(signed_in(request), acting_of(request), public_id)
    _in(found.invoice.currency, form, money)
    if not form.is_valid():
        return _render(request, public_id, form=form, status=422)
    return _act(request, public_id, lambda: act(form.cleaned_data), _("Saved."))


@never_cache
@require_POST
@acting_required("sell", kind="supplier")
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """The factory answers."""

    def act(data: dict[str, Any]) -> object:
        return answer_dispute(
            acting_user=signed_in(request), acting=acting(request), dispute_public_id=public_id, **data
        )

    return _typed(request, public_id, DisputeAnswerForm(request.POST), "offered", act)


@never_cache
@require_POST
@staff_required("finance", "credit")
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Staff decide."""

    def act(data: dict[str, Any]) -> object:
        return decide_dispute(acting_user=signed_in(request), dispute_public_id=public_id, **data)

    return _typed(request, public_id, DisputeDecisionForm(request.POST), "agreed", act)


@never_cache
@require_POST
@acting_required("pay", kind="buyer")
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """The buyer takes what was offered."""

    def act() -> object:
        return accept_offer(
            acting_user=signed_in(request), acting=acting(request), dispute_public_id=public_id
        )

    return _act(request, public_id, act, _("Settled. The credit note is issued."))


@never_cache
@require_POST
@acting_required("pay", kind="buyer")
def escalate(request: HttpRequest, public_id: str) -> HttpResponse:
    """The buyer asks the platform to decide."""

    def act() -> object:
        return escalate_dispute(
            acting_user=signed_in(request), acting=acting(request), dispute_public_id=public_id
        )

    return _act(request, public_id, act, _("We look at it and decide."))
