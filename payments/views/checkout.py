"""Checkout: one page, one button; then the receipt, or the hosted payment page and the way back from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import Acting, acting_required
from marketplace.core import ids
from marketplace.core.errors import InvalidInput, Refusal
from marketplace.core.ratelimits import limited
from marketplace.orders.errors import BasketChanged
from marketplace.orders.models import PaymentMethod
from marketplace.orders.queries import Basket, basket_of

from .. import policies
from ..actions.check_out import Placed, Wish, place_order_group
from ..actions.pay import pay_group
from ..errors import CreditDeclined, PaymentServiceAway, VoucherNotValid
from ..forms import CheckoutForm
from ..queries.checkout import CARD, CheckoutPage, checkout_page, last_address
from ..queries.receipts import payment_for_buyer, receipt_page
from ..queries.vouchers import find_voucher
from ..showing import checkout_context
from .common import acting, go, member_required, portal_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("checkout")
@acting_required("buy", kind="buyer")
def checkout(request: HttpRequest) -> HttpResponse:
    """The page and its button. What is refused comes back as typed, with the reason."""
    if request.method == "POST":
        return _submit(request)
    me = acting(request)
    basket = basket_of(me)
    if not basket.is_ready or basket.cart is None:
        if basket.groups:
            messages.warning(request, _("Settle what is marked before you check out."))
        return go(request, "orders:basket")
    page = checkout_page(me, basket)
    form = CheckoutForm(
        initial={
            **last_address(me),
            "payment": page.best,
            "cart": basket.cart.public_id,
            "version": basket.cart.version,
            "key": ids.new_public_id(),
            "expected_total": basket.total,
        }
    )
    return _render(request, page, form)


def _submit(request: HttpRequest) -> HttpResponse:
    me = acting(request)
    form = CheckoutForm(request.POST, values=tuple(page_values()))
    if not form.is_valid() or request.POST.get("step") == "voucher":
        return _again(request, form, None)
    try:
        placed = place_order_group(acting_user=signed_in(request), acting=me, wish=_wish(request, form))
    except Refusal as refusal:
        return _again(request, form, refusal)
    return _onwards(request, placed)


def page_values() -> list[str]:
    """The values a term may have; whether this buyer may use it, the action decides."""
    return list(policies.current().terms)


def _wish(request: HttpRequest, form: CheckoutForm) -> Wish:
    data = form.cleaned_data
    on_account = data["payment"] != CARD
    return Wish(
        cart_public_id=data["cart"],
        cart_version=data["version"],
        submission_key=data["key"],
        payment_method=PaymentMethod.CREDIT if on_account else PaymentMethod.CARD,
        payment_term=data["payment"] if on_account else "",
        ship_name=data["ship_name"],
        ship_phone=data["ship_phone"],
        ship_address=data["ship_address"],
        note=data["note"],
        portal_code=portal_code(request),
        expected_total=data["expected_total"],
        voucher=data["voucher"],
        own_terms=form.own_terms() if on_account else {},
    )


def _onwards(request: HttpRequest, placed: Placed) -> HttpResponse:
    if placed.pay_url:
        return HttpResponseRedirect(placed.pay_url, status=303)
    if placed.group.payment_method == PaymentMethod.CARD:
        return go(request, "payments:pay", placed.group.public_id)
    return go(request, "payments:receipt", placed.group.public_id)


def _again(request: HttpRequest, form: CheckoutForm, refusal: Refusal | None) -> HttpResponse:
    """The page once more: what was typed is kept, what it shows is fresh."""
    me = acting(request)
    basket = basket_of(me)
    if not basket.is_ready or basket.cart is None:
        messages.error(request, str(refusal) if refusal else _("Your basket has changed."))
        return go(request, "orders:basket")
    data: dict[str, Any] = dict(form.data.items())
    discount, unusable = _discount(me, basket, form.cleaned_data.get("voucher", ""))
    page = checkout_page(me, basket, discount)
    data.update(
        {"cart": basket.cart.public_id, "version": basket.cart.version, "expected_total": basket.total}
    )
    if len(data.get("key", "")) < 8:
        data["key"] = ids.new_public_id()
    fresh = CheckoutForm(data, values=form.values)
    only_voucher = data.get("step") == "voucher"
    if unusable is not None:
        refusal = refusal or unusable
    elif only_voucher and refusal is None and fresh.is_valid():
        return _render(request, page, CheckoutForm(initial=fresh.cleaned_data, values=form.values))
    if fresh.is_valid() and refusal is None:
        # Only what the page itself had put into the form was wrong.
        refusal = InvalidInput(BasketChanged.sentence)
    if refusal is not None:
        named = [name for name in refusal.fields if name in fresh.fields]
        for name in named:
            fresh.add_error(name, str(refusal.fields[name]))
        if not named:
            fresh.add_error(None, str(refusal))
    return _render(request, page, fresh, refusal)


def _discount(me: Acting, basket: Basket, code: str) -> tuple[int, VoucherNotValid | None]:
    """What a voucher takes off the basket, or why it can't be used."""
    if not code:
        return 0, None
    try:
        found = find_voucher(code, buyer_id=me.company.pk, currency=basket.currency, total=basket.total)
    except VoucherNotValid as refusal:
        return 0, refusal
    return found.amount, None


def _render(
    request: HttpRequest, page: CheckoutPage, form: CheckoutForm, refusal: Refusal | None = None
) -> HttpResponse:
    status = refusal.status if refusal else (422 if form.is_bound else 200)
    request.basket_suppliers = page.basket.supplier_count  # type: ignore[attr-defined]  # the frame need not ask
    context = checkout_context(page, form, declined=isinstance(refusal, CreditDeclined))
    return render(request, "payments/checkout.html", context, status=status)


@never_cache
@require_safe
@acting_required("buy", kind="buyer")
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was ordered and what happens next, with dates."""
    return render(request, "payments/receipt.html", receipt_page(acting(request), public_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("checkout")
@acting_required("buy", kind="buyer")
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Card orders that wait for payment: go to the hosted page, now or again."""
    problem = ""
    if request.method == "POST":
        url = pay_group(acting_user=signed_in(request), acting=acting(request), group_public_id=public_id)
        if url:
            return HttpResponseRedirect(url, status=303)
        problem = str(PaymentServiceAway.sentence)
    context = {**receipt_page(acting(request), public_id), "problem": problem}
    return render(request, "payments/pay.html", context, status=503 if problem else 200)


@never_cache
@require_safe
@member_required("buy", "pay", kind="buyer")
def returned(request: HttpRequest, public_id: str) -> HttpResponse:
    """Back from the hosted page: how the payment stands, as far as we have been told."""
    context = {
        "payment": payment_for_buyer(acting(request), public_id),
        "gave_up": "cancelled" in request.GET,
    }
    return render(request, "payments/returned.html", context)


@never_cache
@require_safe
@member_required("buy", "pay", kind="buyer")
def payment_state(request: HttpRequest, public_id: str) -> HttpResponse:
    """The live part of that page, asked every two seconds until it is decided."""
    context = {"payment": payment_for_buyer(acting(request), public_id), "gave_up": False}
    return render(request, "payments/parts/payment_state.html", context)
