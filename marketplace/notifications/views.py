"""The inbox: one's own notices."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import signed_in

from .actions import mark_all_read, mark_read
from .queries import PAGE, notice_of, notices_of, unread_count, url_of


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The latest notices; `?before=` pages on."""
    before = request.GET.get("before", "")
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    lines = notices_of(signed_in(request), before=at)
    context = {
        "lines": lines,
        "unread": unread_count(signed_in(request)),
        "next_before": lines[-1].notice.pk if len(lines) == PAGE else None,
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
@login_required
def open_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark as read and go where the notice leads."""
    notice = notice_of(signed_in(request), public_id)
    mark_read(acting_user=signed_in(request), notice=notice)
    return redirect(url_of(notice))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_all_read(acting_user=signed_in(request))
    return redirect("notifications:inbox")
