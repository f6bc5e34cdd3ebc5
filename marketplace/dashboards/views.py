"""Staff pages. Money has its own under payments; these lead there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marketplace.companies.acting import staff_required

from . import queries

QUEUE_NAMES = {
    "accept": _("Orders waiting for a factory's answer"),
    "ship": _("Orders to be shipped"),
    "ask": _("Questions without an answer"),
    "parked": _("Messages that could not be delivered"),
}
ANY_STAFF = ("support", "credit", "finance", "moderator")


@require_safe
@staff_required(*ANY_STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """Queues with age, the newest orders, jobs and the outbox."""
    context = {
        "queues": [(QUEUE_NAMES[q.name], q) for q in queries.queues()],
        "orders": queries.latest_orders(),
        "lag": round(queries.outbox_lag()),
        "jobs": queries.job_runs(),
    }
    return render(request, "dashboards/staff.html", context)


@require_safe
@staff_required(*ANY_STAFF)
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """One order with both sides, its shipments and its trail."""
    return render(request, "dashboards/order.html", {"file": queries.order_file(public_id)})


@require_safe
@staff_required(*ANY_STAFF)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why, over everything."""
    before = request.GET.get("before", "")
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    word = request.GET.get("word", "").replace("\x00", "").strip()[:64]
    records = list(queries.audit_page(word=word, before=at))
    context = {
        "records": records,
        "word": word,
        "next_before": records[-1].pk if len(records) == queries.PAGE else None,
    }
    return render(request, "dashboards/audit.html", context)
