"""What the log tells: a supplier about its own goods only, staff about everything."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing, ListingImage
from marketplace.core import clock
from search import indexing, rebuilding
from search.log.daily import add_up
from search.models import QueryDay
from search.report.rules import Period, change, share
from search.report.staff import staff_report
from search.report.supplier import asks_for, supplier_report
from tests.factories.catalog import make_category, make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_buyer, make_member, make_staff, make_supplier
from tests.factories.search import make_click, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


def month() -> Period:
    return Period(30, clock.today())


def asked(q: str, **sums: Any) -> QueryDay:
    defaults = {"searches": 5, "visitors": 5, "locale": "zh-hans", "day": clock.today()}
    return QueryDay.objects.create(q=q, **{**defaults, **sums})


@pytest.fixture
def mills() -> list[Listing]:
    """Two suppliers with a listing each in one category."""
    kind = make_category(slug="socks", name_zh="棉袜", name_en="Cotton socks")
    town = make_cluster()
    return [
        make_listing(
            factory=make_factory(supplier=make_supplier(), cluster=town), category=kind,
            title_en=f"{whose} socks", title_zh=f"{whose}袜",
        )
        for whose in ("Mine", "Theirs")
    ]  # fmt: skip


def seller(listing: Listing) -> User:
    return make_member(listing.supplier.company, role="sales")


# The supplier


def test_a_supplier_sees_its_own_goods_and_nobody_elses(client: Client, mills: list[Listing]) -> None:
    mine, theirs = mills
    for place in (1, 2, 6):
        shown = [theirs.pk] * (place - 1) + [mine.pk]
        make_click(make_event("warm socks", shown=shown, total=9), mine.pk, position=place)
    make_event("secret of theirs", shown=[theirs.pk], total=9)
    add_up(clock.today())
    QueryDay.objects.update(visitors=3)
    client.force_login(seller(mine))
    html = client.get("/en/desk/search/").content.decode()
    assert "warm socks" in html
    assert "Mine socks" in html
    assert "Theirs socks" not in html
    assert "secret of theirs" not in html
    report = supplier_report(mine.supplier, month())
    (line,) = report.listings
    assert (line.shown, line.place, line.clicks) == (3, 3.0, 3)
    assert report.totals.shown == 3
    assert sum(report.shown.values()) == 3


def test_what_only_one_or_two_people_asked_stays_unsaid(mills: list[Listing]) -> None:
    mine = mills[0]
    make_event("the private plan of one buyer", shown=[mine.pk], total=9)
    add_up(clock.today())
    asked("cotton socks of a single person", visitors=2, found_nothing=5)
    report = supplier_report(mine.supplier, month())
    assert report.queries == []
    assert report.lost == []
    assert report.totals.shown == 1, "that it was shown does count"


def test_lost_searches_are_those_for_what_it_makes(mills: list[Listing]) -> None:
    asked("heated cotton socks", found_nothing=4)
    asked("加热棉袜", found_few=3)
    asked("leather gloves", found_nothing=5)
    asked("cotton socks white", found_nothing=1)
    asked("棉袜 很久以前", found_nothing=5, day=clock.today() - timedelta(days=31))
    lost = supplier_report(mills[0].supplier, month()).lost
    assert {line.q for line in lost} == {"heated cotton socks", "加热棉袜"}


def test_a_query_asks_for_a_kind_in_either_language() -> None:
    words = frozenset(("棉袜", "cotton", "sock"))
    assert asks_for("加热棉袜", words)
    assert asks_for("mianwa", words)
    assert asks_for("wool socks", words)
    assert not asks_for("手套", words)
    assert not asks_for("!!!", words)


def test_advice_names_what_others_give_and_this_lacks(client: Client, mills: list[Listing]) -> None:
    mine, theirs = mills
    Listing.objects.filter(pk=mine.pk).update(attributes=[], description_en="", title_en="")
    for _ in range(2):
        make_listing(factory=theirs.factory, category=theirs.category)
    (advice,) = supplier_report(mine.supplier, month()).advice
    assert set(advice.lacks) == {
        "attributes", "pictures", "title_en", "description_en", "description_zh", "certificate",
    }  # fmt: skip
    assert advice.attributes == ("材质",)
    make_certificate(mine.factory)
    for position in (1, 2):
        ListingImage.objects.create(listing=mine, position=position, path="x", alt_zh="袜", alt_en="sock")
    Listing.objects.filter(pk=mine.pk).update(
        attributes=theirs.attributes, title_en="Socks", description_en="Soft.", description_zh="软。"
    )
    assert supplier_report(mine.supplier, month()).advice == []
    client.force_login(seller(mine))
    assert "Nothing: your listings have all" in client.get("/en/desk/search/").content.decode()


def test_the_suppliers_page_costs_the_same_for_more(client: Client, mills: list[Listing]) -> None:
    mine = mills[0]
    client.force_login(seller(mine))
    counts = []
    for more in (1, 12):
        for number in range(more):
            made = make_listing(factory=mine.factory, category=mine.category)
            make_event(f"socks {number}", shown=[made.pk])
        add_up(clock.today())
        client.get("/en/desk/search/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/desk/search/?days=90").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_others_are_refused(client: Client, mills: list[Listing]) -> None:
    assert client.get("/en/desk/search/").status_code == 302
    client.force_login(make_buyer().user)
    assert client.get("/en/desk/search/").status_code == 403
    assert client.get("/en/staff/search/").status_code == 403
    assert client.get("/en/staff/search/queries.csv").status_code == 403


# Staff


def test_staff_see_the_figures_and_those_before(client: Client, mills: list[Listing]) -> None:
    asked("socks", searches=100, clicked=40, clicked_first=10, clicked_ten=39, reciprocals=200_000,
          orders=3, took_p95_ms=80)  # fmt: skip
    asked("no such thing", searches=20, found_nothing=20)
    asked("hardly", searches=30, clicked=1)
    asked("socks", searches=50, day=clock.today() - timedelta(days=40))
    report = staff_report(month())
    assert (report.now.searches, report.before.searches) == (150, 50)
    assert report.now.nothing_share == share(20, 150)
    assert report.now.first_share == share(10, 150)
    assert report.now.mrr == round(200_000 / 150)
    assert [row.q for row in report.top] == ["socks", "hardly", "no such thing"]
    assert [row.q for row in report.fruitless] == ["no such thing"]
    assert [row.q for row in report.unopened] == ["hardly"]
    assert report.slow[0].q == "socks"
    client.force_login(make_staff("support"))
    html = client.get("/en/staff/search/").content.decode()
    for words in ("no such thing", "+200%", "Found, but hardly opened", "Indexes"):
        assert words in html
    assert client.get("/staff/search/?days=7").status_code == 200


def test_the_file_holds_every_query_and_no_formula(client: Client) -> None:
    asked("socks", searches=9)
    asked("=cmd|'/c calc'!a1", searches=3)
    client.force_login(make_staff("support"))
    answer = client.get("/en/staff/search/queries.csv?days=7")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["q"], row["searches"]) for row in rows] == [("socks", "9"), ("'=cmd|'/c calc'!a1", "3")]


def test_the_staff_page_says_how_the_indexes_stand(client: Client, mills: list[Listing]) -> None:
    assert staff_report(month()).indexes == []
    rebuilding.rebuild("embedded")
    (line,) = staff_report(month()).indexes
    assert (line.engine, line.pending, line.last_error, line.last_drift) == ("embedded", 0, "", None)
    assert line.rebuilt_at is not None
    indexing.note_changes([mills[0].pk])
    assert staff_report(month()).indexes[0].pending == 1


@pytest.mark.parametrize(("now", "before", "more"), [(3, 2, 5000), (1, 2, -5000), (2, 0, None), (0, 0, None)])
def test_changes(now: int, before: int, more: int | None) -> None:
    assert change(now, before) == more


def test_periods_lie_side_by_side() -> None:
    period = month()
    assert len(period.dates) == 30
    assert period.span_before[1] == period.first - timedelta(days=1)
    assert (period.span_before[1] - period.span_before[0]).days == 29
