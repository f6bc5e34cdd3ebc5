"""What a reader narrows by, sees on the map, sets beside each other and is led on to."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.models import Cluster
from marketplace.catalog.models import Listing
from marketplace.companies.models import Supplier
from search.backends import serving
from search.backends.interface import Capabilities, Facet, Sort
from search.rebuilding import rebuild
from tests.factories.campaigns import make_festival
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_buyer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
CANVAS = {"key": "material", "zh": ["材质", "帆布"], "en": ["Material", "Canvas"]}


def town(code: str, name: str, lat: float, lng: float) -> Cluster:
    return make_cluster(code=code, name_zh=name, name_en=name, latitude=lat, longitude=lng)


@pytest.fixture
def market() -> dict[str, Listing]:
    """Three towns, socks in two of them, in colours and sizes that do not all meet."""
    near = make_factory(cluster=town("zhuji-socks", "Zhuji", 29.71, 120.24), latitude=29.71, longitude=120.24)
    far = make_factory(cluster=town("wuhan-socks", "Wuhan", 30.59, 114.31), latitude=30.59, longitude=114.31)
    bags = make_factory(cluster=town("baigou-bags", "Baigou", 39.10, 116.01), latitude=39.1, longitude=116.01)
    kind = make_category(slug="socks", name_zh="袜子", name_en="Socks")
    sacks = make_category(slug="bags", name_zh="包", name_en="Bags")
    Supplier.objects.filter(pk=near.supplier_id).update(on_time_rate="0.9900", score_sample=40)
    made = {
        "one": make_listing(factory=near, category=kind, title_en="Plain socks one", title_zh="袜一",
                            colors=("black", "white"), sizes=("M", "L")),
        "two": make_listing(factory=far, category=kind, title_en="Plain socks two", title_zh="袜二",
                            colors=("black",), sizes=("S",), ladder=((120, 100),)),
        "bag": make_listing(factory=bags, category=sacks, title_en="Canvas bag", title_zh="帆布包",
                            colors=("red",), sizes=("",), attributes=[CANVAS]),
    }  # fmt: skip
    variant = made["one"].variants.get(color_key="black", size="L")
    variant.is_active = False
    variant.save()
    rebuild("embedded")
    return made


def page(client: Client, query: str = "", *, base: str = "/en/find/", status: int = 200) -> str:
    answer = client.get(base + query)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="card__link"[^>]*>([^<]+)</a>', html)


def options(html: str) -> dict[str, str]:
    """Facet options: label and count → URL."""
    option = r'<a href="([^"]*)"[^>]*rel="nofollow">.*?</span><span>(.*?)</span><span class="n">(.*?)</span>'
    return {f"{label} {count}": url for url, label, count in re.findall(option, html)}


def test_attributes_and_options_have_names_and_counts(client: Client, market: dict[str, Listing]) -> None:
    found = options(page(client))
    assert {"black 2", "white 1", "red 1", "S 1", "M 1", "L 1", "combed cotton 2", "Canvas 1"} <= set(found)
    for label, url in found.items():
        assert len(titles(page(client, url))) == int(label.rsplit(" ", 1)[1]), label
    assert "精梳棉 2" in options(page(client, base="/find/"))
    assert "材质" in page(client, base="/find/")


def test_black_and_large_must_be_one_piece(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?attr=color:black")
    assert "L 1" not in options(html)
    assert titles(page(client, "?attr=color:black&attr=size:l")) == []
    assert titles(page(client, "?attr=color:white&attr=size:l")) == ["Plain socks one"]
    html = page(client, "?attr=color:black&attr=material:canvas")
    assert "Colour: black" in html
    assert "Material: Canvas" in html


def test_near_a_town_with_distances_and_order(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?near=wuhan-socks&sort=distance")
    assert titles(html)[:2] == ["Plain socks two", "Plain socks one"]
    assert "under 1 km" in html
    assert "within 1,000 km 3" in options(html)
    assert titles(page(client, "?near=30.6,114.3&within=100")) == ["Plain socks two"]
    for nowhere in ("atlantis", "91,0", "1,181", "x,y", "1e3,4"):
        assert len(titles(page(client, f"?near={nowhere}&within=1&sort=distance"))) == 3


def test_scores_festivals_and_new_ones(client: Client, market: dict[str, Listing]) -> None:
    festival = make_festival(market["two"].cluster, title_en="Wuhan Day")
    found = options(page(client))
    assert {"98 % and more 1", "Wuhan Day 1", "in the last 7 days 3"} <= set(found)
    assert titles(page(client, found["98 % and more 1"])) == ["Plain socks one"]
    assert titles(page(client, f"?festival={festival.public_id}")) == ["Plain socks two"]


def test_the_map_leads_closer_and_the_list_follows(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?map=1")
    points = re.findall(r'<a href="([^"]*view=[^"]*)" data-accent', html)
    assert len(points) == 3
    closer = [titles(page(client, url)) for url in points]
    assert sorted(closer) == [["Canvas bag"], ["Plain socks one"], ["Plain socks two"]]
    html = page(client, points[0])
    assert "Show the whole map" in html
    assert "this part of the map" in html
    for view in ("1,2,3", "9,9,1,1", "a,b,c,d", "0,0,999,999", "", "1,1,2,2,3"):
        assert len(titles(page(client, f"?view={view}"))) == 3


def test_further_pages_come_as_a_part_and_by_link(client: Client) -> None:
    factory = make_factory()
    for _n in range(30):
        make_listing(factory=factory, attributes=[])
    rebuild("embedded")
    html = page(client)
    assert 'hx-trigger="revealed"' in html
    assert 'href="?page=2" rel="next"' in html
    part = client.get("/en/find/?page=2", headers={"HX-Request": "true", "HX-Target": "rest"})
    text = part.content.decode()
    assert len(titles(text)) == 6
    assert "<h1" not in text
    assert 'id="rest"' in text


def test_the_tray_is_a_cookie_and_only_when_used(client: Client, market: dict[str, Listing]) -> None:
    assert not client.get("/en/find/").cookies
    assert not client.get("/en/find/compare/").cookies
    for key in ("one", "two"):
        answer = client.get(f"/en/find/compare/?add={market[key].public_id}&quantity=240")
        assert answer.status_code == 302
        assert answer["Location"] == "/en/find/compare/?quantity=240"
    assert "Compare 2 listings" in page(client)
    html = page(client, "?quantity=240", base="/en/find/compare/")
    assert "Plain socks one" in html
    # 240 × ¥3.00 and 240 × ¥1.00 with 13 % VAT; the factories of the tests take no freight
    assert "¥813.60" in html
    assert "¥271.20" in html
    assert html.count('class="is-different"') >= 4
    client.get(f"/en/find/compare/?remove={market['one'].public_id}")
    assert "Plain socks one" not in page(client, base="/en/find/compare/")
    answer = client.get("/en/find/compare/?clear=1")
    assert answer.cookies["compare"]["max-age"] == 0


def test_a_comparison_can_be_sent_on(client: Client, market: dict[str, Listing]) -> None:
    ids = "&".join(f"listing={one.public_id}" for one in market.values())
    html = page(client, f"?{ids}&listing=zzzzzzzzzzzzz&quantity=120", base="/en/find/compare/")
    assert all(one.title_en in html for one in market.values())
    assert not client.cookies
    page(client, f"?{ids}&quantity=-1", base="/en/find/compare/", status=422)
    part = client.get(f"/en/find/compare/?add={market['one'].public_id}", headers={"HX-Request": "true"})
    assert part.content.decode().startswith('\n<div id="tray"') or 'id="tray"' in part.content.decode()
    client.cookies["compare"] = "x.y..<script>"
    page(client, base="/en/find/compare/")


def test_more_like_this(client: Client, market: dict[str, Listing]) -> None:
    url = f"/en/find/like/{market['one'].public_id}/"
    assert titles(page(client, base=url)) == ["Plain socks two"]
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<h1" not in part
    assert url in page(client, base=f"/en/listings/{market['one'].public_id}/")
    Listing.objects.filter(pk=market["one"].pk).update(state=Listing.State.PAUSED)
    page(client, base=url, status=404)


def test_nothing_here_leads_to_the_nearest_towns_and_a_request(
    client: Client, market: dict[str, Listing]
) -> None:
    html = page(client, "?q=socks&quantity=300", base="/en/baigou-bags/find/")
    assert titles(html) == []
    near, far = html.index("Wuhan, "), html.index("Zhuji, ")
    assert near < far
    assert "/en/find/?q=socks&quantity=300&cluster=wuhan-socks" in html
    assert "/en/baigou-bags/ask/?subject=socks&quantity=300" in html


def test_few_here_lead_on_as_well(client: Client, market: dict[str, Listing]) -> None:
    html = page(client, "?q=socks&cluster=wuhan-socks")
    assert titles(html) == ["Plain socks two"]
    assert "Zhuji, " in html
    assert "/en/wuhan-socks/ask/?subject=socks" in html
    assert "Without filters: 2 listings" in html


class Plain:
    """An engine that can do little."""

    capabilities = Capabilities(
        sorts=frozenset({Sort.RELEVANCE, Sort.NEWEST}), facets=frozenset({Facet.CLUSTER}), attributes=False,
        similar=False, points=False,
    )  # fmt: skip


def test_a_page_offers_what_its_engine_can(
    client: Client, market: dict[str, Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(serving.embedded()), "capabilities", Plain.capabilities)
    html = page(client, "?sort=price&map=1&attr=color:black")
    assert 'value="price"' not in html
    assert "On the map" not in html
    assert "Minimum order" not in html
    assert titles(html)


def test_a_member_costs_no_more_queries_however_many_rows(client: Client, market: dict[str, Listing]) -> None:
    client.force_login(make_buyer().user)
    client.get("/en/find/")
    with CaptureQueriesContext(connection) as few:
        page(client, "?q=bag&attr=color:red")
    for _n in range(20):
        make_listing(factory=market["bag"].factory, title_en="Canvas bag", colors=("red",))
    rebuild("embedded")
    with CaptureQueriesContext(connection) as many:
        page(client, "?q=bag&attr=color:red")
    assert len(many) <= len(few)
