"""A small business finds socks on the Zhuji portal and buys them on 60 days' credit: the steps of the walk.

Steps 1 to 9 of the slice, through the real processes: web, worker, payment server. The amounts are those of
the `cn` policy, worked out here by hand from the listing's prices.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.stack import Stack

from .stacks import goods_of
from .support import look_at, visit

PASSWORD = "chandi-demo"
QUERY = {"zh": "棉袜", "en": "cotton socks"}


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"


@dataclass(frozen=True)
class Sum:
    """The order worked out by hand: goods, VAT, freight; what the factory keeps of a shipment."""

    quantity: int
    unit: int
    net: int
    vat: int
    freight: int

    @property
    def total(self) -> int:
        return self.net + self.vat + self.freight

    def shipped(self, pieces: int) -> tuple[int, int, int, int]:
        """(gross, commission with its VAT, early-payout fee of net-60, payout) of a first part."""
        net = self.unit * pieces
        vat = _half_up(Decimal(self.vat) * net / self.net)
        freight = _half_up(Decimal(self.freight) * net / self.net)
        gross = net + vat + freight
        commission = _half_up(Decimal(net) * Decimal("0.03"))
        commission_vat = _half_up(Decimal(commission) * Decimal("0.06"))
        kept = gross - commission - commission_vat
        fee = _half_up(Decimal(kept) * Decimal("0.0240"))
        return gross, commission + commission_vat, fee, kept - fee


def _work_out(goods: dict[str, Any]) -> Sum:
    """Enough of the listing to pass its factory's minimum, at the tier that quantity reaches."""
    multiple, ladder = goods["multiple"], sorted(map(tuple, goods["ladder"]))
    quantity = max(goods["moq"], ladder[1][0] if len(ladder) > 1 else 0)
    quantity = -(-quantity // (2 * multiple)) * 2 * multiple
    unit = max(step for step in ladder if step[0] <= quantity)[1]
    while unit * quantity < goods["order_minimum"]:
        quantity += 2 * multiple
        unit = max(step for step in ladder if step[0] <= quantity)[1]
    net = unit * quantity
    free = goods["free_over"] is not None and net >= goods["free_over"]
    vat = _half_up(Decimal(net) * goods["vat_bp"] / 10_000)
    return Sum(quantity, unit, net, vat, 0 if free else goods["freight_flat"])


class Walk:
    """One language's walk over one stack."""

    def __init__(self, page: Page, stack: Stack, lang: str, kind: str) -> None:
        self.page, self.stack, self.lang, self.kind, self.step = page, stack, lang, kind, 0
        self.root = stack.url + ("" if lang == "zh" else "/en")

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)

    def look(self, name: str) -> None:
        """Axe, no sideways scroll, a picture at desktop and at phone width."""
        self.step += 1
        for width, height in ((1440, 900), (390, 844)):
            self.page.set_viewport_size({"width": width, "height": height})
            look_at(self.page, f"walk-{self.kind}-{self.lang}/{self.step:02d}-{name}-{width}")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def sign_in(self, email: str) -> None:
        self.go("/account/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("form[action$='/account/login/'] button[type=submit]").first.click()
        expect(self.page).not_to_have_url(re.compile("account/login"))

    def reload_until(self, text: str, patience: int = 60) -> None:
        """The worker does its part a moment later: look again until the page says so."""
        for _ in range(patience):
            if text in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(
            f"{text!r} did not appear on {self.page.url}:\n{self.page.locator('main').inner_text()}"
        )


def _find(walk: Walk, goods: dict[str, Any]) -> None:
    """1 to 3: home, portal, search."""
    walk.go("/")
    expect(walk.page.locator("main svg").first).to_be_visible()
    walk.look("home")
    walk.page.locator("main a[href$='/zhuji-socks/']:visible").first.click()
    expect(walk.page).to_have_url(re.compile("/zhuji-socks/$"))
    expect(walk.page.locator("main a[href*='/zhuji-socks/listings/']").first).to_be_visible()
    walk.look("portal")
    walk.page.locator("input[name=q]:visible").first.fill(QUERY[walk.lang])
    walk.page.keyboard.press("Enter")
    expect(walk.page).to_have_url(re.compile("/zhuji-socks/find/"))
    found = walk.page.locator("main a[href*='/zhuji-socks/listings/']")
    expect(found.first).to_be_visible()
    walk.look("results")
    words = set()
    for text in (QUERY["zh"], QUERY["en"], "mianwa"):
        walk.go(f"/zhuji-socks/find/?q={text}")
        links = {link.get_attribute("href") for link in found.all()}
        words.add(len(links) > 0)
    assert words == {True}, "Chinese, English and pinyin all find"


def _sign_up(walk: Walk) -> None:
    """5: a one-person company in one form; the second factor is offered."""
    walk.go("/account/signup/")
    walk.look("sign-up")
    fields = {
        "email": f"new-{walk.kind}-{walk.lang}@shop.test", "password1": "thread-by-thread-9",
        "name": "Lin Mei",
        "company_name": f"Lin Mei Shop {walk.kind} {walk.lang}",
    }  # fmt: skip
    for name, value in fields.items():
        walk.page.locator(f"form[action$='/account/signup/'] input[name={name}]").fill(value)
    walk.page.locator("form[action$='/account/signup/'] button[type=submit]").first.click()
    expect(walk.page).to_have_url(re.compile("/account/welcome/"))
    expect(walk.page.locator("main a[href*='2fa']").first).to_be_visible()
    walk.look("welcome")
    walk.page.context.clear_cookies()


def _choose(walk: Walk, goods: dict[str, Any], wanted: Sum) -> None:
    """4: the listing refuses what it does not sell, naming the nearest; then takes what it does."""
    walk.go(f"/zhuji-socks/listings/{goods['listing']}/?quantity={wanted.quantity}")
    expect(walk.page.locator("main")).to_contain_text(f"{wanted.unit // 100}.{wanted.unit % 100:02d}")
    walk.look("listing")
    cell = walk.page.locator(f"#order-form input[name=q_{goods['variant']}]")
    cell.fill(str(goods["moq"] + 1 if goods["multiple"] > 1 else 1))
    walk.page.locator("#order-form button[type=submit]:visible").first.click()
    expect(walk.page.locator("[role=alert]").first).to_be_visible()
    walk.look("listing-refused")
    walk.page.locator(f"#order-form input[name=q_{goods['variant']}]").fill(str(wanted.quantity))
    walk.page.locator("#order-form button[type=submit]:visible").first.click()
    expect(walk.page).to_have_url(re.compile("/zhuji-socks/basket/"))


def _order(walk: Walk, wanted: Sum) -> str:
    """6: basket, checkout on 60 days, receipt. Returns the order's id."""
    expect(walk.page.locator("main")).to_contain_text(_yuan(wanted.net))
    walk.look("basket")
    walk.page.locator("main a[href$='/zhuji-socks/checkout/']:visible").first.click()
    expect(walk.page.locator("main")).to_contain_text(_yuan(wanted.total))
    walk.page.locator("input[name=payment][value*='60']").check()
    for name, value in (("ship_name", "李华"), ("ship_phone", "+86 571 0000 0000")):
        walk.page.locator(f"input[name={name}]").fill(value)
    walk.page.locator("textarea[name=ship_address]").fill("杭州市上城区市场路1号")
    walk.look("checkout")
    walk.page.get_by_role("button", name=re.compile(re.escape(_yuan(wanted.total)))).click()
    expect(walk.page).to_have_url(re.compile("/placed/"))
    expect(walk.page.locator("main")).to_contain_text(_yuan(wanted.total))
    walk.look("receipt")
    found = re.findall(r"/orders/([0-9a-hjkmnp-tv-z]{13})/", walk.page.locator("main").inner_html())
    assert len(set(found)) == 1, found
    return str(found[0])


def _ship_half(walk: Walk, order: str, wanted: Sum) -> None:
    """7: the factory accepts, ships half, and sees what it is paid and which fee that costs."""
    walk.sign_in("supplier@chandi.test")
    walk.go("/desk/")
    expect(walk.page.locator(f"a[href*='{order}']").first).to_be_visible()
    walk.look("desk")
    walk.go(f"/desk/orders/{order}/")
    walk.look("desk-order")
    walk.page.locator("form[action$='/accept/'] button[type=submit]").first.click()
    walk.go(f"/desk/orders/{order}/")
    form = walk.page.locator("form[action$='/ship/']")
    form.locator("input[name^=n_]").first.fill(str(wanted.quantity // 2))
    form.locator("input[name=carrier]").fill("顺丰 SF")
    form.locator("input[name=tracking]").fill("SF1234567890")
    form.locator("button[type=submit]").first.click()
    gross, _, fee, payout = wanted.shipped(wanted.quantity // 2)
    walk.go("/earnings/")
    walk.reload_until(_yuan(payout))
    for amount in (gross, fee):
        expect(walk.page.locator("main")).to_contain_text(_yuan(amount))
    walk.look("earnings")
    walk.page.context.clear_cookies()


def _repay_part(walk: Walk, wanted: Sum) -> None:
    """8: the buyer sees what is owed, pays 100.00 of it by card, and what is open falls by that."""
    gross = wanted.shipped(wanted.quantity // 2)[0]
    walk.sign_in("buyer@chandi.test")
    walk.go("/finance/")
    walk.reload_until(_yuan(gross))
    walk.look("finance")
    row = walk.page.locator("tr", has_text=_yuan(gross)).last
    row.locator("input[name=invoices]").check()
    walk.page.locator("input[name=amount]").fill("100.00")
    walk.page.locator("form[action$='/finance/pay/'] button[type=submit]").first.click()
    expect(walk.page).to_have_url(re.compile(re.escape(walk.stack.stripe_url)))
    for name, value in (
        ("number", "4242424242424242"),
        ("expiry", "12/34"),
        ("cvc", "123"),
        ("name", "Li Hua"),
    ):
        walk.page.locator(f"#{name}").fill(value)
    walk.page.locator("button[type=submit]").first.click()
    expect(walk.page).to_have_url(re.compile(re.escape(walk.stack.url)), timeout=20_000)
    walk.go("/finance/")
    walk.reload_until(_yuan(gross - 10_000))
    walk.look("finance-after")
    walk.go("/finance/statement/")
    expect(walk.page.locator("main")).to_contain_text("100.00")
    walk.look("statement")
    walk.go("/inbox/")
    walk.look("inbox")
    walk.page.context.clear_cookies()


def _audit(walk: Walk, order: str) -> None:
    """9: staff sees the books balanced, the order's journals and who did what; mails can be read."""
    walk.sign_in("staff@chandi.test")
    walk.go("/staff/")
    walk.look("staff")
    walk.go("/staff/books/")
    totals = walk.page.locator("tfoot td.num").all_inner_texts()
    assert len(set(totals)) == 1, f"the trial balance is not at zero: {totals}"
    walk.look("books")
    walk.go(f"/staff/orders/{order}/")
    expect(walk.page.locator("main")).to_contain_text("supplier@chandi.test")
    walk.look("staff-order")
    walk.page.locator("main a[href*='/staff/books/orders/']").first.click()
    expect(walk.page.locator("main")).to_contain_text("inv:")
    walk.look("journals")
    walk.page.goto(walk.stack.url + "/dev/mailbox/")
    expect(walk.page.locator("main")).to_contain_text("buyer@chandi.test")


def walk_it(browser: Browser, stack: Stack, lang: str, kind: str) -> None:
    """Walk steps 1 to 9 in one language over a running stack; pictures go to `walk-<kind>-<lang>`."""
    goods = goods_of(stack)
    wanted = _work_out(goods)
    with visit(browser) as page:
        page.set_default_timeout(30_000)
        walk = Walk(page, stack, lang, kind)
        _find(walk, goods)
        _sign_up(walk)
        walk.sign_in("buyer@chandi.test")
        _choose(walk, goods, wanted)
        order = _order(walk, wanted)
        page.context.clear_cookies()
        _ship_half(walk, order, wanted)
        _repay_part(walk, wanted)
        _audit(walk, order)
