"""What is taken back: a supplier's credit note, the note as a document, claims and refunds for finance."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_of, acting_required, staff_required
from marketplace.core import ids
from marketplace.core.errors import InvalidInput, Refusal

from ..actions.corrections import confirm_bank_refund, credit_invoice, reverse_transfer
from ..errors import BooksShort, ReversalNotPossible
from ..forms import BankPayoutForm, CreditNoteForm
from ..queries.corrections import creditable_lines, invoice_of_supplier, note_for_reader
from .common import acting, go


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("sell", kind="supplier")
def credit_note(request: HttpRequest, public_id: str) -> HttpResponse:
    """The supplier takes pieces of an invoice back."""
    invoice = invoice_of_supplier(acting(request), public_id)
    lines = creditable_lines(invoice)
    if request.method != "POST":
        form = CreditNoteForm(initial={"key": ids.new_public_id()}, lines=lines)
        return render(request, "payments/credit_note_form.html", {"invoice": invoice, "form": form})
    form = CreditNoteForm(request.POST, lines=lines)
    status = 422
    if form.is_valid():
        try:
            note = credit_invoice(
                acting_user=signed_in(request),
                acting=acting(request),
                invoice_public_id=public_id,
                pieces=form.pieces,
                note=form.cleaned_data["note"],
                submission_key=form.cleaned_data["key"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("The credit note is issued."))
            return go(request, "payments:credit_document", note.public_id)
    context = {"invoice": invoice, "form": form}
    return render(request, "payments/credit_note_form.html", context, status=status)


@never_cache
@require_safe
@login_required
def credit_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """A credit note, for buyer, supplier and staff."""
    note, side = note_for_reader(signed_in(request), acting_of(request), public_id)
    return render(request, "payments/credit_note.html", {"note": note, "invoice": note.invoice, "side": side})


@never_cache
@require_POST
@staff_required("finance")
def reverse(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a claim back from the supplier's transfer."""
    try:
        reverse_transfer(acting_user=signed_in(request), clawback_public_id=public_id)
    except ReversalNotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The payment service is asked to take it back."))
    return redirect("payments:treasury")


@never_cache
@require_POST
@staff_required("finance")
def refund_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """Our bank has sent a refund."""
    form = BankPayoutForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Enter the bank's reference."))
    reference = form.cleaned_data["reference"]
    try:
        confirm_bank_refund(acting_user=signed_in(request), refund_public_id=public_id, reference=reference)
    except BooksShort as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The refund is booked as sent."))
    return redirect("payments:treasury")
