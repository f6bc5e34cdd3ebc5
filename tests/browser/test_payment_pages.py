"""The hosted pages of the local payment server in a browser: every state, by keyboard, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stripe_server.server import StripeServer
from tests.unit.stripe_server.api import Api

from .support import look_at, sideways, visit

WORDS = {
    "en": {
        "pay": "Pay CN¥12,170.00",
        "declined": "declined",
        "confirm": "Confirm payment",
        "refuse": "Refuse",
    },
    "zh": {"pay": "支付 ¥12,170.00", "declined": "被拒绝", "confirm": "确认付款", "refuse": "拒绝"},
}


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    """A payment server of this module's own."""
    with StripeServer() as server:
        yield Api(server)


def basket(api: Api, lang: str, **more: object) -> str:
    """The address of a page over two kinds of socks and freight."""
    goods = (
        ("精梳棉船袜 Combed cotton ankle socks, men", 245, 3_000),
        ("加厚毛圈运动袜 Terry sports socks", 380, 1_200),
        ("运费 Freight", 26_000, 1),
    )
    lines = [
        {
            "price_data": {"currency": "cny", "unit_amount": fen, "product_data": {"name": name}},
            "quantity": count,
        }
        for name, fen, count in goods
    ]
    return str(api.checkout(line_items=lines, locale=lang, **more)["url"])


def fill(page: Page, number: str) -> None:
    """Write a card into the form, as a person does."""
    for name, value in (("number", number), ("expiry", "12/34"), ("cvc", "123"), ("name", "李娜")):
        page.locator(f"#{name}").fill(value)


@pytest.mark.parametrize(
    ("width", "dark", "lang"),
    [(390, False, "zh"), (390, True, "en"), (1440, False, "en"), (1440, True, "zh")],
)
def test_every_state_of_the_payment_page_is_clean(
    browser: Browser, api: Api, lang: str, width: int, dark: bool
) -> None:
    words, name = WORDS[lang], f"payment/{width}-{'dark' if dark else 'light'}-{lang}"
    home = f"{api.server.url}/nowhere"
    address = basket(api, lang, customer_email="li@example.com", success_url=home, cancel_url=home)
    with visit(browser, width=width, dark=dark) as page:
        page.goto(address)
        look_at(page, f"{name}-1-form")
        page.get_by_role("button", name=words["pay"]).click()
        expect(page.get_by_role("alert").get_by_role("link")).to_have_count(4)
        look_at(page, f"{name}-2-errors")
        fill(page, "4000 0000 0000 0002")
        page.get_by_role("button", name=words["pay"]).click()
        expect(page.get_by_role("alert")).to_contain_text(words["declined"])
        look_at(page, f"{name}-3-declined")
        fill(page, "4000 0025 0000 3155")
        page.get_by_role("button", name=words["pay"]).click()
        look_at(page, f"{name}-4-bank")
        page.get_by_role("button", name=words["refuse"]).click()
        look_at(page, f"{name}-5-refused")
        fill(page, "4000 0025 0000 3155")
        page.get_by_role("button", name=words["pay"]).click()
        page.get_by_role("button", name=words["confirm"]).click()
        expect(page).to_have_url(home)
        page.goto(address)
        look_at(page, f"{name}-6-paid")


def test_the_form_is_filled_in_and_sent_by_keyboard_and_leads_to_another_site(
    browser: Browser, api: Api
) -> None:
    other = api.server.url.replace("127.0.0.1", "localhost") + "/nowhere?session={CHECKOUT_SESSION_ID}"
    address = basket(api, "en", success_url=other)
    with visit(browser, width=820) as page:
        page.goto(address)
        page.locator("#email").focus()
        for text in ("li@example.com", "4242424242424242", "12/34", "123", "Li Na"):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        expect(page.get_by_role("button")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(other.replace("{CHECKOUT_SESSION_ID}", address.rpartition("/")[2]))


def test_an_error_in_the_list_leads_to_its_field(browser: Browser, api: Api) -> None:
    with visit(browser, width=390) as page:
        page.goto(basket(api, "en"))
        page.get_by_role("button").click()
        page.get_by_role("alert").get_by_role("link", name="Enter the card number.").click()
        expect(page.locator("#number")).to_be_focused()
        expect(page.locator("#number")).to_have_accessible_description("⚠ Enter the card number.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_onboarding_form_and_the_ends_of_pages_are_clean(browser: Browser, api: Api, lang: str) -> None:
    urls = {"return_url": f"{api.server.url}/back", "refresh_url": f"{api.server.url}/again"}
    account = api.account(active=False)
    link = api.post("/v1/account_links", {"account": account, "type": "account_onboarding", **urls})["url"]
    ended = basket(api, lang)
    api.post(f"/v1/checkout/sessions/{ended.rpartition('/')[2]}/expire")
    with visit(browser, width=390) as page:
        page.goto(f"{link}?lang={lang}")
        look_at(page, f"payment/setup-{lang}-1-form")
        page.get_by_role("button").click()
        look_at(page, f"payment/setup-{lang}-2-errors")
        page.goto(ended)
        look_at(page, f"payment/ended-{lang}")
        page.goto(f"{api.server.url}/c/pay/nothing?lang={lang}")
        look_at(page, f"payment/missing-{lang}")


def test_nothing_scrolls_sideways_on_the_smallest_phone(browser: Browser, api: Api) -> None:
    price = {
        "currency": "cny",
        "unit_amount": 99_999_999,
        "product_data": {"name": "Donaudampfschiffsocken" * 6},
    }
    with visit(browser, width=320, height=640) as page:
        page.goto(str(api.checkout(line_items=[{"price_data": price}])["url"]))
        assert sideways(page) <= 0
        with page.expect_navigation():
            page.get_by_role("button").click()
        assert sideways(page) <= 0
