"""The admin's own Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

PREFIX = "/cms/"
_LOOSER = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    # The editor shows its previews in a frame of the same site.
    "frame-src": [SELF],
}


class CmsContentSecurityPolicy:
    """Wagtail's admin has inline scripts and styles; below /cms/, and nowhere else, they are allowed.

    Listed after `csp.middleware.CSPMiddleware`. A page's preview is served below /cms/ too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PREFIX):
            response._csp_replace = _LOOSER  # type: ignore[attr-defined]
        return response
