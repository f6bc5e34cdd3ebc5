"""Keeping a search as a stranger, being told of a lower price, and the pages of the search log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from marketplace.accounts.models import User
from marketplace.catalog import actions as catalog
from marketplace.catalog.models import Listing, ListingImage
from marketplace.catalog.rules import Tier
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from search import rebuilding
from search.backends import serving
from search.log.daily import add_up
from search.log.ingest import ingest
from search.models import SavedSearch, SearchClick
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import PASSWORD, make_member, make_staff, make_user
from tests.factories.search import make_event

from .support import look_at, visit

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = "demo/goods/zhuji-socks/crew-argyle-black"
# The browser of the tests says that it is headless, and is not counted.
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36"


@pytest.fixture
def socks(settings: Settings, tmp_path: Path) -> Iterator[Listing]:
    """One listing on sale, indexed."""
    settings.DEBUG = True
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.SEARCH_LOG_DIR = tmp_path / "searchlog"
    settings.ELASTICSEARCH_URL = None
    serving.forget()
    kind = make_category(slug="cotton-socks", name_zh="棉袜", name_en="Cotton socks")
    factory = make_factory(
        cluster=make_cluster(code="zhuji-socks", name_zh="诸暨袜业", name_en="Zhuji socks")
    )
    made = make_listing(factory=factory, category=kind, title_zh="纯棉中筒袜", title_en="Cotton crew socks")
    ListingImage.objects.update(path=PICTURE)
    rebuilding.rebuild("embedded")
    yield made
    serving.forget()


def sign_in(page: Page, user: User) -> None:
    """On the sign-in page the reader was sent to."""
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form[action$='/account/login/'] button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("account/login"))


@pytest.mark.parametrize(
    ("prefix", "query", "save", "saved"),
    [("", "棉袜", "保存此搜索", "已保存"), ("/en", "socks", "Save this search", "Saved:")],
    ids=["zh", "en"],
)
def test_a_stranger_keeps_a_search_and_hears_of_a_lower_price(
    browser: Browser, live_server: LiveServer, socks: Listing, prefix: str, query: str, save: str, saved: str
) -> None:
    user = make_user(language="en" if prefix else "zh-hans")
    name = prefix.strip("/") or "zh"
    with visit(browser, width=390) as page:
        page.goto(f"{live_server.url}{prefix}/find/?q={query}&quantity=1500")
        page.get_by_role("link", name=save).click()
        sign_in(page, user)
        expect(page).to_have_url(f"{live_server.url}{prefix}/find/saved/")
        expect(page.locator("#toasts")).to_contain_text(saved)
        look_at(page, f"saved/list-{name}-390")
        SavedSearch.objects.update(frequency="at_once")
        steps = [Tier(120, 300), Tier(1200, 230)]
        catalog.set_ladder(acting_user=SYSTEM, listing=socks, ladder=steps, reason="spring")
        outbox.drain()
        page.goto(f"{live_server.url}{prefix}/inbox/")
        page.locator(".notice__open").first.click()
        expect(page.locator("main")).to_contain_text("¥2.45 → ¥2.30")
        page.set_viewport_size({"width": 1440, "height": 900})
        look_at(page, f"saved/alert-{name}-1440")


def test_what_is_opened_is_told_to_the_log(browser: Browser, live_server: LiveServer, socks: Listing) -> None:
    context = browser.new_context(user_agent=PERSON)
    page = context.new_page()
    page.goto(f"{live_server.url}/en/find/?q=socks")
    with page.expect_request(re.compile("/find/clicked/")) as told:
        page.locator("a.card__link").first.click()
    assert told.value.url.endswith(f"listing={socks.public_id}&place=1")
    expect(page).to_have_url(re.compile(socks.public_id))
    assert context.cookies() == []
    context.close()
    ingest(settle=0)
    click = SearchClick.objects.get()
    assert (click.listing_id, click.position, click.company_id) == (socks.pk, 1, None)


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_reports_are_clean(
    browser: Browser, live_server: LiveServer, socks: Listing, prefix: str, width: int
) -> None:
    for q in ("socks", "heated cotton socks", "socks", "socks"):
        make_event(q, shown=[socks.pk] if q == "socks" else [], total=1 if q == "socks" else 0)
    add_up(clock.today())
    seller = make_member(socks.supplier.company, role="sales")
    pages = ((seller, "/desk/search/"), (make_staff("support"), "/staff/search/"))
    for user, address in pages:
        with visit(browser, width=width) as page:
            page.goto(f"{live_server.url}{prefix}/account/login/?next={prefix}{address}")
            sign_in(page, user)
            expect(page).to_have_url(f"{live_server.url}{prefix}{address}")
            look_at(page, f"reports{address.rstrip('/')}-{prefix.strip('/') or 'zh'}-{width}")
