"""The page one sends a picture from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from marketplace.core import ratelimits
from marketplace.core.errors import InvalidInput
from marketplace.ui.links import here_url

from .actions import find_by_picture
from .errors import NoPicture
from .forms import read_upload


@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: HttpRequest) -> HttpResponse:
    """A picture sent leads to what looks like it; what is no picture is told, and the page stays."""
    if request.method != "POST":
        return render(request, "search/picture.html", {"error": ""})
    user = request.user
    ratelimits.check(
        "picture", f"u{user.pk}" if user.is_authenticated else ratelimits.client_address(request)
    )
    try:
        upload = read_upload(request.FILES)
        if upload is None:
            raise NoPicture
        file, size = upload
        sent = find_by_picture(file=file, size=size)
    except InvalidInput as refusal:
        response = render(request, "search/picture.html", {"error": refusal.sentence}, status=refusal.status)
        patch_cache_control(response, no_store=True)
        return response
    portal = getattr(request, "portal", None)
    return HttpResponseRedirect(f"{here_url(portal, 'search:results')}?picture={sent}", status=303)
