"""The outer wall: requests no view should see, headers every answer carries, refusals turned into pages."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from .errors import InvalidInput, Refusal, TemporarilyUnavailable
from .responses import plain, refusal_response

GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MAX_URL = 8_192
MAX_HEADERS = 100
MAX_HEADER_BYTES = 16_384
MAX_COOKIE_BYTES = 8_000
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_NUL = re.compile(r"%00|\x00", re.IGNORECASE)


def refusal_status(request: HttpRequest) -> int:
    """The status with which a request is turned away before any view, or 0.

    Bodies, headers, charsets, paths and methods that no view should have to think about.
    """
    meta = request.META
    if request.method not in METHODS:
        return 405 if (request.method or "").isascii() and (request.method or "").isalpha() else 400
    raw_query = meta.get("QUERY_STRING", "")
    if len(request.path) + len(raw_query) > MAX_URL:
        return 414
    headers = {k: v for k, v in meta.items() if k.startswith("HTTP_") and isinstance(v, str)}
    if len(headers) > MAX_HEADERS or sum(len(v) for v in headers.values()) > MAX_HEADER_BYTES:
        return 431
    if len(headers.get("HTTP_COOKIE", "")) > MAX_COOKIE_BYTES:
        return 431
    if _NUL.search(request.path) or "�" in request.path or ".." in request.path.split("/"):
        return 400
    return _body_status(request, meta)


def _body_status(request: HttpRequest, meta: dict[str, Any]) -> int:
    length = meta.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit():
        return 400
    if int(length) > settings.BODY_MAX_BYTES:
        return 413
    content_type = meta.get("CONTENT_TYPE") or ""
    found = _CHARSET.search(content_type)
    # Django 5.2 answers 500 to a form in another charset (both handlers read POST again); we answer 415.
    if found and found.group(1).lower() != "utf-8":
        return 415
    if content_type.lower().startswith("multipart/form-data") and "boundary=" not in content_type:
        return 400
    return 0


class RefuseBadRequests:
    """First in the chain: answers malformed and oversized requests plainly, without touching the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        status = refusal_status(request)
        if status:
            return plain(status)
        return self.get_response(request)


class SecurityHeaders:
    """Headers every answer carries (RELIABILITY §9)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), payment=(), geolocation=(self), interest-cohort=()",
        )
        return response


class Refusals:
    """Turns a typed refusal, a body that cannot be read and a database that is away into clear answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_response(request, exception)
        if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)):
            return plain(413)
        if isinstance(exception, (MultiPartParserError, UnicodeError)):
            return refusal_response(request, InvalidInput(code="unreadable"), status=400)
        if isinstance(exception, SuspiciousOperation):
            return plain(400)
        if isinstance(exception, (OperationalError, InterfaceError)):
            return refusal_response(request, TemporarilyUnavailable())
        return None
