"""Vouchers the platform pays for: made and looked after by finance."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core.errors import InvalidInput

from .. import policies
from ..actions.vouchers import make_voucher
from ..forms import VoucherForm
from ..queries.books import company_by_public_id
from ..queries.vouchers import all_vouchers


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required("finance")
def vouchers(request: HttpRequest) -> HttpResponse:
    """The vouchers there are, and a form for another."""
    currency = policies.current().currency
    form = VoucherForm(request.POST or None)
    for name in ("amount", "min_total"):
        form.fields[name].currency = currency  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and _make(request, form, currency):
        messages.success(request, _("The voucher can be used."))
        return redirect("payments:vouchers")
    context = {"form": form, "vouchers": all_vouchers()[:200]}
    return render(request, "payments/books/vouchers.html", context, status=422 if form.is_bound else 200)


def _make(request: HttpRequest, form: VoucherForm, currency: str) -> bool:
    data = form.cleaned_data
    buyer = company_by_public_id(data["buyer"]) if data["buyer"] else None
    if data["buyer"] and buyer is None:
        form.add_error("buyer", _("No company has this id."))
        return False
    try:
        make_voucher(
            acting_user=signed_in(request),
            code=data["code"],
            currency=currency,
            amount=data["amount"],
            min_total=data["min_total"] or 0,
            valid_until=data["valid_until"],
            buyer=buyer,
        )
    except InvalidInput as refusal:
        form.add_error("code", str(refusal.fields.get("code", refusal)))
        return False
    return True
