"""Saved searches: kept, found again, changed, stopped; and what their keepers are told."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from search.models import SavedSearch, SeenPrice
from search.saved.errors import TooManySaved
from search.saved.rules import MOST_SAVED
from tests.factories.companies import make_user

from .keeping import keep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]

# Keeping


def test_a_search_is_kept_once_with_what_it_finds_seen(two_towns: dict[str, Listing], keeper: User) -> None:
    saved = keep(keeper)
    again = keep(keeper, "quantity=1500&q=socks&page=3&sort=price", name="Mine", frequency="daily")
    assert again.pk == saved.pk
    assert SavedSearch.objects.get().name == "Mine"
    assert SavedSearch.objects.get().frequency == "daily"
    seen = SeenPrice.objects.get()
    assert (seen.listing_id, seen.price) == (two_towns["zhuji-socks"].pk, 245)
    assert keep(make_user()).pk != saved.pk


def test_there_is_a_limit_per_person(two_towns: dict[str, Listing], keeper: User) -> None:
    for number in range(MOST_SAVED):
        keep(keeper, f"q=socks{number}")
    with pytest.raises(TooManySaved):
        keep(keeper, "q=one more")
    assert SavedSearch.objects.count() == MOST_SAVED
    keep(make_user(), "q=one more")


def test_the_page_saves_and_lists(client: Client, two_towns: dict[str, Listing], keeper: User) -> None:
    client.force_login(keeper)
    results = client.get("/en/find/?q=socks&quantity=1500").content.decode()
    door = re.search(r'href="(/en/find/save/[^"]+)"', results)
    assert door
    form = client.get(door.group(1).replace("&amp;", "&")).content.decode()
    assert 'name="query" value="q=socks&amp;quantity=1500"' in form
    wishes = {"query": "q=socks&quantity=1500", "name": "Socks", "frequency": "daily", "by_mail": "on"}
    answer = client.post("/en/find/save/", wishes, follow=True)
    assert answer.redirect_chain == [("/en/find/saved/", 303)]
    html = answer.content.decode()
    assert "Saved: “Socks”" in html
    assert 'href="/en/find/?q=socks&amp;quantity=1500"' in html
    saved = SavedSearch.objects.get()
    assert (saved.by_mail, saved.in_app, saved.quantity, saved.frequency) == (True, False, 1500, "daily")


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"frequency": "hourly"}, {"by_mail": ""}, {"name": "x" * 81}]
)
def test_bad_wishes_are_told_and_nothing_is_kept(
    client: Client, two_towns: dict[str, Listing], keeper: User, fields: dict[str, str]
) -> None:
    client.force_login(keeper)
    wishes = {"query": "q=socks", "name": "Socks", "frequency": "daily", "by_mail": "on"} | fields
    answer = client.post("/en/find/save/", wishes)
    assert answer.status_code == 422
    assert 'value="q=socks"' in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_a_stranger_signs_in_and_comes_back_with_it_saved(
    client: Client, two_towns: dict[str, Listing], keeper: User
) -> None:
    answer = client.get("/en/zhuji-socks/find/save/?q=socks&quantity=1500")
    assert answer.status_code == 302
    assert "/account/login/?next=" in answer["Location"]
    assert not answer.cookies
    client.force_login(keeper)
    back = "/en/zhuji-socks/find/save/?q=socks&quantity=1500&then=save"
    answer = client.get(back, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer["Location"]) == (303, "/en/zhuji-socks/find/saved/")
    saved = SavedSearch.objects.get()
    assert saved.portal is not None
    assert (saved.portal.code, saved.query, saved.user) == ("zhuji-socks", "q=socks&quantity=1500", keeper)


@pytest.mark.parametrize("site", ["cross-site", "none", "same-site", ""])
def test_no_other_site_can_have_a_search_saved(
    client: Client, two_towns: dict[str, Listing], keeper: User, site: str
) -> None:
    client.force_login(keeper)
    answer = client.get("/en/find/save/?q=socks&then=save", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert not SavedSearch.objects.exists()


def test_changed_paused_and_deleted(client: Client, two_towns: dict[str, Listing], keeper: User) -> None:
    saved = keep(keeper)
    client.force_login(keeper)
    page = f"/en/find/saved/{saved.public_id}/"
    assert client.get(page).status_code == 200
    client.post(page, {"name": "Other", "frequency": "daily", "in_app": "on"})
    saved.refresh_from_db()
    assert (saved.name, saved.frequency, saved.by_mail, saved.in_app) == ("Other", "daily", False, True)
    client.post(f"{page}pause/", {"paused": "1"})
    saved.refresh_from_db()
    assert saved.silence == "paused"
    assert "Run again" in client.get("/en/find/saved/").content.decode()
    client.post(f"{page}pause/", {"paused": "0"})
    saved.refresh_from_db()
    assert saved.silence == ""
    client.post(f"{page}delete/")
    assert not SavedSearch.objects.exists()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("step", ["", "pause/", "delete/"])
def test_anothers_search_is_absent(
    client: Client, two_towns: dict[str, Listing], keeper: User, step: str
) -> None:
    saved = keep(keeper, name="Secret plans")
    client.force_login(make_user())
    page = f"/en/find/saved/{saved.public_id}/{step}"
    wishes = {"name": "Mine", "frequency": "daily", "by_mail": "on", "paused": "1"}
    assert client.post(page, wishes).status_code == 404
    assert saved.name not in client.get("/en/find/saved/").content.decode()
    assert SavedSearch.objects.get().silence == ""
    assert SavedSearch.objects.get().name == saved.name
