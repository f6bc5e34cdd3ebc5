"""What keepers of saved searches are told, when and how, and how they stop it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from marketplace.accounts.models import User
from marketplace.catalog import actions as catalog
from marketplace.catalog.models import Listing
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from marketplace.notifications.models import Notice
from search import rebuilding
from search.models import SavedAlert
from search.saved import actions
from search.saved.queries import stop_token
from search.saved.rules import LINES_PER_NOTICE
from search.saved.telling import tell_due
from tests.factories.catalog import make_listing

from .keeping import LADDER, keep, new_listing, new_price

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


def told(user: User) -> list[tuple[str, str]]:
    """(reason, title) of everything that was told, newest notice first."""
    rows = Notice.objects.filter(user=user, kind="saved_search_found").order_by("-pk")
    return [(line["reason"], line["title"]["en"]) for row in rows for line in row.facts["lines"]]


# Being told


def test_a_fallen_price_is_told_at_the_saved_quantity(two_towns: dict[str, Listing], keeper: User) -> None:
    keep(keeper)
    new_price(two_towns["zhuji-socks"], (120, 290), (1200, 245))
    assert told(keeper) == [], "the price at 1,500 has not changed"
    new_price(two_towns["zhuji-socks"], (120, 290), (1200, 230))
    assert told(keeper) == [("price", "Cotton socks")]
    (message,) = [m for m in mail.outbox if m.to == [keeper.email]]
    assert "now ¥2.30 instead of ¥2.45" in message.body
    assert f"/en/listings/{two_towns['zhuji-socks'].public_id}/?quantity=1500" in message.body


def test_the_last_price_seen_counts_and_nothing_is_told_twice(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    keep(keeper)
    with moved(hours=1):
        new_price(two_towns["zhuji-socks"], (120, 300), (1200, 260))
        new_price(two_towns["zhuji-socks"], (120, 300), (1200, 250))
    assert told(keeper) == [("price", "Cotton socks")], "from 2.60 to 2.50 is a fall"
    with moved(hours=2):
        catalog.tell_listings_changed([two_towns["zhuji-socks"].pk])
        outbox.drain()
    assert len(told(keeper)) == 1
    assert SavedAlert.objects.count() == 1


def test_new_goods_are_told_and_other_goods_are_not(two_towns: dict[str, Listing], keeper: User) -> None:
    keep(keeper)
    new_listing(two_towns["zhuji-socks"], title_en="Cotton crew socks", title_zh="棉中筒袜")
    new_listing(two_towns["taizhou-gloves"], title_en="Latex gloves", title_zh="乳胶手套")
    assert told(keeper) == [("new", "Cotton crew socks")]


@pytest.mark.parametrize(
    ("query", "portal", "finds"),
    [
        ("q=mianwa", "", True), ("q=棉襪", "", True), ("q=cotton+soks", "", True), ("", "", True),
        ("category=kind-zhuji-socks", "", True), ("category=kind-taizhou-gloves", "", False),
        ("cluster=taizhou-gloves", "", False), ("q=socks", "zhuji-socks", True),
        ("q=socks", "taizhou-gloves", False), ("q=socks&moq=100", "", False), ("q=socks&moq=120", "", True),
        ("q=socks&quantity=1500&high=2.50", "", True), ("q=socks&quantity=1500&high=2.40", "", False),
        ("q=socks&feature=certified", "", False), ("q=wool+gloves", "", False),
    ],
)  # fmt: skip
def test_what_the_results_page_would_find_is_told(
    two_towns: dict[str, Listing], keeper: User, query: str, portal: str, finds: bool
) -> None:
    for _ in range(6):  # so that a misspelt word has a common one beside it
        make_listing(factory=two_towns["zhuji-socks"].factory, title_en="Cotton socks", attributes=[])
    rebuilding.rebuild("embedded")
    keep(keeper, query, portal=portal)
    made = new_listing(two_towns["zhuji-socks"], title_en="Cotton socks", title_zh="棉袜", ladder=LADDER)
    alerts = SavedAlert.objects.filter(listing=made)
    assert alerts.exists() is finds


@pytest.mark.parametrize("visibility", ["signed_in", "approved"])
def test_a_price_behind_a_gate_is_never_told(
    two_towns: dict[str, Listing], keeper: User, visibility: str
) -> None:
    keep(keeper)
    Listing.objects.update(price_visibility=visibility)
    new_price(two_towns["zhuji-socks"], (120, 200))
    assert told(keeper) == []
    new_listing(two_towns["zhuji-socks"], title_en="Cotton crew socks", price_visibility=visibility)
    assert told(keeper) == [("new", "Cotton crew socks")]
    assert "¥" not in mail.outbox[-1].body
    Listing.objects.update(price_visibility="public")
    new_price(two_towns["zhuji-socks"], (120, 190))
    assert len(told(keeper)) == 1, "what it cost behind the gate is not told either"


def test_what_went_off_sale_is_not_told(two_towns: dict[str, Listing], keeper: User) -> None:
    with clock.at(morning(1) - timedelta(hours=5)):
        keep(keeper, frequency="daily")
    with clock.at(morning(1) - timedelta(hours=4)):
        made = new_listing(two_towns["zhuji-socks"], title_en="Cotton crew socks", title_zh="棉中筒袜")
        catalog.pause_listing(acting_user=SYSTEM, listing=made, reason="out")
        assert SavedAlert.objects.count() == 1
    with clock.at(morning(1)):
        assert tell_due() == 0
        outbox.drain()
    assert told(keeper) == []


def test_a_paused_search_is_silent_and_stays_so_about_the_past(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    saved = keep(keeper)
    actions.pause_search(acting_user=keeper, public_id=saved.public_id, paused=True)
    new_price(two_towns["zhuji-socks"], (120, 200))
    actions.pause_search(acting_user=keeper, public_id=saved.public_id, paused=False)
    with moved(days=1):
        tell_due()
        outbox.drain()
    assert told(keeper) == []


def moved(**span: float) -> Any:
    """The clock, later than now."""
    return clock.at(clock.now() + timedelta(**span))


def morning(day: int) -> datetime:
    """Ten o'clock where the site is, so many days from now."""
    return (clock.now() + timedelta(days=day)).replace(hour=2, minute=0)


def test_a_daily_digest_comes_once_a_day_in_the_morning(two_towns: dict[str, Listing], keeper: User) -> None:
    with clock.at(morning(1) - timedelta(hours=4)):
        keep(keeper, frequency="daily")
        new_price(two_towns["zhuji-socks"], (120, 290), (1200, 230))
        assert tell_due() == 0, "it is six in the morning"
    with clock.at(morning(1)):
        assert tell_due() == 1
        new_price(two_towns["zhuji-socks"], (120, 290), (1200, 220))
        assert tell_due() == 0, "once a day"
    with clock.at(morning(2)):
        assert tell_due() == 1
        outbox.drain()
    assert told(keeper) == [("price", "Cotton socks")] * 2


def test_at_once_waits_ten_minutes_between_notices_and_loses_nothing(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    keep(keeper)
    new_price(two_towns["zhuji-socks"], (120, 290), (1200, 230))
    new_price(two_towns["zhuji-socks"], (120, 290), (1200, 220))
    assert len(told(keeper)) == 1
    with moved(minutes=11):
        assert tell_due() == 1
        outbox.drain()
    assert len(told(keeper)) == 2


def test_a_notice_has_twenty_lines_at_most_and_says_how_many_there_were(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    with clock.at(morning(1) - timedelta(hours=5)):
        keep(keeper, frequency="daily")
    with clock.at(morning(1) - timedelta(hours=4)):
        for number in range(LINES_PER_NOTICE + 3):
            new_listing(two_towns["zhuji-socks"], title_en=f"Cotton socks no. {number}", title_zh="棉袜")
    with clock.at(morning(1)):
        assert tell_due() == 1
        outbox.drain()
    assert len(told(keeper)) == LINES_PER_NOTICE
    assert f"({LINES_PER_NOTICE + 3})" in mail.outbox[-1].subject


@pytest.mark.parametrize(("by_mail", "in_app"), [(True, False), (False, True)])
def test_channels(two_towns: dict[str, Listing], keeper: User, by_mail: bool, in_app: bool) -> None:
    keep(keeper, by_mail=by_mail, in_app=in_app)
    new_price(two_towns["zhuji-socks"], (120, 200))
    (notice,) = Notice.objects.filter(user=keeper)
    assert (notice.read_at is None) is in_app
    assert bool(mail.outbox) is by_mail


# Stopping by mail


def test_one_press_in_a_mail_program_stops_the_mails(
    client: Client, two_towns: dict[str, Listing], keeper: User
) -> None:
    saved = keep(keeper)
    new_price(two_towns["zhuji-socks"], (120, 200))
    message = mail.outbox[-1]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert url in message.body
    path = re.sub(r"^https?://[^/]+", "", url)
    assert "Stop these mails" in client.get(path).content.decode()
    saved.refresh_from_db()
    assert saved.by_mail, "looking at the page stops nothing"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "No more mails" in answer.content.decode()
    assert not answer.cookies
    saved.refresh_from_db()
    assert (saved.by_mail, saved.in_app, saved.silence) == (False, True, "")
    assert strict.post(path, {}).status_code == 200, "a second press is harmless"


def test_without_the_inbox_it_is_silent_and_can_be_turned_on_again(
    client: Client, two_towns: dict[str, Listing], keeper: User
) -> None:
    saved = keep(keeper, in_app=False)
    client.post(f"/find/stop/{stop_token(saved)}/")
    saved.refresh_from_db()
    assert saved.silence == "unsubscribed"
    actions.change_search(
        acting_user=keeper,
        public_id=saved.public_id,
        name="On",
        frequency="daily",
        by_mail=True,
        in_app=False,
    )
    saved.refresh_from_db()
    assert saved.silence == ""


@pytest.mark.parametrize("token", ["x", "0000000000000:abc", "%00", "a:b:c"])
def test_a_made_up_token_is_absent(
    client: Client, two_towns: dict[str, Listing], keeper: User, token: str
) -> None:
    saved = keep(keeper)
    assert client.post(f"/find/stop/{token}/").status_code in (400, 404)
    assert client.post(f"/find/stop/{stop_token(saved)[:-2]}xx/").status_code == 404
    saved.refresh_from_db()
    assert saved.by_mail
