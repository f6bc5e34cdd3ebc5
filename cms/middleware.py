"""The admin's own Content-Security-Policy and language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from marketplace.core.errors import TooManyRequests
from marketplace.core.responses import refusal_response

from .uploads import count_upload

PREFIX = "/cms/"
_LOOSER = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}


class CmsContentSecurityPolicy:
    """Wagtail's admin has inline scripts and styles; below /cms/, and nowhere else, they are allowed.

    Listed after `csp.middleware.CSPMiddleware`. The admin's addresses carry no language, so it speaks the one
    its user chose for the site.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PREFIX):
            response._csp_replace = _LOOSER  # type: ignore[attr-defined]
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Activate the user's language; by now the session has been read. Count what is uploaded."""
        user = getattr(request, "user", None)
        if request.path.startswith(PREFIX) and user is not None and user.is_authenticated:
            translation.activate(user.language)
            try:
                count_upload(request)
            except TooManyRequests as refusal:
                return refusal_response(request, refusal)
        return None
