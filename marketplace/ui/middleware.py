"""Two small courtesies: a page for bare error answers, and the remembered language at the front door."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

from marketplace.core.responses import wants_json

from .error_pages import STATUSES, error_page
from .links import in_language

GetResponse = Callable[[HttpRequest], HttpResponse]


class PreferredLanguage:
    """`/` is the one address without a language of its own: a remembered choice sends its reader on.

    Every other address says its language, so a link shows everyone the same. Must come after sessions and
    before the language is activated; a reader who just chose Chinese has a cookie that says so and stays.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/" or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen != settings.LANGUAGE_CODE and chosen in dict(settings.LANGUAGES):
            response: HttpResponse = HttpResponseRedirect(in_language(request.get_full_path(), chosen))
            response["Cache-Control"] = "private, no-store"
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        return response


class DressedErrors:
    """Gives bare error answers (a 405 of a decorator, say) the page the reader deserves; headers stay."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        bare = response.status_code in STATUSES and not response.streaming and not response.content
        wanted = "text/html" in request.headers.get("Accept", "") or wants_json(request)
        if not bare or not wanted:
            return response
        dressed = error_page(request, response.status_code)
        for name, value in response.items():
            if name not in ("Content-Type", "Content-Length"):
                dressed[name] = value
        dressed.cookies = response.cookies
        return dressed

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """With DEBUG on Django would show its own technical page for these; readers get the site's."""
        if isinstance(exception, Http404):
            return error_page(request, 404)
        if isinstance(exception, PermissionDenied):
            return error_page(request, 403)
        return None
