"""The hosted payment page: paid once, honest about errors, in both languages, safe with hostile text."""

import re
from html import unescape

import pytest
import requests

from tests.stripe_server.cards import passes_luhn

from .api import Api

GOOD = {
    "email": "li@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "Li Na",
}


def submit(url: str, lang: str = "en", **changes: str) -> requests.Response:
    """Post the form of the page."""
    return requests.post(f"{url}?lang={lang}", data={**GOOD, **changes}, allow_redirects=False, timeout=10)


def show(url: str, lang: str = "en") -> str:
    """The page as text, tags removed."""
    return unescape(re.sub(r"<[^>]+>", " ", requests.get(f"{url}?lang={lang}", timeout=10).text))


def test_the_page_shows_what_is_bought_and_what_it_costs(api: Api) -> None:
    price = {
        "currency": "cny",
        "unit_amount": 245,
        "product_data": {"name": "棉袜 Crew", "description": "Black, 39–42"},
    }
    session = api.checkout(
        line_items=[{"price_data": price, "quantity": 3_000}], customer_email="li@example.com"
    )
    english, chinese = show(session["url"]), show(session["url"], "zh")
    for words in (
        "Pay Chandi 产地",
        "CN¥7,350.00",
        "棉袜 Crew",
        "Black, 39–42",
        "Qty 3,000",
        "CN¥2.45 each",
        "Test mode",
    ):
        assert words in english
    for words in ("付款给 Chandi 产地", "¥7,350.00", "数量 3,000", "测试模式", "支付 ¥7,350.00"):
        assert words in chinese
    assert 'value="li@example.com"' in requests.get(session["url"], timeout=10).text


@pytest.mark.parametrize(
    ("locale", "header", "lang"),
    [
        ("zh", "en", "zh-Hans"),
        ("en", "zh-CN", "en"),
        ("auto", "zh-CN,en;q=0.5", "zh-Hans"),
        ("auto", "fr", "en"),
    ],
)
def test_the_language_is_the_sessions_or_the_browsers(api: Api, locale: str, header: str, lang: str) -> None:
    session = api.checkout(locale=locale)
    page = requests.get(session["url"], headers={"Accept-Language": header}, timeout=10).text
    assert f'<html lang="{lang}">' in page
    assert (
        f'<html lang="{lang}">'
        not in requests.get(session["url"] + "?lang=" + ("en" if "zh" in lang else "zh"), timeout=10).text
    )


def test_paying_leads_back_to_the_shop_and_never_twice(api: Api) -> None:
    session = api.checkout()
    first, second = submit(session["url"]), submit(session["url"])
    target = f"http://shop.test/done?session={session['id']}"
    assert (first.status_code, first.headers["location"]) == (303, target)
    assert second.headers["location"] == target
    assert len(api.server.objects("charges")) == 1
    done = api.get(f"/v1/checkout/sessions/{session['id']}")
    assert (done["status"], done["payment_status"], done["url"]) == ("complete", "paid", None)
    assert done["customer_details"]["email"] == "li@example.com"
    assert "You will not be charged again" in show(session["url"])


@pytest.mark.parametrize(
    ("card", "code", "english", "chinese"),
    [
        ("4000000000000002", "generic_decline", "Your card was declined", "您的银行卡被拒绝"),
        ("4000000000009995", "insufficient_funds", "insufficient funds", "余额不足"),
        ("4000000000000069", "expired_card", "has expired", "已过期"),
        ("4000000000000127", "incorrect_cvc", "security code is incorrect", "安全码不正确"),
        ("4000000000000119", "processing_error", "went wrong", "处理银行卡时出错"),
        ("4111111111111111", "generic_decline", "takes test cards only", "只接受测试卡"),
    ],
)
def test_a_declined_card_is_told_and_another_one_pays(
    api: Api, card: str, code: str, english: str, chinese: str
) -> None:
    session = api.checkout()
    for lang, words in (("en", english), ("zh", chinese)):
        answer = submit(session["url"], lang, number=card)
        assert (answer.status_code, words in unescape(answer.text)) == (402, True)
        assert 'role="alert"' in answer.text
        assert 'value="Li Na"' in answer.text
        assert 'value="123"' not in answer.text
    intent = api.get("/v1/payment_intents")["data"]
    assert len(intent) == 1
    assert (intent[0]["status"], intent[0]["amount_received"]) == ("requires_payment_method", 0)
    assert intent[0]["last_payment_error"]["decline_code"] == code
    assert submit(session["url"]).status_code == 303
    kinds = [event["type"] for event in api.server.events()]
    assert kinds.count("payment_intent.created") == 1
    assert kinds.count("payment_intent.payment_failed") == kinds.count("charge.failed") == 2
    assert kinds[-1] == "checkout.session.completed"


@pytest.mark.parametrize("card", ["4000002500003155", "4000002760003184"])
def test_the_bank_asks_first_and_both_answers_count(api: Api, card: str) -> None:
    session = api.checkout()
    step = submit(session["url"], number=card)
    assert step.headers["location"] == f"/c/pay/{session['id']}/authenticate?lang=en"
    assert api.get("/v1/payment_intents")["data"][0]["status"] == "requires_action"
    assert api.server.objects("charges") == []
    bank = api.server.url + step.headers["location"]
    assert f"Card ending in {card[-4:]}" in show(bank.partition("?")[0])
    refused = requests.post(bank, {"answer": "fail"}, timeout=10)
    assert (refused.status_code, "Nothing was charged" in refused.text) == (402, True)
    error = api.get("/v1/payment_intents")["data"][0]["last_payment_error"]
    assert error["code"] == "payment_intent_authentication_failure"
    assert f'action="/c/pay/{session["id"]}?lang=en"' in refused.text
    assert api.server.pay(session["url"], card=card).startswith("http://shop.test/done")
    assert len([row for row in api.server.objects("charges") if row["paid"]]) == 1


def test_the_bank_may_confirm_and_the_card_still_be_declined(api: Api) -> None:
    session = api.checkout()
    assert api.server.pay(session["url"], card="4000008400001629") == ""
    assert api.get("/v1/payment_intents")["data"][0]["status"] == "requires_payment_method"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "nobody", "Enter a complete e-mail address"),
        ("number", "", "Enter the card number"),
        ("number", "4242 4242 4242 4241", "not valid"),
        ("number", "４２４２４２４２４２４２４２４２", "not valid"),
        ("expiry", "13/34", "month and year"),
        ("expiry", "01/20", "This card has expired"),
        ("expiry", "", "month and year"),
        ("cvc", "12", "security code is incomplete"),
        ("cvc", "1234", "security code is incomplete"),
        ("name", " ", "Enter the name"),
    ],
)
def test_a_field_filled_in_wrongly_is_marked_and_nothing_is_tried(
    api: Api, field: str, value: str, words: str
) -> None:
    session = api.checkout()
    answer = submit(session["url"], **{field: value})
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert answer.text.count('aria-invalid="true"') == 1
    assert f'aria-describedby="{field}-error"' in answer.text or f'{field}-help {field}-error"' in answer.text
    assert api.server.objects("payment_intents") == []
    assert api.server.events() == []


@pytest.mark.parametrize("expiry", ["12/34", "1234", "12 / 2034", "12-34", "1/34", "01/34"])
def test_expiry_dates_may_be_written_as_people_write_them(api: Api, expiry: str) -> None:
    assert submit(api.checkout()["url"], expiry=expiry).status_code == 303


def test_american_express_has_a_longer_code(api: Api) -> None:
    session = api.checkout()
    assert submit(session["url"], number="378282246310005").status_code == 422
    assert submit(session["url"], number="378282246310005", cvc="1234").status_code == 303


def test_text_from_outside_is_shown_as_text(api: Api) -> None:
    evil = "<script>alert(1)</script>\"'>"
    price = {"currency": "cny", "unit_amount": 1_000, "product_data": {"name": evil, "description": evil}}
    session = api.checkout(
        line_items=[{"price_data": price}], cancel_url='http://shop.test/"><script>x</script>'
    )
    page = requests.get(session["url"], timeout=10)
    again = submit(session["url"], name=evil, email=evil, number=evil, expiry=evil)
    for answer in (page, again):
        assert "<script" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self' http://shop.test;" in policy
        assert "unsafe-inline" not in policy


def test_a_session_ends_with_its_time_and_the_page_says_so(api: Api) -> None:
    session = api.checkout(expires_at=api.server.control("GET", "/health")["now"] + 1_800)
    assert api.server.pay(session["url"], card="4000000000000002") == ""
    api.server.control("POST", "/clock", advance=1_801)
    page = requests.get(session["url"], timeout=10)
    assert (page.status_code, "http://shop.test/basket" in page.text) == (410, True)
    assert submit(session["url"]).status_code == 410
    ended = api.get(f"/v1/checkout/sessions/{session['id']}", {"expand": ["payment_intent"]})
    assert (ended["status"], ended["payment_status"]) == ("expired", "unpaid")
    assert (ended["payment_intent"]["status"], ended["payment_intent"]["cancellation_reason"]) == (
        "canceled",
        "expired",
    )
    assert [event["type"] for event in api.server.events()][-2:] == [
        "payment_intent.canceled",
        "checkout.session.expired",
    ]
    assert not [row for row in api.server.objects("charges") if row["paid"]]


def test_a_session_can_be_expired_by_call_but_not_once_it_is_paid(api: Api) -> None:
    session, paid = api.checkout(), api.checkout()
    assert api.post(f"/v1/checkout/sessions/{session['id']}/expire")["status"] == "expired"
    assert submit(session["url"]).status_code == 410
    api.server.pay(paid["url"])
    assert "complete" in api.refused(f"/v1/checkout/sessions/{paid['id']}/expire")["message"]
    for away in (60, 90_000):
        moment = api.server.control("GET", "/health")["now"] + away
        answer = api.call("POST", "/v1/checkout/sessions", {"mode": "payment", "expires_at": moment})
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/", "/c/pay/cs_test_nothing", "/c/pay/x/y/z", "/setup/link_nothing", "/c/pay/%00"]
)
def test_there_is_no_such_page(api: Api, path: str) -> None:
    answer = requests.get(f"{api.server.url}{path}", timeout=10)
    assert (answer.status_code, "Nothing was charged" in answer.text) == (404, True)


def test_only_whole_numbers_with_the_right_check_digit_are_cards() -> None:
    assert passes_luhn("4242424242424242")
    for wrong in ("4242424242424241", "", "4242", "0" * 30, "４" * 16, "424242424242424x"):
        assert not passes_luhn(wrong)


def test_no_card_number_is_written_anywhere(api: Api) -> None:
    api.payment()
    for collection in ("charges", "payment_intents", "checkout_sessions", "events", "idempotency"):
        assert "4242424242424242" not in str(api.server.objects(collection))
