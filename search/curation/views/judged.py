"""Judged queries: graded by looking at results, and how well they are answered over time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.ui import plots
from marketplace.ui.formats import format_day
from search.models import Judgement

from .. import actions, queries
from ..forms import GradeForm, JudgedForm
from ..queries import STAFF


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(*STAFF)
def judged(request: HttpRequest) -> HttpResponse:
    """All judged queries with their figures now, the figure over time, and a form for another."""
    form = JudgedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        query = actions.judge(acting_user=signed_in(request), q=form.cleaned_data["q"])
        return redirect("curation:judge", query.public_id)
    found = queries.quality()
    context = {
        "form": form,
        "mean": f"{found.mean:.3f}",
        "rows": [
            (row, round(100 * found.by_query[row.q]) if row.q in found.by_query else None)
            for row in queries.judged_queries()
        ],
        "plot": _plot(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "search/curation/judged.html", context, status=status)


def _plot() -> plots.Plot | None:
    runs = queries.quality_runs()
    bars = [plots.Bar(format_day(run.at), run.ndcg_bp, f"{run.ndcg_bp / 10_000:.3f}") for run in runs]
    if len(bars) < 2:
        return None
    return plots.line(
        _("nDCG@10 over time"), bars, columns=(_("Day"), "nDCG@10"), say=lambda bp: f"{bp / 10_000:.2f}",
        summary=_("Now %(now)s, first %(first)s") % {"now": bars[-1].text, "first": bars[0].text},
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(*STAFF)
def judge(request: HttpRequest, public_id: str) -> HttpResponse:
    """One judged query: its results now, each with the grades to press."""
    query = queries.judged_query(public_id)
    form = GradeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.judge(acting_user=signed_in(request), q=query.q, **form.cleaned_data)
        return redirect("curation:judge", query.public_id)
    context = {
        "query": query,
        "form": form,
        "rows": queries.to_grade(query),
        "grades": [(value, label) for value, label in Judgement.Grade.choices],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "search/curation/judge.html", context, status=status)
