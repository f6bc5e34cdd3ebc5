"""Addresses: the other language, the query kept, the portal not left."""

import pytest
from django.test import RequestFactory
from django.urls import NoReverseMatch
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ui import links
from marketplace.ui.context import Doors


@pytest.mark.parametrize(
    ("path", "language", "result"),
    [
        ("/", "en", "/en/"),
        ("/en/", "zh-hans", "/"),
        ("/en", "zh-hans", "/"),
        ("/en/find/?q=a&q=b", "zh-hans", "/find/?q=a&q=b"),
        ("/find/?q=棉", "en", "/en/find/?q=棉"),
        ("/zhuji-socks/", "en", "/en/zhuji-socks/"),
        ("/en?x=1", "en", "/en/?x=1"),
        ("/english-town/", "en", "/en/english-town/"),
        ("/en/", "en", "/en/"),
    ],
)
def test_the_same_page_in_another_language(path: str, language: str, result: str) -> None:
    assert links.in_language(path, language) == result


@given(st.text(alphabet="abcen/-0", max_size=20).map(lambda tail: "/" + tail.lstrip("/")))
def test_switching_twice_comes_back(path: str) -> None:
    chinese = links.in_language(path, "zh-hans")
    assert links.in_language(links.in_language(chinese, "en"), "zh-hans") == links.in_language(
        chinese, "zh-hans"
    )


def test_the_query_keeps_what_is_not_changed() -> None:
    request = RequestFactory().get("/find/", {"q": "棉袜", "page": "3", "town": ["a", "b"]})
    assert links.query_string(request, page=2) == "?q=%E6%A3%89%E8%A2%9C&page=2&town=a&town=b"
    assert links.query_string(request, page=None, town=["c", "d"]) == "?q=%E6%A3%89%E8%A2%9C&town=c&town=d"
    assert links.query_string(request, q="", page=None, town=None) == "?"
    assert request.GET["page"] == "3", "the request itself must not change"


def test_here_stays_in_the_portal() -> None:
    with translation.override("zh-hans"):
        assert links.here_url(None, "catalog:listing", "0123456789abc") == "/listings/0123456789abc/"
        assert (
            links.here_url("zhuji-socks", "catalog:listing", "0123456789abc")
            == "/zhuji-socks/listings/0123456789abc/"
        )
        assert links.here_url("zhuji-socks", "account_login") == "/account/login/"
    with translation.override("en"):
        assert links.here_url("zhuji-socks", "search:results") == "/en/zhuji-socks/find/"


def test_a_name_that_does_not_exist_is_a_fault() -> None:
    with pytest.raises(NoReverseMatch):
        links.here_url("zhuji-socks", "catalog:nothing")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("portal", [None, "zhuji-socks"])
def test_many_addresses_of_one_kind_are_the_same_as_one_by_one(language: str, portal: str | None) -> None:
    with translation.override(language):
        make = links.url_maker(portal, "catalog:listing")
        assert make("abcdefgh12345") == links.here_url(portal, "catalog:listing", "abcdefgh12345")


def test_every_door_of_the_frame_leads_somewhere() -> None:
    with translation.override("en"):
        missing = [name for name in Doors.NAMES if not getattr(Doors(None), name)]
    assert not missing
