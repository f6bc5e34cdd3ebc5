"""Whole pages for anonymous readers, kept for seconds. Never with a session, never when a cookie is set.

The key holds scheme, host, path and query; language is part of the path. What a signed-in reader sees never
enters. A reader who chose a language by cookie is only sent on at `/`, so `/` is keyed by that cookie too.
"""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

# Called with the request and the headers of the answer whenever a page is answered from the cache, by apps
# above that count what is seen; registered in `AppConfig.ready`. They must be quick and never fail.
on_hit: list[Callable[[HttpRequest, dict[str, str]], None]] = []

_SKIP = (
    "/cms/",
    "/account/",
    "/static/",
    "/media/",
    "/hooks/",
    "/dev/",
    "/ui/",
    "/healthz",
    "/readyz",
    "/staff/",
)


def _cacheable(request: HttpRequest) -> bool:
    if request.method not in ("GET", "HEAD") or settings.PAGE_CACHE_SECONDS <= 0:
        return False
    cookies = request.COOKIES
    if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies:
        return False
    meta = request.META
    if "HTTP_HX_REQUEST" in meta or "HTTP_AUTHORIZATION" in meta or "HTTP_RANGE" in meta:
        return False
    if "json" in meta.get("HTTP_ACCEPT", ""):
        return False
    path = request.path
    return not path.removeprefix("/en").startswith(_SKIP)


def _key(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")[:12] if request.path == "/" else ""
    parts = (request.META.get("HTTP_HOST", ""), request.scheme or "", request.get_full_path(), language)
    return "page:" + hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


class AnonymousPageCache:
    """Answers from the cache before sessions, languages and the database are touched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _cacheable(request):
            return self.get_response(request)
        key = _key(request)
        kept = cache.get(key)
        if kept is not None:
            body, headers = kept
            answer = HttpResponse(body)
            for name, value in headers:
                answer[name] = value
            answer["X-Page-Cache"] = "hit"
            for tell in on_hit:
                tell(request, dict(headers))
            return answer
        response = self.get_response(request)
        if (
            response.status_code == 200
            and not response.cookies
            and not response.streaming
            and "no-store" not in response.get("Cache-Control", "")
            and "private" not in response.get("Cache-Control", "")
        ):
            cache.set(key, (response.content, list(response.items())), settings.PAGE_CACHE_SECONDS)
        return response
