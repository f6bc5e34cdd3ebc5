"""Past queries the search box offers, and those it must not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.requests import signed_in
from marketplace.companies.acting import staff_required
from marketplace.core.errors import InvalidInput
from search.suggestions.hidden import forget_hidden

from .. import actions, queries
from ..forms import HideForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(*queries.STAFF)
def suggestions(request: HttpRequest) -> HttpResponse:
    """What is offered, to be looked through by a part of it, what is hidden, and hiding."""
    part = request.GET.get("q", "")[:128].strip()
    form = HideForm(request.POST or None, initial={"q": request.GET.get("hide", "")[:128]})
    if request.method == "POST" and form.is_valid() and _hidden(request, form):
        return redirect("curation:suggestions")
    context = {
        "form": form,
        "part": part,
        "offered": queries.offered_queries(part),
        "hidden": queries.hidden_suggestions(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "search/curation/suggestions.html", context, status=status)


def _hidden(request: HttpRequest, form: HideForm) -> bool:
    try:
        row = actions.hide_suggestion(acting_user=signed_in(request), **form.cleaned_data)
    except InvalidInput:
        form.add_error("q", _("Nothing is left of this query when it is read."))
        return False
    forget_hidden()  # this process at once, the others within seconds
    messages.success(request, _("“%(q)s” is not offered any more.") % {"q": row.q})
    return True


@require_POST
@staff_required(*queries.STAFF)
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a hidden query be offered again."""
    actions.show_suggestion(acting_user=signed_in(request), public_id=public_id)
    forget_hidden()  # this process at once, the others within seconds
    messages.success(request, _("It may be offered again."))
    return redirect("curation:suggestions")
