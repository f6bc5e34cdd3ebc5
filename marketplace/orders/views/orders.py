"""Orders as their two sides and the platform's staff see them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of, acting_required
from marketplace.companies.errors import NoActingCompany
from marketplace.ui.links import here_url

from .. import actions, queries, showing
from ..errors import NotCancellable
from ..forms import ReasonForm
from ..rules import CANCELLABLE
from .basket import buyer_of


@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """What the company bought, by checkout; or, for a supplier, what was ordered from it."""
    acting = acting_of(request)
    if acting is None:
        raise NoActingCompany
    sold = acting.supplier is not None and (not acting.company.is_buyer or request.GET.get("side") == "sold")
    before = request.GET.get("before", "")
    page = queries.sold_page(acting, before) if sold else queries.bought_page(acting, before)
    context = {"page": page, "sold": sold, "both": acting.supplier is not None and acting.company.is_buyer}
    return render(request, "orders/list.html", context)


@require_safe
@login_required
def group(request: HttpRequest, public_id: str) -> HttpResponse:
    """One checkout: its orders and one timeline across their suppliers."""
    found = queries.group_for_buyer(buyer_of(request), public_id)
    orders = list(found.orders.all())
    context = {
        "group": found,
        "cards": [showing.order_card(order) for order in orders],
        "state": showing.group_badge(orders),
        "events": showing.events(queries.trail_of(orders, found), orders, found.company_id),
    }
    return render(request, "orders/group.html", context)


@require_safe
@login_required
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """One order, from the side the reader stands on."""
    return _render_order(request, public_id, ReasonForm())


def _render_order(
    request: HttpRequest, public_id: str, form: ReasonForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    found, side = queries.order_for_reader(signed_in(request), acting_of(request), public_id)
    acting = acting_of(request)
    context: dict[str, Any] = {
        "order": found,
        "side": side,
        "lines": showing.lines(found),
        "badge": showing.state_badge(found.state),
        "paid_badge": showing.payment_badge(found.payment_state),
        "steps": showing.steps(found),
        "events": showing.events(
            queries.trail_of([found]),
            [found],
            None if side == "staff" or acting is None else acting.company.pk,
        ),
        "may_cancel": side == "buyer" and found.state in CANCELLABLE and bool(acting and acting.may("buy")),
        "form": form,
        "problem": problem,
    }
    return render(request, "orders/order.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("buy", kind="buyer")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Call an order off, with a reason."""
    back = here_url(getattr(request, "portal", None), "orders:order", public_id)
    if request.method != "POST":
        return HttpResponseRedirect(back)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _render_order(request, public_id, form, status=422)
    try:
        actions.cancel_own_order(
            acting_user=signed_in(request),
            acting=buyer_of(request),
            order_public_id=public_id,
            reason=form.cleaned_data["reason"],
        )
    except NotCancellable as refusal:
        return _render_order(request, public_id, form, problem=str(refusal), status=refusal.status)
    messages.success(request, _("The order is cancelled. Nothing of it will be charged."))
    return HttpResponseRedirect(back, status=303)
