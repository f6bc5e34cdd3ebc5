"""What the results page tells when a listing is opened, and the choice not to be kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.requests import signed_in
from marketplace.core import ratelimits
from marketplace.core.errors import InvalidInput
from marketplace.ui.links import here_url

from .actions import choose_log
from .forms import LogChoiceForm, read_click
from .noting import note_click


@never_cache
@require_safe
def clicked(request: HttpRequest) -> HttpResponse:
    """A listing was opened. Answers with nothing, whatever was sent.

    A GET, because readers without a name have no token for a form; it changes nothing but a count.
    """
    ratelimits.check("suggest", ratelimits.client_address(request))
    click = read_click(request.GET)
    if click is not None:
        query_id, listing, position = click
        note_click(request, query_id=query_id, listing=listing, position=position)
    return HttpResponse(status=204)


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Have one's searches kept, or not."""
    form = LogChoiceForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={"keep": _("Choose whether your searches are kept.")})
    keep = form.cleaned_data["keep"] == "1"
    choose_log(acting_user=signed_in(request), keep=keep)
    messages.success(request, _("Your searches are kept.") if keep else _("Your searches are not kept."))
    return HttpResponseRedirect(here_url(getattr(request, "portal", None), "search:saved"), status=303)
