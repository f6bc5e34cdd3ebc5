"""The unsubscribe link of a mail. It works without signing in; its token is the right to it.

Mail programs stop the mails by a POST of their own (RFC 8058), without cookies, so no CSRF check can be asked
for: the signed token says more than it would. A GET only shows the page with the button, because programs
that look through mails open every link.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from marketplace.core.actors import SystemActor

from .actions import stop_mails
from .queries import saved_by_token


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would be stopped; by POST, stop it."""
    saved = saved_by_token(token)
    if request.method == "POST":
        stop_mails(acting_user=SystemActor("unsubscribe link"), saved=saved)
    return render(request, "search/saved/stop.html", {"saved": saved, "is_stopped": not saved.by_mail})
