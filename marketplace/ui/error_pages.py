"""What is said when something does not work, for statuses that no typed refusal carries.

`core.responses` makes the answer (page, fragment or problem document); here are the handlers Django calls and
their sentences. The page for 500 asks nothing of the database, the session or the frame.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import Forbidden, NotFound, Refusal, TemporarilyUnavailable, TooManyRequests
from marketplace.core.responses import SENTENCES, refusal_response

STATUSES = (400, 403, 404, 405, 413, 415, 429, 500, 503)


def refusal_of(status: int) -> Refusal:
    """The refusal that stands for a bare status."""
    known: dict[int, type[Refusal]] = {
        403: Forbidden,
        404: NotFound,
        429: TooManyRequests,
        503: TemporarilyUnavailable,
    }
    if status in known:
        return known[status]()
    return Refusal(SENTENCES.get(status), code=f"status_{status}")


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The answer for a status, in the form the client asked for."""
    if status == 500:
        return server_error(request)
    return refusal_response(request, refusal_of(status), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return error_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a page that needs nothing but its own file."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form was too old, or cookies are off."""
    sentence = _(
        "This form has grown too old or cookies are switched off. Reload the page and send it again."
    )
    return refusal_response(request, Refusal(sentence, code="form_expired"), status=403)
