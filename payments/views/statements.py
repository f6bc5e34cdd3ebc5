"""Statements as they were frozen at a month's end."""

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.companies.acting import acting_required
from marketplace.core.money import Money
from marketplace.core.ratelimits import check

from .. import showing
from ..queries.finance import frozen_statement
from .common import acting
from .finance import safe_cell


def _buckets() -> list[str]:
    return [_("Not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("Over 90 days")]


@never_cache
@require_safe
@acting_required("see_money", kind="buyer")
def frozen(request: HttpRequest, public_id: str) -> HttpResponse:
    """A month as it was known at its end, with the age of what was owed."""
    found = frozen_statement(acting(request), public_id)
    aged = [
        (name, principal, fees)
        for name, principal, fees in zip(
            _buckets(), found.ageing["principal"], found.ageing["fees"], strict=True
        )
    ]
    context = {"statement": found, "aged": aged, "disputed": found.ageing["disputed"]}
    return render(request, "payments/frozen_statement.html", context)


@never_cache
@require_safe
@acting_required("see_money", kind="buyer")
def frozen_csv(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same as a file that Excel opens."""
    found = frozen_statement(acting(request), public_id)
    check("export", f"u{request.user.pk}")

    def major(amount: int) -> str:
        return str(Money(amount, found.currency).as_decimal())

    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"statement-{found.currency}-{found.until}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = csv.writer(response)
    rows.writerow([_("Date"), _("Event"), _("Reference"), _("Change"), _("Balance"), _("Currency")])
    rows.writerow([found.since, _("Opening balance"), "", "", major(found.opening), found.currency])
    for line in found.lines:
        cells = [
            line["day"],
            showing.event_name(line["kind"]),
            line["reference"],
            major(line["change"]),
            major(line["balance"]),
            found.currency,
        ]
        rows.writerow([safe_cell(cell) for cell in cells])
    rows.writerow([found.until, _("Closing balance"), "", "", major(found.closing), found.currency])
    return response
