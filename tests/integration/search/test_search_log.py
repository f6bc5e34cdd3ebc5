"""The search log: who is counted, what is kept, how it adds up, and what came of a search."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.core.models import JobRun
from marketplace.orders.models import Cart, CartLine
from marketplace.sourcing.models import Inquiry
from search import rebuilding
from search.log import spool
from search.log.daily import add_up, add_up_due, forget
from search.log.ingest import ingest
from search.log.rules import MASK
from search.models import ListingQueryDay, LogChoice, QueryDay, SearchClick, SearchEvent, SearchOutcome
from tests.factories.catalog import make_listing, variants_of
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_buyer, make_user
from tests.factories.search import make_click, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"
OTHER = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Safari/604.1"


@pytest.fixture(autouse=True)
def _own_spool(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_LOG_DIR = tmp_path / "searchlog"


@pytest.fixture
def goods() -> list[Listing]:
    """Three listings of one town, indexed."""
    factory = make_factory(cluster=make_cluster(code="zhuji-socks"))
    titles = ("Cotton crew socks", "Cotton no-show socks", "Wool socks")
    made = [make_listing(factory=factory, title_en=title, attributes=[]) for title in titles]
    rebuilding.rebuild("embedded")
    return made


def see(client: Client, query: str, *, agent: str = PERSON, **headers: str) -> str:
    """Look at a results page; the id it carries."""
    answer = client.get(f"/en/find/?{query}", headers={"User-Agent": agent, **headers})
    found = re.search(r'data-search="(\w{13})"', answer.content.decode())
    assert (answer.get("X-Query-Id") or "") == (found.group(1) if found else "") or not found
    return str(answer.get("X-Query-Id", ""))


def tell(client: Client, search: str, listing: Listing, place: int, *, agent: str = PERSON) -> None:
    address = f"/en/find/clicked/?search={search}&listing={listing.public_id}&place={place}"
    answer = client.get(address, headers={"User-Agent": agent})
    assert answer.status_code == 204
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


# What is kept


def test_a_results_page_is_kept(client: Client, goods: list[Listing]) -> None:
    query_id = see(client, "q=Cotton+Socks&quantity=300&moq=500&sort=price")
    assert ingest(settle=0) == 1
    row = SearchEvent.objects.get(query_id=query_id)
    assert (row.q, row.locale, row.portal, row.quantity, row.total) == ("cotton socks", "en", "", 300, 3)
    assert row.filters == {"moq": ["500"], "sort": ["price"]}
    assert set(row.shown) == {item.pk for item in goods}
    assert (row.engine, row.degraded, row.first, row.company_id) == ("embedded", False, 1, None)
    assert row.day == clock.today()
    assert re.fullmatch("[0-9a-f]{16}", row.visitor)
    assert not list(spool.take(settle=0)), "a file that is in the database is gone"


def test_the_page_asks_the_database_nothing_more(client: Client, goods: list[Listing]) -> None:
    client.get("/en/find/?q=socks")
    counts = []
    for agent in (PERSON, "Googlebot/2.1"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/find/?q=socks", headers={"User-Agent": agent})
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "headers",
    [{"agent": "Googlebot/2.1"}, {"agent": ""}, {"Sec-GPC": "1"}, {"DNT": "1"}, {"Sec-Purpose": "prefetch"}],
)
def test_who_is_not_there_or_does_not_want_it_is_not_counted(
    client: Client, goods: list[Listing], headers: dict[str, str]
) -> None:
    assert see(client, "q=socks", **headers) == ""
    assert ingest(settle=0) == 0
    assert not SearchEvent.objects.exists()


def test_a_person_can_choose_not_to_be_kept(client: Client, goods: list[Listing]) -> None:
    user = make_user()
    client.force_login(user)
    client.post("/en/find/log/", {"keep": "0"})
    assert LogChoice.objects.get().user_id == user.pk
    query_id = see(client, "q=socks")
    tell(client, query_id, goods[0], 1)
    ingest(settle=0)
    assert not SearchEvent.objects.exists()
    assert not SearchClick.objects.exists()
    assert "Keep mine" in client.get("/en/find/saved/").content.decode()
    client.post("/en/find/log/", {"keep": "1"})
    see(client, "q=socks")
    ingest(settle=0)
    assert SearchEvent.objects.count() == 1


def test_persons_words_and_addresses_are_in_no_line(
    client: Client, goods: list[Listing], settings: Settings
) -> None:
    client.get(
        "/en/find/?q=socks+for+anna%40shop.example+13812345678",
        headers={"User-Agent": PERSON}, REMOTE_ADDR="203.0.113.77",
    )  # fmt: skip
    text = (Path(settings.SEARCH_LOG_DIR) / "lines.jsonl").read_text()
    for secret in ("anna", "shop.example", "13812345678", "203.0.113.77", "Mozilla"):
        assert secret not in text
    ingest(settle=0)
    assert SearchEvent.objects.get().q == f"socks for {MASK} {MASK}"


def test_a_page_from_the_cache_counts_for_its_reader(
    client: Client, goods: list[Listing], settings: Settings
) -> None:
    settings.PAGE_CACHE_SECONDS = 5
    first = see(client, "q=socks")
    assert see(client, "q=socks", agent=OTHER) == first
    assert see(client, "q=socks", agent="Googlebot/2.1") == first
    ingest(settle=0)
    rows = SearchEvent.objects.filter(query_id=first)
    assert len({row.visitor for row in rows}) == rows.count() == 2
    assert rows[0].shown == rows[1].shown


def test_who_opens_something_from_a_proxys_copy_has_seen_the_page(
    client: Client, goods: list[Listing]
) -> None:
    first = see(client, "q=socks")
    tell(client, first, goods[0], 1, agent=OTHER)
    ingest(settle=0)
    add_up(clock.today())
    row = QueryDay.objects.get()
    assert (row.searches, row.visitors, row.clicked) == (2, 2, 1)


def test_a_line_of_a_page_that_is_not_known_yet_waits(client: Client, goods: list[Listing]) -> None:
    event = make_event()
    line = {"kind": "again", "id": event.query_id, "visitor": "f" * 16, "at": event.at.isoformat()}
    SearchEvent.objects.all().delete()
    spool.append(line)
    assert ingest(settle=0) == 0
    SearchEvent.objects.create(**{f: getattr(event, f) for f in _FIELDS})
    assert ingest(settle=0) == 1
    spool.append({**line, "id": "0" * 13})
    for _ in range(8):
        ingest(settle=0)
    assert not list(spool.take(settle=0)), "it does not wait for ever"


_FIELDS = ("query_id", "visitor", "at", "day", "q", "locale", "engine", "shown")


def test_a_file_that_is_read_twice_counts_once(
    client: Client, goods: list[Listing], settings: Settings
) -> None:
    query_id = see(client, "q=socks")
    tell(client, query_id, goods[0], 1)
    path = Path(settings.SEARCH_LOG_DIR) / "lines.jsonl"
    text = path.read_text()
    ingest(settle=0)
    path.write_text(text + "not a line\n[1]\n")
    ingest(settle=0)
    assert (SearchEvent.objects.count(), SearchClick.objects.count()) == (1, 1)


def test_fresh_lines_wait_for_late_writers(client: Client, goods: list[Listing]) -> None:
    see(client, "q=socks")
    assert ingest() == 0
    assert ingest(settle=0) == 1


def test_a_page_is_shown_even_where_nothing_can_be_written(
    client: Client, goods: list[Listing], settings: Settings, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.SEARCH_LOG_DIR = blocked / "folder"
    assert client.get("/en/find/?q=socks", headers={"User-Agent": PERSON}).status_code == 200


# Clicks


def test_a_click_is_kept_once(client: Client, goods: list[Listing]) -> None:
    query_id = see(client, "q=socks")
    for _ in range(3):
        tell(client, query_id, goods[1], 2)
    ingest(settle=0)
    click = SearchClick.objects.get()
    assert (click.query_id, click.listing_id, click.position) == (query_id, goods[1].pk, 2)
    assert click.visitor == SearchEvent.objects.get().visitor


@pytest.mark.parametrize(
    "query", ["", "search=x&listing=y&place=1", "place=0", "place=99999999", "search=%00&listing='&place=-1"]
)
def test_made_up_clicks_are_answered_and_forgotten(client: Client, goods: list[Listing], query: str) -> None:
    answer = client.get(f"/en/find/clicked/?{query}", headers={"User-Agent": PERSON})
    assert answer.status_code == 204
    assert ingest(settle=0) == 0
    assert client.post("/en/find/clicked/").status_code == 405


def test_a_click_on_what_the_page_did_not_show_adds_nothing_up(goods: list[Listing]) -> None:
    event = make_event(shown=[goods[0].pk])
    make_click(event, goods[2].pk)
    add_up(clock.today())
    assert QueryDay.objects.get().clicks == 0
    assert not ListingQueryDay.objects.filter(clicks__gt=0).exists()


# Days


def test_a_day_adds_up_and_again_the_same(goods: list[Listing]) -> None:
    one, two, three = (item.pk for item in goods)
    first = make_event("socks", shown=[one, two], total=2, took_ms=40)
    second = make_event("socks", shown=[two, three], first=25, total=50, took_ms=10, relaxed=True)
    make_event("socks", total=0, corrected="sock")
    make_event("gloves", portal="zhuji-socks", total=0)
    make_event("socks", at=clock.now() - timedelta(days=1), shown=[one])
    make_click(first, two, position=2)
    make_click(first, one, position=1)
    make_click(second, three, position=26)
    for _ in range(2):
        add_up(clock.today())
    row = QueryDay.objects.get(q="socks")
    assert (row.searches, row.visitors, row.found_nothing, row.found_few) == (3, 3, 1, 1)
    assert (row.relaxed, row.corrected, row.took_p95_ms) == (1, 1, 40)
    assert (row.clicks, row.clicked, row.clicked_first, row.clicked_ten) == (3, 2, 1, 1)
    assert row.reciprocals == 10_000 + 10_000 // 26
    assert QueryDay.objects.get(q="gloves").found_nothing == 1
    cell = ListingQueryDay.objects.get(listing_id=two, q="socks")
    assert (cell.shown, cell.positions, cell.clicks) == (2, 2 + 25, 1)


def test_days_are_closed_once_and_old_rows_are_forgotten(goods: list[Listing]) -> None:
    today = clock.today()
    old = make_event(at=clock.now() - timedelta(days=91))
    make_click(old, goods[0].pk)
    kept = make_event(at=clock.now() - timedelta(days=90), shown=[goods[0].pk])
    add_up_due()
    add_up_due()
    assert [row.date for row in JobRun.objects.filter(job="search.log")] == [today - timedelta(days=1)]
    forget(today)
    assert list(SearchEvent.objects.all()) == [kept]
    assert not SearchClick.objects.exists()


# What came of it


def _bought(listing: Listing, buyer: Any) -> None:
    variant = variants_of(listing)[0]
    cart = Cart.objects.create(company=buyer.company, user=buyer.user)
    CartLine.objects.create(cart=cart, variant=variant, quantity=120, seen_price=300)
    Inquiry.objects.create(
        buyer=buyer.company, supplier=listing.supplier, cluster=listing.cluster, listing=listing,
        subject="Colours?", submission_key=f"k{listing.pk}{buyer.company.pk}",
    )  # fmt: skip


def test_what_a_company_does_is_led_back_to_its_last_click(goods: list[Listing]) -> None:
    buyer, stranger = make_buyer(), make_buyer()
    listing = goods[0]
    for days, q in ((8, "too old"), (3, "older"), (1, "last")):
        event = make_event(q, shown=[listing.pk], at=clock.now() - timedelta(days=days))
        make_click(event, listing.pk, company_id=buyer.company.pk)
    _bought(listing, buyer)
    _bought(listing, stranger)
    for _ in range(2):
        add_up(clock.today())
    outcomes = SearchOutcome.objects.order_by("kind")
    assert [row.kind for row in outcomes] == ["basket", "inquiry"]
    row = QueryDay.objects.get(day=clock.today(), q="last")
    assert (row.baskets, row.inquiries, row.orders) == (1, 1, 0)
    assert ListingQueryDay.objects.get(day=clock.today()).inquiries == 1


def test_nothing_is_led_back_after_seven_days(goods: list[Listing]) -> None:
    buyer = make_buyer()
    event = make_event(shown=[goods[0].pk], at=clock.now() - timedelta(days=7, minutes=1))
    make_click(event, goods[0].pk, company_id=buyer.company.pk)
    _bought(goods[0], buyer)
    add_up(clock.today())
    assert not SearchOutcome.objects.exists()


def test_a_click_before_signing_in_counts_for_the_company(client: Client, goods: list[Listing]) -> None:
    buyer = make_buyer()
    query_id = see(client, "q=socks")
    tell(client, query_id, goods[0], 1)
    client.force_login(buyer.user)
    tell(client, query_id, goods[0], 1)
    ingest(settle=0)
    assert SearchClick.objects.get().company_id == buyer.company.pk
    _bought(goods[0], buyer)
    add_up(clock.today())
    assert {row.kind for row in SearchOutcome.objects.all()} == {"basket", "inquiry"}
