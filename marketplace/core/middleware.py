"""The outer wall: requests no view should see, headers every answer carries, refusals turned into pages."""

import re
import uuid
from collections.abc import Callable
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from .errors import InvalidInput, Refusal, TemporarilyUnavailable
from .responses import plain, refusal_response

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
# The scripts of Wagtail's admin use the other verbs too, and send JSON.
CMS = "/cms/"
CMS_METHODS = METHODS | {"PUT", "PATCH", "DELETE"}
# Addresses that read a body as it is, instead of a form.
HOOKS = "/hooks/"
RAW_BODIES = (HOOKS, CMS)
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_URL = 8_192
MAX_HEADERS = 100
MAX_HEADER_BYTES = 16_384
MAX_COOKIE_BYTES = 8_000
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_BOUNDARY = re.compile(r"boundary=\"?([^\s;\"]+)", re.IGNORECASE)
# NUL, and bytes that are no UTF-8, which Django writes with their percent signs again.
_UNREADABLE = re.compile(r"%00|\x00|%[89a-f][0-9a-f]", re.IGNORECASE)


def refusal_status(request: HttpRequest) -> int:
    """The status with which a request is turned away before any view, or 0.

    Bodies, headers, charsets, paths and methods that no view should have to think about.
    """
    meta = request.META
    if request.method not in (CMS_METHODS if request.path.startswith(CMS) else METHODS):
        return 405 if (request.method or "").isascii() and (request.method or "").isalpha() else 400
    raw_query = meta.get("QUERY_STRING", "")
    if len(request.path) + len(raw_query) > MAX_URL:
        return 414
    headers = {k: v for k, v in meta.items() if k.startswith("HTTP_") and isinstance(v, str)}
    if len(headers) > MAX_HEADERS or sum(len(v) for v in headers.values()) > MAX_HEADER_BYTES:
        return 431
    if len(headers.get("HTTP_COOKIE", "")) > MAX_COOKIE_BYTES:
        return 431
    # Two slashes first would be another host's address, were we ever to send somebody there.
    if (
        request.path.startswith("//")
        or _UNREADABLE.search(request.path)
        or "�" in request.path
        or ".." in request.path.split("/")
    ):
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
    if content_type.lower().startswith(FORM_TYPES[1]) and not _BOUNDARY.search(content_type):
        return 400
    is_form = content_type.split(";")[0].strip().lower() in FORM_TYPES
    if int(length) and not is_form and not request.path.startswith(RAW_BODIES):
        return 415
    return 0


class _Ending:
    """A request's body that remembers how it ended."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        return self._remember(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._remember(self._stream.readline(size))

    def _remember(self, part: bytes) -> bytes:
        self.last = (self.last + part)[-200:]
        return part


def _form_status(request: HttpRequest) -> int:
    """Read a form, once and for all who ask for it later: the status for one that can't be read, or 0."""
    found = _BOUNDARY.search(request.META.get("CONTENT_TYPE") or "")
    ending = _Ending(request._stream)
    if found:
        request._stream = ending  # type: ignore[assignment]
    try:
        request.POST  # noqa: B018
    except (RequestDataTooBig, TooManyFilesSent):
        return 413
    except (SuspiciousOperation, MultiPartParserError, UnicodeError, UnreadablePostError):
        return 400
    # Django takes what has come of a form that was cut off; half a form is no wish of anybody.
    if found and ending.last:
        closed = ending.last.rstrip(b"\r\n").endswith(b"--" + found.group(1).encode("latin-1") + b"--")
        return 0 if closed else 400
    return 0


class RefuseBadRequests:
    """First in the chain: answers malformed and oversized requests plainly, without touching the database.

    Gives every request its id, which stands in its answer, its log lines and its audit records. Nobody
    outside chooses it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request.META["HTTP_X_REQUEST_ID"] = str(uuid.uuid4())
        status = refusal_status(request)
        response = self._refuse(request, status) if status else self.get_response(request)
        response["X-Request-ID"] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A form that can't be read is refused before a view, or the check of its token, meets it."""
        content_type = (request.META.get("CONTENT_TYPE") or "").split(";")[0].strip().lower()
        is_form = request.method == "POST" and content_type in FORM_TYPES
        if not is_form or request.path.startswith(HOOKS):
            return None
        status = _form_status(request)
        return self._refuse(request, status) if status else None

    def _refuse(self, request: HttpRequest, status: int) -> HttpResponse:
        log.warning(
            "request_refused",
            status=status,
            path=request.path[:200],
            request_id=request.META["HTTP_X_REQUEST_ID"],
        )
        return plain(request, status)


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
            return plain(request, 413)
        if isinstance(exception, (MultiPartParserError, UnicodeError)):
            return refusal_response(request, InvalidInput(code="unreadable"), status=400)
        if isinstance(exception, SuspiciousOperation):
            return plain(request, 400)
        if isinstance(exception, (OperationalError, InterfaceError)):
            return refusal_response(request, TemporarilyUnavailable())
        return None
