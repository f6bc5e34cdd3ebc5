"""One place turns refusals into pages, fragments and RFC 9457 problems."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .errors import Refusal

_WORDS = {
    400: "Bad request",
    405: "Method not allowed",
    413: "Too large",
    414: "Address too long",
    415: "Only UTF-8 is understood",
    431: "Headers too large",
    501: "Not implemented",
}


def plain(status: int) -> HttpResponse:
    """A short text answer for requests that no page was meant for."""
    response = HttpResponse(f"{status} {_WORDS.get(status, '')}\n", status=status, content_type="text/plain")
    if status == 405:
        response["Allow"] = "GET, HEAD, POST, OPTIONS"
    if status in (413, 400):
        response["Connection"] = "close"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asked for JSON rather than a page."""
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def refusal_response(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """The refusal as a problem document, an htmx fragment or a page with the frame around it."""
    status = status or refusal.status
    fields = {name: str(text) for name, text in refusal.fields.items()}
    if wants_json(request):
        body = {
            "type": f"urn:chandi:refusal:{refusal.code}",
            "title": str(refusal.sentence),
            "status": status,
            "code": refusal.code,
            "fields": fields,
        }
        response: HttpResponse = JsonResponse(
            body,
            status=status,
            content_type="application/problem+json",
            json_dumps_params={"ensure_ascii": False},
        )
    else:
        fragment = getattr(request, "htmx", False)
        template = "ui/errors/fragment.html" if fragment else "ui/errors/refusal.html"
        context = {"refusal": refusal, "status": status, "fields": fields, "heading": _heading(status)}
        response = HttpResponse(render_to_string(template, context, request=request), status=status)
    if status in (429, 503):
        response["Retry-After"] = str(refusal.facts.get("retry_after", 10))
    return response


def _heading(status: int) -> str:
    return {
        403: _("Not for this role"),
        404: _("Nothing here"),
        409: _("Not possible now"),
        422: _("Please correct this"),
        429: _("A little too fast"),
        503: _("Back in a moment"),
    }.get(status, _("That did not work"))
