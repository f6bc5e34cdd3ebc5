"""The supplier's page of searches, and the staff's."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.companies.acting import acting_of, acting_required, staff_required
from marketplace.companies.errors import NoActingCompany
from marketplace.core.ratelimits import check
from marketplace.ui.formats import format_count, format_percent

from .forms import read_period
from .showing import LACKS, change_words, count_plot, period_links, share_plot
from .staff import Figures, all_rows, staff_report
from .supplier import supplier_report

STAFF = ("support", "credit", "finance", "moderator")
MOST_EXPORTED = 10_000
_RISKY = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@acting_required("sell", kind="supplier")
def supplier(request: HttpRequest) -> HttpResponse:
    """How one's goods are found, what sold, what was looked for in vain, and what would help."""
    acting = acting_of(request)
    if acting is None or acting.supplier is None:
        raise NoActingCompany
    period = read_period(request.GET)
    report = supplier_report(acting.supplier, period)
    now, before = report.totals, report.before
    context = {
        "report": report,
        "periods": period_links(period),
        "figures": [
            (_("Shown in results"), format_count(now.shown), change_words(now.shown, before.shown)),
            (_("Opened"), format_count(now.clicks), change_words(now.clicks, before.clicks)),
            (_("Inquiries"), format_count(now.inquiries), change_words(now.inquiries, before.inquiries)),
            (_("Orders"), format_count(now.orders), change_words(now.orders, before.orders)),
        ],
        "plots": [
            count_plot(_("Shown in results, by day"), _("Shown"), report.shown),
            count_plot(_("Opened from results, by day"), _("Opened"), report.clicks),
        ],
        "advice": [(one, [LACKS[name] for name in one.lacks]) for one in report.advice],
    }
    return render(request, "search/report/supplier.html", context)


@require_safe
@staff_required(*STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """Queries and what came of them, against the period before; the state of the indexes."""
    period = read_period(request.GET)
    report = staff_report(period)
    days = report.days
    context = {
        "report": report,
        "period": period,
        "periods": period_links(period),
        "figures": _figures(report.now, report.before),
        "plots": [
            count_plot(_("Searches by day"), _("Searches"), {d: f.searches for d, f in days.items()}),
            share_plot(_("Found nothing"), _("Share"), {d: f.nothing_share for d, f in days.items()}),
            share_plot(
                _("Opened one of the first ten"), _("Share"), {d: f.ten_share for d, f in days.items()}
            ),
            count_plot(_("Orders led back to a search"), _("Orders"), {d: f.orders for d, f in days.items()}),
        ],
        "tables": [
            ("top", _("Most searched"), report.top),
            ("fruitless", _("Found nothing"), report.fruitless),
            ("unopened", _("Found, but hardly opened"), report.unopened),
            ("slow", _("Slowest"), report.slow),
        ],
    }
    return render(request, "search/report/staff.html", context)


def _figures(now: Figures, before: Figures) -> list[tuple[str, str, str]]:
    """(name, value, what it was before or how it changed)."""

    def was(text: str) -> str:
        return _("before: %(value)s") % {"value": text} if before.searches else ""

    return [
        (_("Searches"), format_count(now.searches), change_words(now.searches, before.searches)),
        (_("Found nothing"), format_percent(now.nothing_share), was(format_percent(before.nothing_share))),
        (_("Opened the first"), format_percent(now.first_share), was(format_percent(before.first_share))),
        (_("Opened one of ten"), format_percent(now.ten_share), was(format_percent(before.ten_share))),
        (_("Mean reciprocal place"), _decimal(now.mrr), was(_decimal(before.mrr))),
        (_("Inquiries"), format_count(now.inquiries), change_words(now.inquiries, before.inquiries)),
        (_("Orders"), format_count(now.orders), change_words(now.orders, before.orders)),
        (_("Answered by the reserve engine"), format_count(now.degraded), was(format_count(before.degraded))),
    ]


def _decimal(ten_thousandths: int) -> str:
    return f"{ten_thousandths / 10_000:.3f}"


@require_safe
@staff_required(*STAFF)
def staff_csv(request: HttpRequest) -> HttpResponse:
    """Every query of the period with its figures, as a file that Excel opens."""
    check("export", f"u{request.user.pk}")
    period = read_period(request.GET)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"queries-{period.first}-{period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    columns = [name for name in Figures.__slots__ if name != "reciprocals"]
    rows = csv.writer(response)
    rows.writerow(["q", *columns, "click_share_bp", "mrr"])
    for row in all_rows(period, MOST_EXPORTED):
        figures: list[Any] = [getattr(row.figures, column) for column in columns]
        rows.writerow([_safe(row.q), *figures, row.figures.click_share, _decimal(row.figures.mrr)])
    return response


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RISKY) else text
