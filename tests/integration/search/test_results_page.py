"""The results page: what people find, at their quantity, in both languages, in a portal and in the market."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from marketplace.catalog.models import Listing
from marketplace.catalog.rules import MAX_QUANTITY
from search import rebuilding
from search.backends import serving
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


@pytest.fixture
def market() -> dict[str, Listing]:
    """Two towns, four listings, indexed."""
    socks = make_factory(cluster=make_cluster(code="zhuji-socks", name_zh="诸暨", name_en="Zhuji"))
    gloves = make_factory(cluster=make_cluster(code="taizhou-gloves", name_zh="台州", name_en="Taizhou"))
    kinds = {
        "socks": make_category(slug="socks", name_zh="袜子", name_en="Socks"),
        "gloves": make_category(slug="gloves", name_zh="手套", name_en="Gloves"),
    }
    ladder = ((120, 300), (1200, 245), (3000, 210))
    made = {
        "crew": make_listing(
            factory=socks, category=kinds["socks"], title_zh="纯棉中筒袜", title_en="Cotton crew socks",
            ladder=ladder, ship_guarantee="48h",
        ),
        "cheap": make_listing(
            factory=socks, category=kinds["socks"], title_zh="船袜", title_en="Cotton no show socks",
            ladder=((600, 260),), attributes=[], has_samples=True,
        ),
        "wool": make_listing(
            factory=socks, category=kinds["socks"], title_zh="羊毛袜", title_en="Wool socks",
            ladder=((60, 900),), attributes=[],
        ),
        "gloves": make_listing(
            factory=gloves, category=kinds["gloves"], title_zh="丁腈手套", title_en="Nitrile gloves",
            ladder=((300, 99),), attributes=[],
        ),
    }  # fmt: skip
    rebuilding.rebuild("embedded")
    return made


def page(client: Client, query: str = "", *, base: str = "/en/find/", status: int = 200) -> str:
    answer = client.get(base + query)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="card__link"[^>]*>([^<]+)</a>', html)


def test_three_ways_to_ask_find_the_same_in_both_languages(
    client: Client, market: dict[str, Listing]
) -> None:
    for q in ("棉袜", "cotton socks", "mianwa"):
        assert set(titles(page(client, f"?q={quote(q)}"))) == {"Cotton crew socks", "Cotton no show socks"}
        assert set(titles(page(client, f"?q={quote(q)}", base="/find/"))) == {"纯棉中筒袜", "船袜"}


def test_prices_and_order_are_at_my_quantity(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=socks&quantity=1200&sort=price")
    assert titles(html) == ["Cotton crew socks", "Cotton no show socks", "Wool socks"]
    assert "¥2.45" in html
    assert "¥2.10 from 3,000" in html
    html = page(client, "?q=socks&quantity=600&sort=price")
    assert titles(html)[0] == "Cotton no show socks"
    assert "¥3.00" in html


def test_price_filter_is_at_my_quantity(client: Client, market: dict[str, Listing]) -> None:
    assert titles(page(client, "?q=socks&quantity=3000&low=2&high=2.5")) == ["Cotton crew socks"]
    assert titles(page(client, "?q=socks&quantity=120&low=2&high=2.59")) == []


def links(html: str) -> dict[str, str]:
    """Facet options: label and count → URL."""
    link = r'<a href="([^"]*)"[^>]*rel="nofollow">'
    option = link + r'.*?</span><span>(.*?)</span><span class="n">(.*?)</span>'
    found = re.findall(option, html)
    return {f"{label} {count}": url for url, label, count in found}


def test_facets_say_how_many_and_lead_there(client: Client, market: dict[str, Listing]) -> None:
    options = links(page(client))
    assert {"Zhuji 3", "Taizhou 1", "Socks 3", "Gloves 1", "Samples 1", "up to ¥0.99 1"} <= set(options)
    for label, url in options.items():
        html = page(client, url)
        assert len(titles(html)) == int(label.rsplit(" ", 1)[1]), label
    html = page(client, options["Zhuji 3"])
    both = links(html)
    assert "Taizhou 1" in both
    assert len(titles(page(client, both["Taizhou 1"]))) == 4
    assert len(titles(page(client, both["Zhuji 3"]))) == 4


def test_counts_follow_the_quantity(client: Client, market: dict[str, Listing]) -> None:
    few = links(page(client, "?q=socks&quantity=120"))
    many = links(page(client, "?q=socks&quantity=3000"))
    assert "¥2.00–¥4.99 2" in few
    assert "takes my 120 2" in few
    assert "takes my 3,000 3" in many


def test_chips_take_filters_away(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=socks&cluster=zhuji-socks&moq=120&ships=48&feature=verified")
    chips = re.findall(r'<a class="chip chip--on" href="([^"]*)"><span class="clip">(.*?)</span>', html)
    assert [label for _, label in chips] == [
        "Zhuji", "Verified factory", "minimum up to 120", "ships within 48 h",
    ]  # fmt: skip
    assert "moq" not in chips[2][0]
    assert "Clear all" in html


def test_a_portal_finds_only_its_own_and_offers_the_rest(client: Client, market: dict[str, Listing]) -> None:
    base = "/en/zhuji-socks/find/"
    html = page(client, base=base)
    assert len(titles(html)) == 3
    assert "/en/zhuji-socks/listings/" in html
    assert ">Taizhou<" not in html.split('id="results"')[1]
    assert "/en/find/" in html
    html = page(client, "?q=gloves", base=base)
    assert titles(html) == []
    assert "In other towns: 1 listing" in html
    assert "/en/find/?q=gloves" in html
    page(client, base="/en/no-such-town/find/", status=404)


def test_an_empty_page_is_no_dead_end(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=zzzzz&quantity=300")
    assert "Nothing found for “zzzzz”" in html
    assert "subject=zzzzz&quantity=300" in html
    assert "Everything on sale" in html
    html = page(client, "?q=socks&low=500")
    assert "Without filters: 3 listings" in html


def test_few_results_offer_those_with_some_of_the_words(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=cotton+socks")
    assert "1 more has some of these words." in html
    assert set(titles(page(client, "?q=cotton+socks&any=1"))) == {
        "Cotton crew socks", "Cotton no show socks", "Wool socks",
    }  # fmt: skip


def test_few_words_match_says_so(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=wool+gloves")
    assert set(titles(html)) == {"Wool socks", "Nitrile gloves"}
    assert "some of them" in html


def test_spelling_is_mended_and_can_be_refused(client: Client, market: dict[str, Listing]) -> None:
    for _ in range(7):
        make_listing(factory=market["wool"].factory, title_zh="毛巾", title_en="Terry towel", attributes=[])
    rebuilding.rebuild("embedded")
    html = page(client, "?q=tovel")
    assert len(titles(html)) == 7
    assert "Showing results for “towel”" in html
    assert titles(page(client, "?q=tovel&as_typed=1")) == []


def test_what_is_not_on_sale_is_never_shown_even_when_the_index_lags(
    client: Client, market: dict[str, Listing]
) -> None:
    Listing.objects.filter(pk=market["wool"].pk).update(state=Listing.State.PAUSED)
    html = page(client, "?q=socks")
    assert "Wool socks" not in html
    assert len(titles(html)) == 2


def test_htmx_gets_the_part_and_history_the_page(client: Client, market: dict[str, Listing]) -> None:
    part = client.get("/en/find/?q=socks", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="results"')
    assert "HX-Request" in part["Vary"]
    back = client.get(
        "/en/find/?q=socks", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert back.content.decode().lstrip().startswith("<!doctype html>")


def test_an_anonymous_reader_gets_no_cookie(client: Client, market: dict[str, Listing]) -> None:
    assert not client.get("/en/find/?q=socks&quantity=12").cookies


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/en/find/").status_code == 405


# Bad input


@pytest.mark.parametrize("value", ["-1", "0", "abc", "1e9", "9" * 20, "%00", "", "%F0%9F%A7%A6", "1 OR 1=1"])
def test_bad_pages(client: Client, market: dict[str, Listing], value: str) -> None:
    assert len(titles(page(client, f"?page={value}"))) == 4


def test_past_the_last_page_is_a_clear_end(client: Client, market: dict[str, Listing]) -> None:
    for number in (2, 417, 1_000_000, 10**9):
        html = page(client, f"?page={number}", status=404)
        assert "There are no more results." in html
        assert "Back to the first page" in html


@pytest.mark.parametrize(
    "value", ["-1", "0", "1.5", "1e3", "NaN", "2147483648", "１２", str(MAX_QUANTITY + 1)]
)
def test_bad_quantities_are_told_and_the_page_stays(
    client: Client, market: dict[str, Listing], value: str
) -> None:
    html = page(client, f"?q=socks&quantity={quote(value)}", status=422)
    assert "Enter a whole number of pieces" in html
    assert f'value="{value}"' in html
    assert len(titles(html)) == 3


@pytest.mark.parametrize(
    "query",
    ["sort=password", "order_by=__class__", "owner__password__startswith=a", "cluster=a:b", "cluster=*",
     "cluster=<script>alert(1)</script>", "category=%00", "moq=-1", "low=1e1000000", "high=NaN", "ships=∞",
     "feature=is_superuser", "q=%ff%fe", "q=" + "%28" * 50, "q=" + "*" * 50, "q=" + "a" * 5000,
     "q=" + "w%20" * 1000, "q=%00", "q=%E2%80%AE%E2%80%8B", "q=(a%2B)%2B%24", "q=%F0%9F%A7%A6",
     "q=<script>alert(1)</script>", "q=" + quote("'\"><img src=x onerror=alert(1)>")],
)  # fmt: skip
def test_bad_values_never_break_a_page(client: Client, market: dict[str, Listing], query: str) -> None:
    html = client.get(f"/en/find/?{query}").content.decode()
    assert 'id="results"' in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    client.get(f"/zhuji-socks/find/?{query}")


def test_no_engine_is_a_clear_503(client: Client, settings: Settings) -> None:
    answer = client.get("/en/find/?q=socks")
    assert answer.status_code == 503
    assert "Retry-After" in answer


def test_searches_are_limited_per_reader(
    client: Client, market: dict[str, Listing], settings: Settings
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": (3, 60), "search-signed-in": (5, 60)}
    assert [client.get("/en/find/").status_code for _ in range(4)] == [200, 200, 200, 429]
    client.force_login(make_user())
    assert [client.get("/en/find/").status_code for _ in range(6)] == [200] * 5 + [429]


# Cost


def test_a_page_costs_the_same_for_1_24_and_100_rows_and_many_towns(client: Client) -> None:
    counts = {}
    factories = [make_factory(cluster=make_cluster())]
    made = 0
    for rows in (1, 24, 100):
        while made < rows:
            make_listing(factory=factories[made % len(factories)], title_en="Cotton socks", title_zh="棉袜")
            made += 1
            if made in (1, 24):
                factories += [make_factory(cluster=make_cluster()) for _ in range(20)]
        rebuilding.rebuild("embedded")
        client.get("/en/find/?q=socks")
        with CaptureQueriesContext(connection) as queries:
            html = page(client, "?q=socks&quantity=500&sort=price")
        assert len(titles(html)) == min(rows, 24)
        counts[rows] = len(queries)
    assert len(set(counts.values())) == 1
    assert counts[1] <= 8


def test_pages_turn(client: Client) -> None:
    factory = make_factory()
    for n in range(50):
        make_listing(factory=factory, title_en=f"Cotton socks no. {n}", attributes=[])
    rebuilding.rebuild("embedded")
    seen: list[str] = []
    for number in (1, 2, 3):
        html = page(client, f"?q=socks&page={number}")
        seen += titles(html)
    assert len(seen) == len(set(seen)) == 50
    assert "49–50 of 50" in html
    assert 'rel="prev"' in html
    assert 'rel="next"' not in html


def test_the_engine_is_opened_once(client: Client, market: dict[str, Listing]) -> None:
    backend = serving.embedded()
    page(client)
    assert serving.embedded() is backend
