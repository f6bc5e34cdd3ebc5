"""The frame around every page: no cookie for a stranger, the language kept, the portal's colours."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusters.queries import cluster_lines
from marketplace.accounts.models import User
from tests.factories.clusters import make_cluster, make_operator
from tests.factories.companies import make_buyer

pytestmark = pytest.mark.django_db
HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    "address", ["/clusters/", "/en/clusters/?q=x", "/about/terms/", "/en/about/help/", "/nothing/"]
)
def test_a_stranger_gets_no_cookie_and_no_form_that_posts(client: Client, address: str) -> None:
    response = client.get(address, headers=HTML)
    text = response.content.decode()
    assert not response.cookies
    assert "csrf" not in text.lower()
    assert 'method="post"' not in text


@pytest.mark.parametrize("slug", ["help", "terms", "privacy", "verification"])
def test_pages_about_the_market_differ_by_language(client: Client, slug: str) -> None:
    chinese, english = client.get(f"/about/{slug}/"), client.get(f"/en/about/{slug}/")
    assert chinese.status_code == english.status_code == 200
    assert 'lang="zh-Hans"' in chinese.content.decode()
    body = re.search(r"<article.*</article>", english.content.decode(), re.DOTALL)
    assert body
    assert not re.search(r"[\u4e00-\u9fff]", body[0].replace("产地", ""))
    assert client.get("/about/nothing/").status_code == 404


def test_the_language_link_keeps_place_and_filters_and_remembers(client: Client) -> None:
    text = client.get("/clusters/", {"q": "袜", "page": 2}, headers=HTML).content.decode()
    link = re.search(r'href="(/language/en/\?next=[^"]+)"', text)
    assert link
    response = client.get(link[1].replace("&amp;", "&"))
    assert response["Location"] == "/en/clusters/?q=%E8%A2%9C&page=2"
    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    assert list(response.cookies) == [settings.LANGUAGE_COOKIE_NAME], "the choice is the only thing kept"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", "evil"]
)
def test_the_language_link_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.get("/language/en/", {"next": target})["Location"] == "/en/"


def test_the_front_door_remembers_and_every_other_address_says_its_language(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get("/?from=card")
    assert (response.status_code, response["Location"]) == (302, "/en/?from=card")
    assert client.get("/clusters/").status_code == 200
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert client.get("/").status_code != 302
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get("/").status_code != 302


def test_a_signed_in_person_posts_the_choice_and_it_is_kept_with_the_account(client: Client) -> None:
    user = make_buyer().user
    client.force_login(user)
    text = client.get("/clusters/").content.decode()
    assert 'method="post" action="/language/en/"' in text
    response = client.post("/language/en/", {"next": "/en/clusters/"})
    assert response["Location"] == "/en/clusters/"
    client.post("/language/zh-hans/", {"next": "/en/clusters/"})
    assert User.objects.get(pk=user.pk).language == "zh-hans"
    client.get("/language/en/")
    assert User.objects.get(pk=user.pk).language == "zh-hans", "a link changes nothing of the account"


def test_the_directory_finds_towns_and_answers_htmx_with_the_list_alone(client: Client) -> None:
    make_cluster(code="sock-town", name_zh="袜子镇", name_en="Sock town")
    make_cluster(code="bag-town", name_zh="箱包镇", name_en="Bag town", focus_en="bags")
    page = client.get("/en/clusters/?q=sock").content.decode()
    assert "Sock town" in page
    assert "Bag town" not in page.split("<main", 1)[1]
    part = client.get("/en/clusters/?q=sock", headers={"hx-request": "true"}).content.decode()
    assert part.strip().startswith("<li>")
    assert "<html" not in part
    assert "No town or trade by that name" in client.get("/en/clusters/?q=zzz").content.decode()


def test_what_is_searched_for_is_shown_as_text(client: Client) -> None:
    text = client.get("/en/clusters/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in text


def test_accents_come_from_the_clusters_and_are_asked_for_again_by_tag(client: Client) -> None:
    make_cluster(code="sock-town", accent="#b4501e")
    response = client.get("/ui/accents.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert '[data-accent="sock-town"]' in response.content.decode()
    assert "max-age=3600" in response["Cache-Control"]
    assert client.get("/ui/accents.css", headers={"if-none-match": response["ETag"]}).status_code == 304
    make_cluster(code="bag-town", accent="#1d5fa8")
    assert client.get("/ui/accents.css", headers={"if-none-match": response["ETag"]}).status_code == 200


@pytest.mark.parametrize("towns", [1, 40])
def test_queries_do_not_grow_with_the_towns(
    client: Client, towns: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(towns):
        make_cluster()
    cluster_lines()
    with django_assert_num_queries(0):
        assert client.get("/clusters/").status_code == 200
    client.force_login(make_buyer().user)
    client.get("/clusters/")
    cache.clear()
    with django_assert_num_queries(2):
        assert client.get("/clusters/").status_code == 200


def test_alternates_name_the_same_page_in_both_languages(client: Client) -> None:
    text = client.get("/en/about/help/").content.decode()
    assert '<link rel="alternate" hreflang="zh-Hans" href="http://testserver/about/help/">' in text
    assert '<link rel="alternate" hreflang="en" href="http://testserver/en/about/help/">' in text


def test_the_footer_names_who_runs_the_portal(client: Client) -> None:
    cluster = make_cluster(code="sock-town", name_en="Sock town")
    absent = "/en/sock-town/listings/0000000000000/"
    assert "run by Chandi" in client.get(absent).content.decode()
    operator = make_operator(cluster)
    text = client.get(absent).content.decode()
    assert f"This portal is run by {operator.name_en} on Chandi." in text
    assert 'data-accent="sock-town"' in text.split("<head>")[0]
