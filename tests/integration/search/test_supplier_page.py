"""The page of a supplier: its facts, its goods by the engine, what it must not show, where it is linked."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.actions import set_price_visibility
from marketplace.catalog.models import Listing
from marketplace.companies.models import PriceVisibility, Supplier
from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from search import rebuilding
from search.backends import serving
from search.rules import PAGE_SIZE
from search.suggestions import kept
from tests.factories.catalog import make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_supplier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
PAGE = "/en/suppliers/hengda/"
LADDER = ((100, 211), (1200, 177))


@pytest.fixture
def hengda() -> Supplier:
    """A supplier of socks in Zhuji and of towels in Gaoyang, beside another of Zhuji; indexed."""
    found = make_supplier(
        slug="hengda", name_zh="恒达织造", name_en="Hengda Knitting", intro_en="Knits since 1998.",
        on_time_rate=Decimal("0.973"), response_hours=Decimal("3.5"), repeat_rate=Decimal("0.42"),
        score_sample=120,
    )  # fmt: skip
    zhuji = make_cluster(code="zhuji-socks", name_zh="诸暨", name_en="Zhuji", region_en="Shaoxing, Zhejiang")
    gaoyang = make_cluster(code="gaoyang-towels", name_en="Gaoyang")
    mill = make_factory(supplier=found, cluster=zhuji, name_en="Hengda Mill One", founded_year=1998)
    towels = make_factory(supplier=found, cluster=gaoyang, name_en="Hengda Towel Hall", founded_year=2009)
    make_certificate(mill, kind="OEKO-TEX Standard 100", number="OT-1")
    make_certificate(mill, kind="ISO 9001", number="IS-1", valid_until=clock.today() - timedelta(days=1))
    make_listing(factory=mill, title_en="Cotton crew socks", title_zh="棉袜", ladder=LADDER)
    make_listing(factory=towels, title_en="Bath towel", title_zh="浴巾")
    make_listing(factory=mill, title_en="Secret draft socks", state=Listing.State.DRAFT)
    make_listing(factory=make_factory(cluster=zhuji), title_en="Foreign socks")
    rebuilding.rebuild("embedded")
    return found


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="card__link" href="[^"]*">([^<]+)</a>', html)


def test_it_says_who_they_are_and_what_they_sell(client: Client, hengda: Supplier) -> None:
    html = read(client, PAGE)
    names = ("Hengda Knitting", "Hengda Mill One", "Hengda Towel Hall", "Zhuji", "Gaoyang")
    facts = ("Knits since 1998.", "OEKO-TEX Standard 100", "97%", "in 3.5 h", "42%", "2 listings on sale")
    for words in (*names, *facts):
        assert words in html, words
    assert "ISO 9001" not in html, "a certificate that has run out"
    assert sorted(titles(html)) == ["Bath towel", "Cotton crew socks"]
    assert "¥2.11" in html
    assert "¥1.77" in read(client, f"{PAGE}?quantity=1200")
    assert "恒达织造" in read(client, "/suppliers/hengda/")


def test_few_orders_make_no_scores(client: Client, hengda: Supplier) -> None:
    Supplier.objects.filter(pk=hengda.pk).update(score_sample=9)
    html = read(client, PAGE)
    assert "97%" not in html
    assert "in 3.5 h" not in html


def test_a_portal_shows_its_own_part(client: Client, hengda: Supplier) -> None:
    html = read(client, "/en/zhuji-socks/suppliers/hengda/")
    assert titles(html) == ["Cotton crew socks"]
    assert "Hengda Towel Hall" not in html
    assert f'href="{PAGE}"' in html, "the rest is one step away"
    make_cluster(code="datang-hosiery")
    assert client.get("/en/datang-hosiery/suppliers/hengda/").status_code == 404


@pytest.mark.parametrize("state", ["pending", "suspended", "terminated"])
def test_who_is_not_approved_is_absent(client: Client, hengda: Supplier, state: str) -> None:
    Supplier.objects.filter(pk=hengda.pk).update(state=state)
    absent = client.get("/en/suppliers/nobody/")
    shut = client.get(PAGE)
    assert (shut.status_code, absent.status_code) == (404, 404)
    assert "Hengda" not in shut.content.decode()


def test_prices_behind_a_gate_stand_nowhere(client: Client, hengda: Supplier) -> None:
    set_price_visibility(acting_user=SYSTEM, supplier=hengda, visibility=PriceVisibility.APPROVED)
    rebuilding.rebuild("embedded")
    html = read(client, PAGE)
    assert "Cotton crew socks" in html
    assert not any(price in html for price in ("2.11", "1.77"))
    assert "Price for approved buyers" in html


def test_search_engines_read_one_address_and_the_facts(client: Client, hengda: Supplier) -> None:
    Supplier.objects.filter(pk=hengda.pk).update(name_en="</script><b>Hengda")
    for address in (PAGE, "/en/zhuji-socks/suppliers/hengda/"):
        html = client.get(address).content.decode()
        assert f'<link rel="canonical" href="http://testserver{PAGE}">' in html
        assert 'hreflang="zh-hans" href="http://testserver/suppliers/hengda/"' in html
    (data,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(PAGE).content.decode()
    )
    facts = json.loads(data)
    assert facts["@type"] == "Organization"
    assert facts["name"] == "</script><b>Hengda"
    assert facts["url"] == f"http://testserver{PAGE}"
    assert facts["foundingDate"] == "1998"
    assert {place["addressCountry"] for place in facts["address"]} == {"CN"}


def test_pages_are_turned_and_end(client: Client, hengda: Supplier) -> None:
    factory = hengda.factories.order_by("pk")[0]
    for number in range(PAGE_SIZE):
        make_listing(factory=factory, title_en=f"Socks no. {number}")
    rebuilding.rebuild("embedded")
    first, second = read(client, PAGE), read(client, f"{PAGE}?page=2")
    assert len(titles(first)) == PAGE_SIZE
    assert len(titles(second)) == 2
    assert not set(titles(first)) & set(titles(second))
    assert 'href="?page=2"' in first
    assert f'rel="canonical" href="http://testserver{PAGE}?page=2"' in second
    assert "There are no more goods." in read(client, f"{PAGE}?page=3", 404)
    assert "Enter a whole number" in read(client, f"{PAGE}?quantity=x", 422)


def test_without_an_engine_the_rest_is_there(
    client: Client, hengda: Supplier, settings: Any, tmp_path: Any
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    serving.forget()
    html = read(client, PAGE)
    assert "Hengda Mill One" in html
    assert "can't be shown just now" in html


def test_queries_do_not_grow(client: Client, hengda: Supplier) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            read(client, PAGE)
        return len(seen)

    queries()
    before = queries()
    for number in range(8):
        factory = make_factory(supplier=hengda, cluster=make_cluster(code=f"town-{number}"))
        make_certificate(factory, kind="BSCI", number=f"B-{number}")
        make_listing(factory=factory, title_en=f"Socks no. {number}")
    rebuilding.rebuild("embedded")
    queries()
    assert queries() == before
    assert before <= 8


def test_it_is_linked_where_the_supplier_is_named(client: Client, hengda: Supplier) -> None:
    kept.forget_tables()
    assert f'href="{PAGE}"' in read(client, "/en/find/?q=crew+socks")
    inside = "/en/zhuji-socks/suppliers/hengda/"
    assert f'href="{inside}"' in read(client, "/en/zhuji-socks/find/?q=crew+socks")
    listing = Listing.objects.get(title_en="Cotton crew socks")
    assert f'class="card__link" href="{PAGE}"' in read(client, f"/en/listings/{listing.public_id}/")
    assert f'href="{PAGE}?quantity=300"' in read(client, "/en/find/suggest/?q=hengda&quantity=300")
    assert f'href="{inside}"' in read(client, "/en/zhuji-socks/find/suggest/?q=hengda")
