"""One place turns refusals into pages, fragments and RFC 9457 problems."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .errors import Refusal

# What is said for a status that no typed refusal carries.
SENTENCES = {
    400: gettext_lazy("This request could not be understood. Nothing was changed."),
    405: gettext_lazy(
        "This address does not take that kind of request. Go back and use the button on the page."
    ),
    413: gettext_lazy("What you sent is too large. Make the file smaller and send it again."),
    414: gettext_lazy("This address is too long. Shorten what you look for and try again."),
    415: gettext_lazy("This kind of file or form is not understood here."),
    431: gettext_lazy("Your browser sent more than we take. Clear the cookies of this site and try again."),
}
_ENGLISH = ("/en", "/en/")


def plain(request: HttpRequest, status: int) -> HttpResponse:
    """A short answer for requests that no page was meant for, in the language of their address.

    Touches neither session nor database.
    """
    is_english = request.path in _ENGLISH or request.path.startswith(_ENGLISH[1])
    with translation.override("en" if is_english else settings.LANGUAGE_CODE):
        sentence = str(SENTENCES.get(status, Refusal.sentence))
    if wants_json(request):
        response = _problem(f"status_{status}", sentence, status, {})
    else:
        response = HttpResponse(
            f"{status} {sentence}\n", status=status, content_type="text/plain; charset=utf-8"
        )
    response["X-Content-Type-Options"] = "nosniff"
    if status == 405:
        response["Allow"] = "GET, HEAD, POST, OPTIONS"
    if status in (413, 400):
        response["Connection"] = "close"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the client asked for JSON rather than a page."""
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def _problem(code: str, title: str, status: int, fields: dict[str, str]) -> HttpResponse:
    """A problem document (RFC 9457)."""
    body = {
        "type": f"urn:chandi:refusal:{code}",
        "title": title,
        "status": status,
        "code": code,
        "fields": fields,
    }
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def refusal_response(request: HttpRequest, refusal: Refusal, *, status: int | None = None) -> HttpResponse:
    """The refusal as a problem document, an htmx fragment or a page with the frame around it."""
    status = status or refusal.status
    fields = {name: str(text) for name, text in refusal.fields.items()}
    if wants_json(request):
        response = _problem(refusal.code, str(refusal.sentence), status, fields)
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
