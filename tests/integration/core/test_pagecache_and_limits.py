"""Anonymous pages are kept for seconds and never mix readers; limits are counted per key."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from marketplace.core import ratelimits
from marketplace.core.errors import TooManyRequests
from marketplace.core.pagecache import AnonymousPageCache


@pytest.fixture(autouse=True)
def _on() -> Iterator[None]:
    with override_settings(PAGE_CACHE_SECONDS=5):
        yield


class Site:
    """Counts how often the page behind the cache is made."""

    def __init__(self) -> None:
        self.made = 0
        self.cookie = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        answer = HttpResponse(f"page {self.made}")
        if self.cookie:
            answer.set_cookie("seen", "1")
        return answer


def _ask(site: Site, path: str = "/find/", **meta: str) -> HttpResponse:
    request = RequestFactory().get(path, **meta)  # type: ignore[arg-type]
    for pair in meta.get("HTTP_COOKIE", "").split(";"):
        if "=" in pair:
            request.COOKIES.update([pair.strip().split("=", 1)])
    return AnonymousPageCache(site)(request)


def test_the_second_anonymous_reader_gets_the_kept_page() -> None:
    site = Site()
    assert _ask(site).content == _ask(site).content
    assert site.made == 1
    assert _ask(site)["X-Page-Cache"] == "hit"


def test_paths_queries_hosts_and_languages_do_not_mix() -> None:
    site = Site()
    _ask(site, "/find/")
    _ask(site, "/find/?q=a")
    _ask(site, "/en/find/")
    _ask(site, "/find/", HTTP_HOST="zhuji.example")
    assert site.made == 4


@pytest.mark.parametrize(
    "meta",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_ACCEPT": "application/json"},
    ],
)
def test_a_reader_who_could_see_more_never_gets_or_makes_a_kept_page(meta: dict[str, str]) -> None:
    site = Site()
    _ask(site)
    _ask(site, **meta)
    _ask(site, **meta)
    assert site.made == 3


def test_a_page_that_sets_a_cookie_is_not_kept() -> None:
    site = Site()
    site.cookie = True
    _ask(site)
    _ask(site)
    assert site.made == 2


def test_signed_in_areas_are_never_kept() -> None:
    site = Site()
    for path in ("/account/login/", "/en/account/login/", "/cms/", "/staff/"):
        _ask(site, path)
        _ask(site, path)
    assert site.made == 8


@override_settings(RATE_LIMITS_ENABLED=True, RATE_LIMITS={"inquiry": (3, 3600)})
def test_the_limit_is_exact_and_per_key() -> None:
    for _ in range(3):
        ratelimits.check("inquiry", "a")
    with pytest.raises(TooManyRequests) as refused:
        ratelimits.check("inquiry", "a")
    assert 0 < refused.value.facts["retry_after"] <= 3600
    ratelimits.check("inquiry", "b")


@override_settings(TRUSTED_PROXY_COUNT=0)
def test_a_forwarded_header_from_anyone_is_ignored() -> None:
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="127.0.0.9")
    assert ratelimits.client_address(request) == "127.0.0.9"


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_behind_our_proxy_the_last_hop_counts() -> None:
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3", REMOTE_ADDR="127.0.0.1")
    assert ratelimits.client_address(request) == "10.1.2.3"
