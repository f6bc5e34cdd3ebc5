"""Suggestions in the search box: what is offered, in which words, to whom, and at what cost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from marketplace.catalog.models import Listing
from marketplace.core import clock
from search import indexing, rebuilding
from search.log.rules import MASK
from search.log_models import QueryDay
from search.suggestions.kept import forget_tables
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_supplier, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


@pytest.fixture(autouse=True)
def _no_table_of_another_test() -> None:
    forget_tables()


def asked(q: str, *, visitors: int = 3, nothing: int = 0, portal: str = "", days: int = 1) -> None:
    QueryDay.objects.create(
        day=clock.today() - timedelta(days=days), q=q, portal=portal, locale="en",
        searches=max(visitors, nothing), visitors=visitors, found_nothing=nothing,
    )  # fmt: skip


@pytest.fixture
def market() -> dict[str, Listing]:
    """Two towns with a mill each."""
    socks = make_factory(
        supplier=make_supplier(name_zh="恒达织造", name_en="Hengda Knitting"),
        cluster=make_cluster(code="zhuji-socks", name_zh="诸暨袜业", name_en="Zhuji socks", listing_count=2),
    )
    gloves = make_factory(
        supplier=make_supplier(name_zh="安手套厂", name_en="Safehand Gloves"),
        cluster=make_cluster(code="taizhou-gloves", name_zh="台州手套", name_en="Taizhou gloves"),
    )
    kind = make_category(slug="cotton-socks", name_zh="棉袜", name_en="Cotton socks")
    made = {
        "crew": make_listing(
            factory=socks, category=kind, title_zh="纯棉中筒袜", title_en="Cotton crew socks",
            ladder=((120, 300), (1200, 245)),
        ),
        "gloves": make_listing(
            factory=gloves, category=make_category(slug="gloves", name_zh="手套", name_en="Gloves"),
            title_zh="丁腈手套", title_en="Nitrile gloves", attributes=[],
        ),
    }  # fmt: skip
    rebuilding.rebuild("embedded")
    return made


def groups(client: Client, query: str, *, path: str = "/en/find/suggest/") -> dict[str, list[str]]:
    """Texts by the title of their group."""
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    html = answer.content.decode()
    found: dict[str, list[str]] = {}
    for part in html.split('role="group"')[1:]:
        title = re.search(r'role="presentation">([^<]+)<', part)
        assert title
        found[title.group(1)] = [unescape(t) for t in re.findall(r'suggest__text">([^<]*)<', part)]
    return found


def test_all_kinds_are_offered(client: Client, market: dict[str, Listing]) -> None:
    asked("socks for babies", visitors=4)
    found = groups(client, "q=so")
    assert found == {
        "Searched for": ["socks for babies"],
        "Kinds of goods": ["Cotton socks"],
        "Towns": ["Zhuji socks"],
        "Goods": ["Cotton crew socks"],
    }


@pytest.mark.parametrize(
    "typed", ["棉袜", "棉襪", "mianwa", "mianw", "mw", "cot", "cottn", "cotton cr", "ｃｏｔ"]
)
def test_goods_are_found_however_they_are_typed(
    client: Client, market: dict[str, Listing], typed: str
) -> None:
    assert groups(client, f"q={typed}")["Goods"] == ["Cotton crew socks"]


def test_chinese_names_in_chinese(client: Client, market: dict[str, Listing]) -> None:
    found = groups(client, "q=棉袜", path="/find/suggest/")
    assert found == {"商品类别": ["棉袜"], "商品": ["纯棉中筒袜"]}
    assert groups(client, "q=hdz", path="/find/suggest/")["工厂"] == ["恒达织造"]


def test_prices_are_those_of_the_readers_quantity(client: Client, market: dict[str, Listing]) -> None:
    html = client.get("/en/find/suggest/?q=crew&quantity=1500").content.decode()
    assert "¥2.45 / pair · at 1,500" in html
    assert "?quantity=1500" in html
    plain = client.get("/en/find/suggest/?q=crew&quantity=-1").content.decode()
    assert "¥3.00 / pair · at 120" in plain


def test_a_price_behind_a_gate_is_not_shown(client: Client, market: dict[str, Listing]) -> None:
    Listing.objects.filter(pk=market["crew"].pk).update(price_visibility="signed_in")
    html = client.get("/en/find/suggest/?q=crew&quantity=1500").content.decode()
    assert "¥" not in html
    assert "Price after signing in" in html
    client.force_login(make_user())
    assert "¥2.45" in client.get("/en/find/suggest/?q=crew&quantity=1500").content.decode()


def test_what_is_not_on_sale_is_not_offered(client: Client, market: dict[str, Listing]) -> None:
    Listing.objects.filter(pk=market["crew"].pk).update(state=Listing.State.PAUSED)
    found = groups(client, "q=crew")
    assert "Goods" not in found


def test_a_portal_keeps_to_its_town(client: Client, market: dict[str, Listing]) -> None:
    asked("glove liners", portal="taizhou-gloves")
    asked("gloves by the ton")
    path = "/en/taizhou-gloves/find/suggest/"
    found = groups(client, "q=glo", path=path)
    assert found == {
        "Searched for": ["glove liners"],
        "Kinds of goods": ["Gloves"],
        "Factories": ["Safehand Gloves"],
        "Goods": ["Nitrile gloves"],
    }
    assert groups(client, "q=sock", path=path) == {}
    html = client.get(f"{path}?q=glo").content.decode()
    assert 'href="/en/taizhou-gloves/find/?category=gloves"' in html


@pytest.mark.parametrize("fields", [{"visitors": 2}, {"nothing": 3}, {"days": 70}, {"nothing": 2}])
def test_rare_fruitless_and_old_queries_are_not_offered(
    client: Client, market: dict[str, Listing], fields: dict[str, int]
) -> None:
    asked("zebra socks", **fields)
    assert "Searched for" not in groups(client, "q=zebra")


def test_masked_queries_are_never_offered(client: Client, market: dict[str, Listing]) -> None:
    asked(f"socks for {MASK}", visitors=9)
    assert "Searched for" not in groups(client, "q=socks for")


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=!!!", "q=%00", "q=xqzvvv"])
def test_nothing_to_offer_is_an_empty_part(client: Client, market: dict[str, Listing], query: str) -> None:
    assert groups(client, query) == {}
    assert not client.get(f"/en/find/suggest/?{query}").content.strip()


def test_scripts_are_text(client: Client, market: dict[str, Listing]) -> None:
    asked("<script>alert(1)</script>")
    html = client.get("/en/find/suggest/?q=%3Cscript").content.decode()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_without_an_engine_the_names_still_stand(client: Client, market: dict[str, Listing]) -> None:
    live = indexing.SearchIndex.objects.get(state="live")
    (indexing.backends()["embedded"].folder / "live").unlink()  # type: ignore[attr-defined]
    assert groups(client, "q=zhuji") == {"Towns": ["Zhuji socks"]}
    assert live.engine == "embedded"


def test_strangers_answers_are_kept_and_set_no_cookie(
    client: Client, market: dict[str, Listing], settings: Settings
) -> None:
    settings.PAGE_CACHE_SECONDS = 5
    first = client.get("/en/find/suggest/?q=so")
    again = client.get("/en/find/suggest/?q=so")
    assert again["X-Page-Cache"] == "hit"
    assert again.content == first.content
    assert not first.cookies
    assert first["Cache-Control"] == "public, max-age=60"
    client.force_login(make_user())
    mine = client.get("/en/find/suggest/?q=so")
    assert "private" in mine["Cache-Control"]
    assert "X-Page-Cache" not in mine


def test_the_cost_does_not_grow(client: Client, market: dict[str, Listing], settings: Settings) -> None:
    settings.SEARCH_SUGGEST_SECONDS = 300
    counts = []
    for more in (0, 12):
        for number in range(more):
            make_listing(factory=market["crew"].factory, title_en=f"Cotton crew socks no. {number}")
            asked(f"socks {number}")
        rebuilding.rebuild("embedded")
        forget_tables()
        client.get("/en/find/suggest/?q=so")
        with CaptureQueriesContext(connection) as queries:
            found = groups(client, "q=so")
        counts.append(len(queries))
    assert len(found["Goods"]) == 4
    assert len(found["Searched for"]) == 4
    assert counts[0] == counts[1] <= 3


def test_typing_is_limited_per_reader(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "suggest": (2, 60)}
    assert [client.get("/en/find/suggest/").status_code for _ in range(3)] == [200, 200, 429]


def test_the_box_of_every_page_knows_where_to_ask(client: Client, market: dict[str, Listing]) -> None:
    for path, door in (
        ("/en/find/", "/en/find/suggest/"), ("/find/", "/find/suggest/"),
        ("/zhuji-socks/find/", "/zhuji-socks/find/suggest/"), ("/en/clusters/", "/en/find/suggest/"),
    ):  # fmt: skip
        assert f'data-suggest="{door}"' in client.get(path).content.decode()
