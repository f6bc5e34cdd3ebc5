"""The parts and the frame in a browser: readable, within the window, usable by keyboard, in both themes."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from clusters.queries import forget_cluster_lines
from tests.factories.clusters import make_cluster

from .support import look_at, sideways, visit

pytestmark = pytest.mark.django_db(transaction=True)
TOWNS = (
    ("zhuji-socks", "诸暨袜业", "Zhuji socks", "#b4501e"),
    ("panyu-anime", "番禺动漫", "Panyu anime goods", "#5b4bd6"),
)


@pytest.fixture(autouse=True)
def _towns(settings: Settings) -> None:
    settings.DEBUG = True
    for code, chinese, english, accent in TOWNS:
        make_cluster(code=code, name_zh=chinese, name_en=english, accent=accent)
    forget_cluster_lines()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "prefix"), [(390, "/en"), (820, ""), (1440, "")])
def test_the_gallery_is_clean(
    browser: Browser, live_server: LiveServer, width: int, prefix: str, dark: bool
) -> None:
    with visit(browser, width=width, dark=dark) as page:
        page.goto(f"{live_server.url}{prefix}/ui/")
        look_at(page, f"gallery/{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize(
    "address", ["/ui/", "/en/ui/", "/en/clusters/", "/en/account/signup/", "/en/about/terms/", "/en/x/"]
)
def test_nothing_scrolls_sideways_on_the_smallest_phone(
    browser: Browser, live_server: LiveServer, address: str
) -> None:
    with visit(browser, width=320, height=640) as page:
        page.goto(live_server.url + address)
        assert sideways(page) <= 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "/clusters/",
        "/en/account/login/",
        "/account/signup/",
        "/en/about/help/",
        "/en/nothing/",
        "/ui/errors/500/",
    ],
)
def test_pages_of_the_frame_are_clean(
    browser: Browser, live_server: LiveServer, address: str, dark: bool
) -> None:
    with visit(browser, width=390, dark=dark) as page:
        page.goto(live_server.url + address)
        look_at(page, f"frame{address.rstrip('/')}-{'dark' if dark else 'light'}")


def test_keys_and_menus(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser) as page:
        page.goto(f"{live_server.url}/en/clusters/")
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.press("?")
        expect(page.locator("#q")).to_have_value("?")
        page.locator("main").focus()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        look_at(page, "frame/keys")
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()
        page.locator(".switcher summary").click()
        page.locator(".switcher input").fill("anime")
        expect(page.locator("#switcher-list li")).to_have_count(1)
        expect(page.locator("#switcher-list")).to_contain_text("Panyu anime goods")
        page.keyboard.press("Escape")
        expect(page.locator(".switcher .menu__panel")).to_be_hidden()
        expect(page.locator(".switcher summary")).to_be_focused()


def test_first_tab_stop_skips_to_the_content(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser) as page:
        page.goto(f"{live_server.url}/en/clusters/")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_colours_are_kept_in_the_browser_and_nowhere_else(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser) as page:
        page.goto(f"{live_server.url}/en/clusters/")
        page.locator("[data-theme-set=dark]").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.context.cookies() == []
        page.locator("[data-theme-set=auto]").click()
        page.reload()
        assert page.locator("html").get_attribute("data-theme") is None


def test_language_switch_keeps_place_and_filters(browser: Browser, live_server: LiveServer) -> None:
    with visit(browser) as page:
        page.goto(f"{live_server.url}/clusters/?q=番禺")
        page.get_by_role("link", name="English").click()
        expect(page).to_have_url(f"{live_server.url}/en/clusters/?q=%E7%95%AA%E7%A6%BA")
        expect(page.locator("h1")).to_have_text("All towns")
        page.goto(f"{live_server.url}/")
        assert "/en/" in page.url


def test_the_frame_works_without_javascript(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/clusters/")
    page.locator(".switcher summary").click()
    expect(page.locator("#switcher-list")).to_be_visible()
    page.locator(".switcher input").fill("anime")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/en/clusters/?q=anime")
    expect(page.locator("main .card")).to_have_count(1)
    expect(page.locator("[data-theme-set=dark]")).to_be_hidden()
    context.close()
