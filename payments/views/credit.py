"""Credit and treasury for staff: lines and limits by decision, holds, bank receipts, bank payouts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core import clock
from marketplace.core.errors import Refusal
from marketplace.core.money import Money

from .. import policies, showing
from ..actions.treasury import confirm_bank_payout, receive_bank_transfer
from ..credit.actions import Reason, close_hold, open_hold, set_credit_limit
from ..errors import BooksShort
from ..forms import BankPayoutForm, BankReceiptForm, HoldForm, LimitForm
from ..queries import books as read
from ..queries.corrections import open_clawbacks, refunds_to_send

READERS = ("finance", "credit")


@never_cache
@require_safe
@staff_required(*READERS)
def lines(request: HttpRequest) -> HttpResponse:
    """All credit lines."""
    return render(request, "payments/books/credit_lines.html", {"lines": read.credit_lines()[:500]})


def _limit_form(line: Any, data: Any = None) -> LimitForm:
    initial = {"limit": str(Money(line.base_limit, line.currency).as_decimal()), "terms": line.allowed_terms}
    form = LimitForm(data, initial=initial)
    form.fields["terms"].choices = [(code, showing.term_name(code)) for code in policies.current().terms]  # type: ignore[attr-defined]
    form.fields["limit"].currency = line.currency  # type: ignore[attr-defined]
    return form


def _render_line(
    request: HttpRequest,
    page: read.LinePage,
    form: LimitForm,
    *,
    hold_form: HoldForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "line": page.line,
        "form": form,
        "hold_form": hold_form or HoldForm(),
        "bar": showing.line_bar(page.line, title=_("Use of the line")),
        "open_holds": [hold for hold in page.holds if hold.closed_at is None],
    }
    return render(request, "payments/books/credit_line.html", context, status=status)


@never_cache
@require_safe
@staff_required(*READERS)
def line(request: HttpRequest, public_id: str) -> HttpResponse:
    """One line: figures, decisions, holds, what is set aside."""
    page = read.line_page(public_id)
    return _render_line(request, page, _limit_form(page.line))


@never_cache
@require_POST
@staff_required("credit")
def set_limit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change limit and terms by a decision with a reason."""
    page = read.line_page(public_id)
    form = _limit_form(page.line, request.POST)
    if not form.is_valid():
        return _render_line(request, page, form, status=422)
    try:
        set_credit_limit(
            acting_user=signed_in(request),
            line=page.line,
            limit=form.cleaned_data["limit"],
            note=form.cleaned_data["note"],
            terms=form.cleaned_data["terms"],
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _render_line(request, page, form, status=refusal.status)
    messages.success(request, _("The new limit counts from now on."))
    return redirect("payments:credit_line", public_id)


@never_cache
@require_POST
@staff_required("credit")
def hold(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a line by hand, or end that stop."""
    page = read.line_page(public_id)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _render_line(request, page, _limit_form(page.line), hold_form=form, status=422)
    step = close_hold if form.cleaned_data["step"] == "close" else open_hold
    step(acting_user=signed_in(request), line=page.line, reason=Reason.MANUAL, note=form.cleaned_data["note"])
    return redirect("payments:credit_line", public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required("finance")
def treasury(request: HttpRequest) -> HttpResponse:
    """Bank receipts to enter, bank payouts to send, what is stuck."""
    if request.method != "POST":
        buyer = request.GET.get("buyer", "")[:13]
        initial = {"buyer": buyer, "received_on": clock.today()}
        return _render_treasury(request, BankReceiptForm(initial=initial))
    form = BankReceiptForm(request.POST)
    if form.is_valid() and _receive(request, form):
        return redirect("payments:treasury")
    return _render_treasury(request, form, status=422)


def _render_treasury(
    request: HttpRequest,
    form: BankReceiptForm,
    *,
    sent: tuple[str, BankPayoutForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; `sent` is a payout with its form as typed, `problem` what can't be done with it."""
    context = {
        "form": form,
        "to_send": read.payouts_to_send()[:200],
        "stuck": [(item, showing.payout_badge(item)) for item in read.payouts_in_trouble()[:200]],
        "events": read.events_to_look_at()[:50],
        "claims": open_clawbacks()[:200],
        "refunds": refunds_to_send()[:200],
        "sent_id": sent[0] if sent else "",
        "sent_form": sent[1] if sent else None,
        "problem": problem,
    }
    return render(request, "payments/books/treasury.html", context, status=status)


def _receive(request: HttpRequest, form: BankReceiptForm) -> bool:
    data = form.cleaned_data
    buyer = read.company_by_public_id(data["buyer"])
    line = buyer.credit_lines.order_by("pk").first() if buyer else None
    if buyer is None or line is None:
        form.add_error("buyer", _("No company with a credit line has this id."))
        return False
    receive_bank_transfer(
        acting_user=signed_in(request),
        buyer=buyer,
        currency=line.currency,
        amount=data["amount"],
        reference=data["reference"],
        received_on=data["received_on"],
    )
    messages.success(request, _("Booked, and spread over what the company owes."))
    return True


@never_cache
@require_POST
@staff_required("finance")
def payout_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Our bank has sent a payout."""
    form = BankPayoutForm(request.POST)
    if not form.is_valid():
        return _sent_again(request, public_id, form)
    try:
        confirm_bank_payout(
            acting_user=signed_in(request), item_public_id=public_id, reference=form.cleaned_data["reference"]
        )
    except BooksShort as refusal:
        return _sent_again(request, public_id, form, refusal)
    messages.success(request, _("The payout is booked as sent."))
    return redirect("payments:treasury")


def _sent_again(
    request: HttpRequest, public_id: str, form: BankPayoutForm, refusal: Refusal | None = None
) -> HttpResponse:
    return _render_treasury(
        request,
        BankReceiptForm(initial={"received_on": clock.today()}),
        sent=(public_id, form),
        problem=str(refusal) if refusal else "",
        status=refusal.status if refusal else 422,
    )
