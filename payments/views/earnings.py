"""A supplier's money: what each invoice brings, less what, and when it is paid."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import acting_required

from .. import policies, showing
from ..actions.payout_plan import choose_payout_plan
from ..forms import PlanForm
from ..models import SupplierAccount
from ..queries.earnings import earnings_page
from .common import acting, go


@never_cache
@require_safe
@acting_required("see_money", kind="supplier")
def earnings(request: HttpRequest) -> HttpResponse:
    """Gross, commission, VAT on it, fee, payout and when, per invoice."""
    return _render(request)


def _render(request: HttpRequest, form: PlanForm | None = None) -> HttpResponse:
    before = request.GET.get("before", "")
    page = earnings_page(
        acting(request), before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    plan = page.account.plan if page.account else SupplierAccount.Plan.EARLY
    policy = policies.current()
    context = {
        "page": page,
        "plot": showing.coming_plot(page.coming, page.currency),
        "rows": [(e, [(item, showing.payout_badge(item)) for item in e.items]) for e in page.earnings],
        "form": form or PlanForm(initial={"plan": plan}),
        "fees": [(showing.term_name(term.code), showing.fee_words(term)) for term in policy.terms.values()],
        "policy": policy,
    }
    return render(request, "payments/earnings.html", context, status=422 if form else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acting_required("pay", kind="supplier")
def plan(request: HttpRequest) -> HttpResponse:
    """Choose when to be paid; it counts for invoices from now on."""
    if request.method != "POST":
        return go(request, "payments:earnings")
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _render(request, form)
    me = acting(request)
    assert me.supplier is not None
    choose_payout_plan(acting_user=signed_in(request), supplier=me.supplier, plan=form.cleaned_data["plan"])
    messages.success(request, _("Saved. It counts for goods shipped from now on."))
    return go(request, "payments:earnings")
