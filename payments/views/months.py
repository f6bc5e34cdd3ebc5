"""Months of the books for staff: how they stand, closing them, and the entries as a file chained by hash."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core import clock
from marketplace.core.errors import NotFound, Refusal

from ..actions.close_months import close_month, soft_close_month
from ..ledger import periods
from ..ledger.exporting import CSV, JSONL, export
from ..rules.days import month_of
from .books import READERS
from .streams import stream

_KINDS = {CSV: "text/csv; charset=utf-8", JSONL: "application/x-ndjson; charset=utf-8"}
_LONGEST = 120  # months in one file


def _month(text: str) -> date | None:
    """The first day of a month written as 2026-01, None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date() if len(text) == 7 else None  # noqa: DTZ007
    except ValueError:
        return None


@never_cache
@require_safe
@staff_required(*READERS)
def months(request: HttpRequest) -> HttpResponse:
    """All months with journals, what may be done with each, and the export of entries."""
    return _render(request)


def _render(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    listed = periods.months()
    context = {
        "months": listed,
        "may_close": signed_in(request).staff_role in ("finance", "admin") or signed_in(request).is_superuser,
        "problem": problem,
        "first": f"{listed[-1].month:%Y-%m}" if listed else "",
        "last": f"{month_of(clock.now()):%Y-%m}",
    }
    return render(request, "payments/books/months.html", context, status=status)


@never_cache
@require_POST
@staff_required("finance")
def soft_close(request: HttpRequest, month: str) -> HttpResponse:
    """The first step: closed for all but finance."""
    return _step(
        request, month, soft_close_month, _("Closed for all but finance. A second person may close it now.")
    )


@never_cache
@require_POST
@staff_required("finance")
def close(request: HttpRequest, month: str) -> HttpResponse:
    """The last step, by a second person: closed for good."""
    return _step(request, month, close_month, _("The month is closed for good."))


def _step(request: HttpRequest, month: str, take: Callable[..., None], done: str) -> HttpResponse:
    wanted = _month(month)
    if wanted is None:
        raise NotFound
    try:
        take(acting_user=signed_in(request), month=wanted)
    except Refusal as refusal:
        return _render(request, problem=str(refusal), status=refusal.status)
    messages.success(request, done)
    return redirect("payments:months")


@never_cache
@require_safe
@staff_required("finance")
def entries(request: HttpRequest, form: str) -> HttpResponse:
    """The entries of some months as CSV or JSON lines; of the present month where none is named."""
    if form not in _KINDS:
        raise NotFound
    present = month_of(clock.now())
    first = _month(request.GET.get("first", "")) or present
    last = _month(request.GET.get("last", "")) or present
    if not 0 <= (last.year - first.year) * 12 + last.month - first.month < _LONGEST:
        first = last
    name = f"entries-{first:%Y-%m}-{last:%Y-%m}.{form}"
    return cast("HttpResponse", stream(request, export(first, last, form), name=name, kind=_KINDS[form]))
