"""Requests per key and window, counted in the shared cache (RELIABILITY §9)."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from .errors import TooManyRequests
from .responses import refusal_response

_EXEMPT = ("/static/", "/media/", "/healthz", "/readyz", "/hooks/")


def client_address(request: HttpRequest) -> str:
    """The client's address; forwarded headers count only from the number of proxies we run."""
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted: int = settings.TRUSTED_PROXY_COUNT
    if trusted and len(hops) >= trusted:
        return str(hops[-trusted])
    return str(request.META.get("REMOTE_ADDR", ""))


def check(name: str, key: str) -> None:
    """Count one use of `name` by `key`; raises TooManyRequests past the limit of the present window."""
    if not settings.RATE_LIMITS_ENABLED:
        return
    allowed, window = settings.RATE_LIMITS[name]
    now = int(time.time())
    slot = f"rate:{name}:{key}:{now // window}"
    cache.add(slot, 0, timeout=window + 5)
    try:
        used = cache.incr(slot)
    except ValueError:  # the slot expired between the two calls: a new window has begun
        cache.set(slot, 1, timeout=window + 5)
        used = 1
    if used > allowed:
        raise TooManyRequests(retry_after=window - now % window)


def _key(request: HttpRequest, per: str) -> str:
    """Whose use it is: the acting company's, else the signed-in user's, else the address's."""
    company = getattr(request, "company", None) if per == "company" else None
    if company is not None:
        return f"c{company.pk}"
    return f"u{request.user.pk}" if request.user.is_authenticated else client_address(request)


def limited(
    name: str, *, per: str = "user"
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorator of a view: its unsafe requests are counted per user (or acting company), else per address."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                check(name, _key(request, per))
            return view(request, *args, **kwargs)

        inner.__name__, inner.__doc__, inner.__module__ = view.__name__, view.__doc__, view.__module__
        return inner

    return wrap


class RateLimits:
    """The site-wide limit on page reads per address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_EXEMPT):
            try:
                check("pages", client_address(request))
            except TooManyRequests as refusal:
                return refusal_response(request, refusal)
        return self.get_response(request)
