"""A buyer's money: credit, open invoices, paying them by card, the statement."""

import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of, acting_required
from marketplace.core import clock, ids
from marketplace.core.errors import InvalidInput, Refusal
from marketplace.core.money import Money
from marketplace.core.ratelimits import check, limited
from marketplace.ui.formats import format_day, format_money

from .. import showing
from ..actions.collecting import extend_due_date, use_credit_balance
from ..actions.pay import start_repayment
from ..errors import ExtensionNotPossible, NothingToApply, PaymentServiceAway
from ..forms import BalanceForm, RepayForm, StatementForm
from ..queries.checkout import hold_words
from ..queries.corrections import notes_of
from ..queries.disputes import disputes_of
from ..queries.finance import FinancePage, Statement, finance_page, statement, statement_currency
from ..queries.payable import extension_offer, payable_invoices
from ..queries.receipts import invoice_for_reader
from .common import acting, go, portal_code

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@never_cache
@require_safe
@acting_required("see_money", kind="buyer")
def finance(request: HttpRequest) -> HttpResponse:
    """Limit, held, owed, free; what is due when; open invoices to choose from."""
    return _render(request, RepayForm(initial={"key": ids.new_public_id()}))


def _render(
    request: HttpRequest,
    form: RepayForm,
    *,
    refusal: Refusal | None = None,
    chosen: frozenset[str] = frozenset(),
) -> HttpResponse:
    page = finance_page(acting(request))
    currencies = [line.currency for line in page.lines] or sorted({p.invoice.currency for p in page.payables})
    context = {
        "page": page,
        "form": form,
        "refusal": refusal,
        "chosen": chosen,
        "bars": [showing.line_bar(line) for line in page.lines],
        "holds": _holds(page),
        "plots": [
            (plot, showing.due_sums(page.of(c), c))
            for c in currencies
            if (plot := showing.due_plot(page.of(c), c))
        ],
        "rows": [(payable, showing.due_badge(payable)) for payable in page.payables],
        "settled": [(invoice, showing.invoice_badge(invoice)) for invoice in page.settled],
        "may_pay": acting(request).may("pay"),
        "key": ids.new_public_id(),
    }
    status = refusal.status if refusal else (422 if form.is_bound else 200)
    return render(request, "payments/finance.html", context, status=status)


def _holds(page: FinancePage) -> list[str]:
    return [", ".join(words) for words in map(hold_words, page.lines) if words]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("checkout")
@acting_required("pay", kind="buyer")
def repay(request: HttpRequest) -> HttpResponse:
    """Pay chosen invoices, in part or whole, on the hosted card page."""
    if request.method != "POST":
        return go(request, "payments:finance")
    form = RepayForm(request.POST)
    chosen = list(dict.fromkeys(key for key in request.POST.getlist("invoices") if ids.is_public_id(key)))
    kept = frozenset(chosen)
    if not form.is_valid() or not chosen:
        return _render(request, form, chosen=kept)
    amount = form.cleaned_data["amount"]
    if amount is None:
        amount = sum(item.total for item in payable_invoices(acting(request).company, chosen))
    try:
        payment, url = start_repayment(
            acting_user=signed_in(request),
            acting=acting(request),
            invoice_ids=chosen,
            amount=amount,
            submission_key=form.cleaned_data["key"],
            portal_code=portal_code(request),
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        form.add_error("amount" if "amount" in refusal.fields else None, str(refusal))
        return _render(request, form, refusal=refusal, chosen=kept)
    if url:
        return HttpResponseRedirect(url, status=303)
    if payment.state in payment.OPEN_STATES:
        form.add_error(None, str(PaymentServiceAway.sentence))
        return _render(request, form, refusal=PaymentServiceAway(), chosen=kept)
    return go(request, "payments:returned", payment.public_id)


@never_cache
@require_POST
@acting_required("pay", kind="buyer")
def use_balance(request: HttpRequest) -> HttpResponse:
    """Pay what is open out of the credit balance."""
    form = BalanceForm(request.POST)
    if not form.is_valid():
        raise InvalidInput
    try:
        paid = use_credit_balance(
            acting_user=signed_in(request),
            acting=acting(request),
            currency=form.cleaned_data["currency"],
            submission_key=form.cleaned_data["key"],
        )
    except NothingToApply as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = _("%(amount)s of your balance was used.")
        messages.success(request, sentence % {"amount": format_money(paid.amount, paid.currency)})
    return go(request, "payments:finance")


@never_cache
@require_POST
@acting_required("pay", kind="buyer")
def extend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move the next due date of an invoice once, for a fee."""
    try:
        found = extend_due_date(
            acting_user=signed_in(request), acting=acting(request), invoice_public_id=public_id
        )
    except ExtensionNotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Due on %(day)s now.") % {"day": format_day(found.due_after)})
    return go(request, "payments:invoice", public_id)


def _statement(request: HttpRequest, form: StatementForm) -> Statement:
    days = form.cleaned_data
    return statement(acting(request), statement_currency(acting(request)), days["since"], days["until"])


def _statement_form(request: HttpRequest) -> StatementForm:
    """The days asked for, by default the usual ones, which then stand in the form."""
    asked = StatementForm({name: request.GET.get(name, "") for name in ("since", "until")})
    return StatementForm(asked.cleaned_data) if asked.is_valid() else asked


def _render_statement(request: HttpRequest, form: StatementForm) -> HttpResponse:
    context = {"form": form, "statement": _statement(request, form) if form.is_valid() else None}
    return render(request, "payments/statement.html", context, status=200 if form.is_valid() else 422)


@never_cache
@require_safe
@acting_required("see_money", kind="buyer")
def statement_page(request: HttpRequest) -> HttpResponse:
    """What was owed, what moved it, what is owed."""
    return _render_statement(request, _statement_form(request))


@never_cache
@require_safe
@acting_required("see_money", kind="buyer")
def statement_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file that Excel opens: UTF-8 with its mark, amounts in the major unit."""
    form = _statement_form(request)
    if not form.is_valid():
        return _render_statement(request, form)
    check("export", f"u{request.user.pk}")
    found = _statement(request, form)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"statement-{found.currency}-{found.since}-{found.until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = csv.writer(response)
    rows.writerow([_("Date"), _("Event"), _("Reference"), _("Change"), _("Balance"), _("Currency")])
    rows.writerow([found.since, _("Opening balance"), "", "", _major(found.opening, found), found.currency])
    for line, number in found.rows:
        tx = line.entry.tx
        cells = [
            clock.business_date(tx.recorded_at),
            showing.event_name(tx.kind),
            number or tx.key,
            _major(line.change, found),
            _major(line.balance, found),
            found.currency,
        ]
        rows.writerow([safe_cell(cell) for cell in cells])
    rows.writerow([found.until, _("Closing balance"), "", "", _major(found.closing, found), found.currency])
    return response


def _major(amount: int, found: Statement) -> str:
    return str(Money(amount, found.currency).as_decimal())


def safe_cell(cell: object) -> str:
    """Text that a spreadsheet must not take for a formula; numbers stay numbers."""
    text = str(cell)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return text if is_number or not text.startswith(FORMULA_STARTS) else f"'{text}"


@never_cache
@require_safe
@login_required
def invoice(request: HttpRequest, public_id: str) -> HttpResponse:
    """An invoice, for its buyer, its supplier and the platform's staff."""
    found, side = invoice_for_reader(signed_in(request), acting_of(request), public_id)
    complaints = disputes_of(found)
    context = {
        "notes": notes_of(found),
        "disputes": complaints,
        "is_disputed": any(dispute.state != "closed" for dispute in complaints),
        "extension": extension_offer(found) if side == "buyer" else None,
        "may_pay": side == "buyer" and acting(request).may("pay"),
        "may_sell": side == "supplier" and acting(request).may("sell"),
        "invoice": found,
        "side": side,
        "badge": showing.invoice_badge(found),
        "term": showing.term_name(found.term) if found.term else "",
        "payable": payable_invoices(found.buyer, [found.public_id])[0] if side != "supplier" else None,
    }
    return render(request, "payments/invoice.html", context)
