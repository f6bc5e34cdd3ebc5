"""Collections at work: the list by money at risk, a case and its steps, write-offs by two people."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core import ids
from marketplace.core.errors import InvalidInput, Refusal

from .. import showing_cases as showing
from ..actions.collecting import hand_over, pause_case, resume_case, take_promise
from ..actions.write_offs import decide_write_off, propose_write_off, waive_fees
from ..forms import CaseNoteForm, DecisionForm, PauseForm, PromiseForm, WriteOffForm
from ..queries import collecting as read

ROLES = ("finance", "credit")
_FORMS: dict[str, type[forms.Form]] = {"promise": PromiseForm, "pause": PauseForm, "note": CaseNoteForm}


@never_cache
@require_safe
@staff_required(*ROLES)
def worklist(request: HttpRequest) -> HttpResponse:
    """Open cases, most money at risk first."""
    page = read.worklist()
    context = {"page": page, "rows": [(work, showing.case_badge(work.case)) for work in page.work]}
    return render(request, "payments/books/collections.html", context)


def _render(
    request: HttpRequest,
    page: read.CasePage,
    *,
    typed: dict[str, forms.Form] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    shown: dict[str, Any] = {f"{name}_form": kind(prefix=name) for name, kind in _FORMS.items()}
    shown.update({f"{name}_form": form for name, form in (typed or {}).items()})
    shown["promise_form"].fields["amount"].currency = page.case.currency
    context = {
        "page": page,
        "case": page.case,
        "badge": showing.case_badge(page.case),
        "key": ids.new_public_id(),
        "problem": problem,
        "me": signed_in(request),
        **shown,
    }
    return render(request, "payments/books/case.html", context, status=status)


@never_cache
@require_safe
@staff_required(*ROLES)
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case: what is late, what was said and promised."""
    return _render(request, read.case_page(public_id))


def _refused(
    request: HttpRequest, public_id: str, refusal: Refusal, typed: dict[str, forms.Form] | None = None
) -> HttpResponse:
    if refusal.status == 404:
        raise refusal
    page = read.case_page(public_id)
    return _render(request, page, typed=typed, problem=str(refusal), status=refusal.status)


def _step(name: str, act: Callable[..., object], done: Promise) -> Callable[..., HttpResponse]:
    """A view of one step of a case: back to the case, or its form as typed with what is wrong."""

    @never_cache
    @require_POST
    @staff_required(*ROLES)
    def step(request: HttpRequest, public_id: str) -> HttpResponse:
        page = read.case_page(public_id)
        form = _FORMS[name](request.POST, prefix=name)
        if name == "promise":
            form.fields["amount"].currency = page.case.currency  # type: ignore[attr-defined]
        if not form.is_valid():
            return _render(request, page, typed={name: form}, status=422)
        try:
            act(acting_user=signed_in(request), case_public_id=public_id, **form.cleaned_data)
        except Refusal as refusal:
            return _refused(request, public_id, refusal, {name: form})
        messages.success(request, str(done))
        return redirect("payments:case", public_id)

    return step


promise = _step("promise", take_promise, gettext_lazy("The promise is kept here; the case rests until then."))
pause = _step("pause", pause_case, gettext_lazy("The case rests."))
resume = _step("note", resume_case, gettext_lazy("The case goes on."))
to_collections = _step("note", hand_over, gettext_lazy("The case is with collections."))


@never_cache
@require_POST
@staff_required(*ROLES)
def give_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose to write an invoice of the case off, or waive its fees."""
    user = signed_in(request)
    form = WriteOffForm(request.POST)
    page = read.case_page(public_id)
    known = {late.invoice.public_id for late in page.invoices}
    if not form.is_valid() or form.cleaned_data["invoice"] not in known:
        return _render(request, page, typed={"give_up": form}, problem=_("Say why."), status=422)
    data = form.cleaned_data
    try:
        if data["step"] == "waive":
            waive_fees(
                acting_user=user,
                invoice_public_id=data["invoice"],
                note=data["reason"],
                submission_key=data["key"],
            )
            messages.success(request, _("The fees are waived."))
        else:
            propose_write_off(acting_user=user, invoice_public_id=data["invoice"], reason=data["reason"])
            messages.success(request, _("Proposed. Another person has to decide."))
    except Refusal as refusal:
        return _refused(request, public_id, refusal, {"give_up": form})
    return redirect("payments:case", public_id)


@never_cache
@require_POST
@staff_required(*ROLES)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """The second person's word on a write-off."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput
    approve = form.cleaned_data["step"] == "approve"
    try:
        decide_write_off(acting_user=signed_in(request), write_off_public_id=public_id, approve=approve)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Written off.") if approve else _("Not written off."))
    return redirect("payments:collections")
