"""The search box as people use it: typing, arrow keys, Enter, Escape, a touch; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from marketplace.catalog.models import ListingImage
from search.backends import serving
from search.rebuilding import rebuild
from search.suggestions.kept import forget_tables
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory

from .support import look_at, sideways, visit

PICTURE = "demo/goods/zhuji-socks/crew-argyle-black"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _market(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DEBUG = True
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.ELASTICSEARCH_URL = None
    serving.forget()
    forget_tables()
    town = make_cluster(code="zhuji-socks", name_zh="诸暨袜业", name_en="Zhuji socks", listing_count=2)
    factory = make_factory(cluster=town)
    kind = make_category(slug="cotton-socks", name_zh="棉袜", name_en="Cotton socks")
    for zh, en in (("纯棉中筒袜", "Cotton crew socks"), ("棉船袜", "Cotton no-show socks")):
        make_listing(factory=factory, category=kind, title_zh=zh, title_en=en)
    ListingImage.objects.update(path=PICTURE)
    rebuild("embedded")
    yield
    serving.forget()


def _box(page: Page, typed: str) -> None:
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator("#suggestions")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    ("prefix", "typed", "kind", "goods", "said"),
    [
        ("", "棉", "棉袜", "纯棉中筒袜", "条建议"),
        ("/en", "cot", "Cotton socks", "Cotton crew socks", "suggestions"),
    ],
    ids=["zh", "en"],
)
def test_by_keyboard(
    browser: Browser, live_server: LiveServer, width: int, prefix: str, typed: str, kind: str, goods: str,
    said: str,
) -> None:  # fmt: skip
    with visit(browser, width=width) as page:
        page.goto(f"{live_server.url}{prefix}/clusters/")
        box = page.locator("#q")
        expect(box).to_have_attribute("role", "combobox")
        expect(box).to_have_attribute("aria-expanded", "false")
        _box(page, typed)
        expect(box).to_have_attribute("aria-expanded", "true")
        expect(page.locator("#suggest-status")).to_contain_text(said)
        expect(page.get_by_role("option", name=goods).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        first = page.locator("#suggestions [role=option]").first
        expect(first).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", "option-0")
        expect(first).to_contain_text(kind)
        expect(box).to_be_focused()
        look_at(page, f"suggest/{'zh' if not prefix else 'en'}-{width}")
        page.keyboard.press("ArrowUp")
        assert box.get_attribute("aria-activedescendant") is None
        page.keyboard.press("ArrowUp")
        last = page.locator("#suggestions [role=option]").last
        expect(last).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(page.locator("#suggestions")).to_be_hidden()
        expect(box).to_have_attribute("aria-expanded", "false")
        expect(box).to_have_value(typed)
        page.keyboard.press("ArrowDown")
        expect(page.locator("#suggestions")).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}{prefix}/find/?category=cotton-socks")


def test_enter_without_a_choice_searches_for_what_was_typed(
    browser: Browser, live_server: LiveServer
) -> None:
    with visit(browser) as page:
        page.goto(f"{live_server.url}/en/clusters/")
        _box(page, "cotton")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{live_server.url}/en/find/?q=cotton")


def test_by_touch_and_at_my_quantity(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser, width=390) as page:
        page.goto(f"{live_server.url}/en/find/?quantity=1500")
        page.locator("#q").tap()
        page.keyboard.type("crew")
        option = page.get_by_role("option", name="Cotton crew socks")
        expect(option).to_contain_text("¥2.45")
        option.tap()
        expect(page).to_have_url(re.compile(r"/en/listings/\w{13}/\?quantity=1500$"))


def test_leaving_the_box_closes_it_and_small_phones_do_not_scroll(
    browser: Browser, live_server: LiveServer
) -> None:
    with visit(browser, width=320, height=640) as page:
        page.goto(f"{live_server.url}/en/clusters/")
        _box(page, "cotton")
        assert sideways(page) <= 0
        page.keyboard.press("Tab")
        expect(page.locator("#suggestions")).to_be_hidden()


def test_without_javascript_it_is_a_form(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/clusters/")
    assert page.locator("#q").get_attribute("role") is None
    page.locator("#q").fill("cotton")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/en/find/?q=cotton")
    expect(page.locator("main")).to_contain_text("Cotton crew socks")
    context.close()
