"""URLs that stay inside the portal a reader is in, and the same page in the other language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

_PLACE = "0000000000000"


def _code(portal: Any) -> str:
    return "" if portal is None else getattr(portal, "code", portal)


@lru_cache(maxsize=512)
def _has_portal_twin(urlconf: str, name: str, code: str, count: int) -> bool:
    try:
        reverse(f"portal:{name}", args=(code, *([_PLACE] * count)))
    except NoReverseMatch:
        return False
    return True


def here_url(portal: Any, name: str, *args: Any) -> str:
    """URL of a named page, inside the portal (a cluster or its code) when there is one.

    Pages that exist only once (an account, the staff pages) keep their one address. Raises NoReverseMatch
    for a name that does not exist at all.
    """
    code = _code(portal)
    if not args:
        return _fixed(settings.ROOT_URLCONF, get_language() or "", code, name)
    first = args[0]
    if len(args) == 1 and isinstance(first, str) and len(first) == len(_PLACE) and first.isalnum():
        return url_maker(portal, name)(quote(first))
    return _reverse(code, name, args)


def _reverse(code: str, name: str, args: tuple[Any, ...]) -> str:
    if code and _has_portal_twin(settings.ROOT_URLCONF, name, code, len(args)):
        return reverse(f"portal:{name}", args=(code, *args))
    return reverse(name, args=args)


@lru_cache(maxsize=4096)
def _fixed(urlconf: str, language: str, code: str, name: str) -> str:
    return _reverse(code, name, ())


@lru_cache(maxsize=1024)
def _pattern(urlconf: str, language: str, code: str, name: str) -> tuple[str, str]:
    head, _, tail = _reverse(code, name, (_PLACE,)).rpartition(_PLACE)
    return head, tail


def url_maker(portal: Any, name: str) -> Callable[[str], str]:
    """A function public id → URL for a page with one argument; for lists, where `reverse` per row is dear."""
    head, tail = _pattern(settings.ROOT_URLCONF, get_language() or "", _code(portal), name)
    return lambda public_id: f"{head}{public_id}{tail}"


@lru_cache(maxsize=4096)
def _door(urlconf: str, language: str, code: str, name: str) -> str:
    try:
        return here_url(code or None, name)
    except NoReverseMatch:
        return ""


def door(portal: Any, name: str) -> str:
    """URL of a page without arguments, or "" where this installation has no such page. Remembered."""
    return _door(settings.ROOT_URLCONF, get_language() or "", _code(portal), name)


@lru_cache(maxsize=16_384)
def _asset(root: str, path: str) -> str:
    return static(path)


def asset(path: str) -> str:
    """URL of a static file. Remembered: its name holds its content, and both stay while the process runs."""
    return _asset(settings.STATIC_URL, path)


def in_language(path: str, language: str) -> str:
    """The same path (with its query) in another language: only the prefix differs between the two.

    "/listings/a/?q=1", "en" → "/en/listings/a/?q=1"; the site's first language has no prefix.
    """
    for code, _name in settings.LANGUAGES:
        if path == f"/{code}" or path.startswith((f"/{code}/", f"/{code}?")):
            path = path[len(code) + 1 :] or "/"
            break
    path = path if path.startswith("/") else f"/{path}"
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def query_string(request: HttpRequest, **changes: Any) -> str:
    """The present query with changes: None or "" drops a key, a list sets several values."""
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        elif isinstance(value, list | tuple):
            params.setlist(key, [str(item) for item in value])
        else:
            params[key] = str(value)
    text = params.urlencode()
    return f"?{text}" if text else "?"
