"""A buyer looks for goods at 300 pieces: from the first letters to the alert that a price fell.

Everything through the real processes; what a factory changes meanwhile is changed by the action of its desk.
"""

import re

from playwright.sync_api import Browser, expect

from tests.support.stack import Stack

from .stacks import run
from .support import visit
from .walk import Walk

TYPED = {"zh": "棉", "en": "cotton so"}
WORDS = {"zh": "棉", "en": "cotton socks"}
_CHEAPEN = """
from marketplace.core.actors import SYSTEM
from marketplace.catalog.actions import set_ladder
from marketplace.catalog.models import Listing
from marketplace.catalog.rules import Tier
listing = Listing.objects.get(public_id="{public_id}")
tiers = listing.tiers.filter(variant=None).order_by("min_qty")
ladder = [Tier(t.min_qty, max(1, t.unit_price * 9 // 10)) for t in tiers]
set_ladder(acting_user=SYSTEM, listing=listing, ladder=ladder, reason="cheaper yarn")
"""


def _cheapen(stack: Stack, public_id: str) -> None:
    """The factory lowers every step of the listing's ladder by a tenth."""
    run(stack, "shell", "-v0", "-c", _CHEAPEN.format(public_id=public_id))


def _suggestion_to_results(walk: Walk) -> None:
    """A suggestion of goods' kind leads to results; 300 pieces re-price them all."""
    walk.go("/clusters/")
    walk.page.locator("#q").click()
    walk.page.keyboard.type(TYPED[walk.lang])
    expect(walk.page.get_by_role("option").first).to_be_visible()
    walk.look("suggestions")
    walk.page.locator("#q").fill(WORDS[walk.lang])
    expect(walk.page.get_by_role("option").first).to_be_visible()
    walk.page.keyboard.press("Enter")
    expect(walk.page).to_have_url(re.compile("/find/"))
    walk.page.locator("#quantity").fill("300")
    walk.page.keyboard.press("Enter")
    expect(walk.page).to_have_url(re.compile("quantity=300"))
    expect(walk.page.locator("main a[href*='/listings/']").first).to_be_visible()
    walk.look("results-at-300")


def _narrow(walk: Walk) -> None:
    """One value of a facet: as many results as its count said; and the map of what is left."""
    option = walk.page.locator("aside a[href*='feature=certified']").first
    promised = int(re.findall(r"[\d,]+", option.inner_text().replace(",", ""))[-1])
    option.click()
    expect(walk.page).to_have_url(re.compile("feature=certified"))
    expect(walk.page.locator("h1")).to_contain_text(f"{promised:,}")
    walk.look("narrowed")
    walk.page.locator("main a[href*='map=']").first.click()
    expect(walk.page.locator("#results svg").first).to_be_visible()
    walk.look("map")
    walk.page.go_back()
    expect(walk.page.locator("h1")).to_contain_text(f"{promised:,}")


def _compare(walk: Walk) -> None:
    """Two listings side by side, at 300 pieces."""
    buttons = walk.page.locator("#results a[hx-target='#tray']")
    for place in range(2):
        buttons.nth(place).click()
        expect(walk.page.locator("#tray")).to_contain_text(str(place + 1))
    walk.page.locator("#tray a").first.click()
    expect(walk.page).to_have_url(re.compile("/compare/"))
    expect(walk.page.locator(".compare thead th")).to_have_count(2)
    walk.look("compare")
    walk.page.go_back()


def _save(walk: Walk) -> str:
    """The search is saved, to be told at once; returns the listing that will get cheaper."""
    first = walk.page.locator("#results a[href*='/listings/']").first.get_attribute("href") or ""
    walk.page.locator("main a[href*='/find/save/']").first.click()
    walk.look("save")
    walk.page.locator("input[name=frequency][value=at_once]").first.check()
    walk.page.locator("form[action$='/find/save/'] button[type=submit]").first.click()
    expect(walk.page).to_have_url(re.compile("/find/saved/"))
    walk.look("saved")
    (public_id,) = re.findall(r"/listings/([0-9a-z]{13})/", first)
    return str(public_id)


def _hear(walk: Walk) -> None:
    """The worker finds that a price fell, and the inbox says so."""
    walk.go("/inbox/")
    walk.reload_until(f"“{WORDS[walk.lang]}”", patience=120)
    walk.look("alert")


def _ask_why(walk: Walk) -> None:
    """Staff sees what each signal adds to a result's place."""
    walk.sign_in("staff@chandi.test")
    walk.go(f"/find/?q={WORDS[walk.lang]}")
    walk.page.locator("#results a[href*='/staff/search/why/']").first.click()
    expect(walk.page.locator("main table tfoot").first).to_be_visible()
    walk.look("why")
    walk.go("/staff/search/health/")
    walk.look("health")


def search_it(browser: Browser, stack: Stack, lang: str, kind: str) -> None:
    """The walk in one language over a running stack; pictures go to `walk-search-<kind>-<lang>`."""
    with visit(browser) as page:
        page.set_default_timeout(30_000)
        walk = Walk(page, stack, lang, f"search-{kind}")
        walk.sign_in("buyer@chandi.test")
        _suggestion_to_results(walk)
        _narrow(walk)
        _compare(walk)
        public_id = _save(walk)
        _cheapen(stack, public_id)
        _hear(walk)
        page.context.clear_cookies()
        _ask_why(walk)
