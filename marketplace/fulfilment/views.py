"""The supplier's desk, and the shipments of an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import Acting, acting_of, acting_required
from marketplace.companies.errors import NoActingCompany
from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.core.ids import new_public_id
from marketplace.orders.forms import ReasonForm
from marketplace.orders.queries import order_for_supplier
from marketplace.orders.rules import PARTIALLY_SHIPPED, TO_SHIP
from marketplace.orders.showing import lines, payment_badge, state_badge
from marketplace.ui.links import here_url

from . import actions, queries
from .actions.answer import usual_promise
from .forms import AcceptForm, ShipForm

View = Callable[..., HttpResponse]


def _acting(request: HttpRequest) -> Acting:
    acting = acting_of(request)
    if acting is None:
        raise NoActingCompany
    return acting


@require_safe
@acting_required("sell", kind="supplier")
def desk(request: HttpRequest) -> HttpResponse:
    """Today's list: accept, ship, answer."""
    return render(request, "fulfilment/desk.html", {"desk": queries.desk_of(_acting(request))})


@require_safe
@acting_required("sell", kind="supplier")
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """One order with the forms its state allows."""
    return _work(request, public_id)


def _work(
    request: HttpRequest, public_id: str, *, problem: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    found = order_for_supplier(_acting(request), public_id)
    to_ship = found.state in TO_SHIP
    ship_form = ShipForm(order=found, initial={"submission_key": new_public_id()}) if to_ship else None
    context = {
        "order": found,
        "lines": lines(found),
        "badge": state_badge(found.state),
        "paid_badge": payment_badge(found.payment_state),
        "to_answer": found.state == found.State.AWAITING_ACCEPTANCE,
        "to_ship": to_ship,
        "has_rest": found.state == PARTIALLY_SHIPPED,
        "accept_form": AcceptForm(initial={"promise_date": usual_promise(found)}),
        "refuse_form": ReasonForm(prefix="refuse"),
        "rest_form": ReasonForm(prefix="rest"),
        "ship_form": ship_form,
        "problem": problem,
        **forms,
    }
    return render(request, "fulfilment/order.html", context, status=status)


def _working(view: View) -> View:
    """A step of the desk by POST; a GET, as after signing in again, shows the order."""

    def inner(request: HttpRequest, public_id: str) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(reverse("fulfilment:order", args=(public_id,)))
        return view(request, public_id)

    guarded: View = acting_required("sell", kind="supplier")(inner)
    return require_http_methods(["GET", "HEAD", "POST"])(guarded)


def _done(request: HttpRequest, public_id: str, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    if request.POST.get("back") == "desk":
        return HttpResponseRedirect(reverse("fulfilment:desk"), status=303)
    return HttpResponseRedirect(reverse("fulfilment:order", args=(public_id,)), status=303)


def _refused(request: HttpRequest, public_id: str, refusal: Refusal, name: str, form: Any) -> HttpResponse:
    """The page again with the form as typed. Not there and not allowed are answered by their own page."""
    if isinstance(refusal, NotFound | Forbidden):
        raise refusal
    known = {field: text for field, text in refusal.fields.items() if field in form.fields}
    for field, text in known.items():
        form.add_error(field, str(text))
    problem = "" if known else str(refusal)
    return _work(request, public_id, problem=problem, status=refusal.status, **{name: form})


@_working
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accept the order, promising a day."""
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _work(request, public_id, status=422, accept_form=form)
    try:
        actions.accept_order(
            acting_user=signed_in(request),
            acting=_acting(request),
            order_public_id=public_id,
            promise_date=form.cleaned_data["promise_date"],
        )
    except Refusal as refusal:
        return _refused(request, public_id, refusal, "accept_form", form)
    return _done(request, public_id, _("Accepted. The buyer has been told."))


@_working
def refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """Refuse the order with a reason."""
    form = ReasonForm(request.POST, prefix="refuse")
    if not form.is_valid():
        return _work(request, public_id, status=422, refuse_form=form)
    try:
        actions.refuse_order(
            acting_user=signed_in(request),
            acting=_acting(request),
            order_public_id=public_id,
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return _refused(request, public_id, refusal, "refuse_form", form)
    return _done(request, public_id, _("Refused. The buyer has been told why."))


@_working
def ship(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand over pieces of the order."""
    acting = _acting(request)
    form = ShipForm(request.POST, order=order_for_supplier(acting, public_id))
    if not form.is_valid():
        return _work(request, public_id, status=422, ship_form=form)
    try:
        shipment = actions.ship_order(
            acting_user=signed_in(request),
            acting=acting,
            order_public_id=public_id,
            quantities=form.quantities,
            carrier=form.cleaned_data["carrier"],
            tracking=form.cleaned_data["tracking"],
            cartons=form.cleaned_data["cartons"],
            submission_key=form.cleaned_data["submission_key"],
        )
    except Refusal as refusal:
        return _refused(request, public_id, refusal, "ship_form", form)
    sentence = _("Shipment %(n)s is on its way; its invoice follows.") % {"n": shipment.number}
    return _done(request, public_id, sentence)


@_working
def rest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Call off what is still to be shipped."""
    form = ReasonForm(request.POST, prefix="rest")
    if not form.is_valid():
        return _work(request, public_id, status=422, rest_form=form)
    try:
        actions.refuse_rest(
            acting_user=signed_in(request),
            acting=_acting(request),
            order_public_id=public_id,
            reason=form.cleaned_data["reason"],
        )
    except Refusal as refusal:
        return _refused(request, public_id, refusal, "rest_form", form)
    return _done(request, public_id, _("The rest is called off. The buyer has been told why."))


@require_safe
@login_required
def parcels(request: HttpRequest, public_id: str) -> HttpResponse:
    """An order's shipments, as a page or (asked for by the order's page) as a part of it."""
    found, side, shipments = queries.parcels_for_reader(signed_in(request), acting_of(request), public_id)
    acting = acting_of(request)
    on_the_road = any(s.state == s.State.HANDED_OVER for s in shipments)
    context = {
        "order": found,
        "side": side,
        "shipments": shipments,
        "may_confirm": side == "buyer" and bool(acting and acting.may("buy")) and on_the_road,
    }
    part = getattr(request, "htmx", False)
    return render(request, f"fulfilment/{'parts/parcels' if part else 'parcels'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("buy", kind="buyer")
def received(request: HttpRequest, public_id: str) -> HttpResponse:
    """The buyer confirms that what was handed over has arrived."""
    back = here_url(None, "orders:order", public_id)
    if request.method == "POST":
        actions.confirm_receipt(
            acting_user=signed_in(request), acting=_acting(request), order_public_id=public_id
        )
        messages.success(request, _("Thank you. The factory has been told."))
    return HttpResponseRedirect(back, status=303 if request.method == "POST" else 302)
