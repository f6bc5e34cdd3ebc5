"""Which portal a request is inside of."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from marketplace.core.errors import NotFound
from marketplace.core.responses import refusal_response

from .queries import cluster_line


class PortalOfRequest:
    """`request.portal`: the ClusterLine named by the URL, or None. Views never see its code."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.portal = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        code = kwargs.pop("portal_code", None)
        if code is not None:
            line = cluster_line(code)
            if line is None:
                return refusal_response(request, NotFound())
            request.portal = line  # type: ignore[attr-defined]
        return None
