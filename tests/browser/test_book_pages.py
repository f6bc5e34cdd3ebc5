"""The books in a browser: a month closed by two people, balances as they were known, down to the journal."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from marketplace.accounts.models import User
from marketplace.core import clock
from payments.ledger.models import LedgerPeriod
from payments.ledger.posting import Posting, cr, dr, post
from payments.rules.days import month_before, month_of
from tests.factories.companies import make_buyer, make_staff, make_supplier

from .support import look_at, visit

pytestmark = pytest.mark.django_db(transaction=True)


def books() -> None:
    """A sale in each of the last three months, the middle one heard of a month later."""
    buyer, supplier, maker = make_buyer().company.pk, make_supplier().pk, make_staff()
    this = month_of(clock.now())
    last = month_before(this)
    before = month_before(last)
    for number, (month, heard) in enumerate([(before, before), (before, last), (this, this)]):
        amount = 113_000 * (number + 1)
        legs = [
            dr("1200", amount, buyer),
            cr("2000", amount - 3_180, supplier),
            cr("4000", 3_000),
            cr("2300", 180),
        ]
        when, known = (datetime(d.year, d.month, 1, 4, tzinfo=clock.BUSINESS_ZONE) for d in (month, heard))
        with clock.at(known), transaction.atomic():
            post(Posting(f"inv:{number + 1}", "invoice.issued", "CNY", legs, maker, effective_at=when))


def cookies_of(user: User, live_server: LiveServer) -> list[Any]:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]


@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("zh", 390)])
def test_two_people_close_a_month(browser: Browser, live_server: LiveServer, lang: str, width: int) -> None:
    books()
    one, two = make_staff(), make_staff()
    address = f"{live_server.url}{'/en' if lang == 'en' else ''}/staff/books/"
    name = f"books/{lang}-{width}"
    with visit(browser, width=width, cookies=cookies_of(one, live_server)) as page:
        page.goto(address)
        look_at(page, f"{name}-1-now")
        _as_of(page, month_of(clock.now()) - timedelta(days=1))
        look_at(page, f"{name}-2-as-of")
        page.get_by_role("table").get_by_role("link").first.click()
        look_at(page, f"{name}-3-accounts")
        page.get_by_role("table").get_by_role("link").first.click()
        look_at(page, f"{name}-4-account")
        page.get_by_role("link", name="inv:1").click()
        expect(page.locator("h1")).to_be_visible()
        look_at(page, f"{name}-5-journal")
        page.goto(f"{address}months/")
        look_at(page, f"{name}-6-open")
        page.locator("form[action$='soft-close/'] button").click()
        page.locator("form[action$='/close/'] button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look_at(page, f"{name}-7-second-person")
    with visit(browser, width=width, cookies=cookies_of(two, live_server)) as page:
        page.goto(f"{address}months/")
        page.locator("form[action$='/close/'] button").click()
        expect(page.locator("form[action$='/close/']")).to_have_count(0)
        look_at(page, f"{name}-8-closed")
        with page.expect_download() as download:
            page.locator("button", has_text="CSV").click()
        assert download.value.suggested_filename.endswith(".csv")
    assert LedgerPeriod.objects.get().state == "closed"


def _as_of(page: Page, day: Any) -> None:
    page.locator("#as-of").fill(day.isoformat())
    page.locator("form:has(#as-of) button").click()
    expect(page.locator("#trial-title")).to_contain_text(day.isoformat())
