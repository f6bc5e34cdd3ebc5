"""Saved searches go on asking what their page showed: loosely, in the words of the rules, in a festival."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.core import clock
from search.models import SavedAlert, SavedSearch, SeenPrice
from tests.factories.campaigns import make_festival
from tests.factories.catalog import make_category
from tests.factories.companies import make_staff

from .keeping import keep, new_listing, new_price
from .ruling import live_rules, pin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
CHEAPER = ((120, 200),)


def alerted() -> list[tuple[str, int]]:
    """Reason and listing of everything there is to tell."""
    return list(SavedAlert.objects.order_by("pk").values_list("reason", "listing_id"))


# Loosely


@pytest.mark.parametrize("query", ["q=cotton+helicopter+zeppelin&quantity=1500", "q=纯棉直升机飞艇"])
def test_what_was_found_loosely_is_told_of(
    client: Client, two_towns: dict[str, Listing], keeper: User, query: str
) -> None:
    socks = two_towns["zhuji-socks"]
    assert "have some of them" in client.get(f"/en/find/?{query}").content.decode()
    saved = keep(keeper, query)
    assert SeenPrice.objects.get().listing_id == socks.pk
    new_price(socks, *CHEAPER)
    made = new_listing(socks, title_en="Cotton crew socks", title_zh="纯棉中筒袜")
    new_listing(two_towns["taizhou-gloves"], title_en="Latex gloves", title_zh="乳胶手套")
    assert alerted() == [("price", socks.pk), ("new", made.pk)]
    client.force_login(keeper)
    html = client.get("/en/find/saved/").content.decode()
    assert "Any of the words" in html
    (results,) = re.findall(r'<h2><a href="(/en/find/[^"]+)"', html)
    shown = client.get(results.replace("&amp;", "&")).content.decode()
    assert "Cotton crew socks" in shown
    assert saved.any_words


def test_what_was_found_with_all_words_stays_strict(
    client: Client, two_towns: dict[str, Listing], keeper: User
) -> None:
    saved = keep(keeper, "q=cotton+socks")
    other = make_category(slug="wool", name_zh="羊毛", name_en="Wool")
    new_listing(two_towns["zhuji-socks"], title_en="Wool socks", title_zh="羊毛袜", category=other)
    assert alerted() == []
    assert not saved.any_words
    client.force_login(keeper)
    assert "Any of the words" not in client.get("/en/find/saved/").content.decode()


def test_how_words_are_meant_is_kept_of_an_address_that_is_too_long(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    saved = keep(keeper, "any=1&q=" + "棉袜" * 64)
    assert len(saved.query) == 1000
    assert saved.any_words


# In the words of the rules


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "synonym", "forms": "footgear | sock"},
        {"kind": "one_way", "forms": "footgear", "others": "sock"},
        {"kind": "means", "forms": "footgear", "others": "cotton socks"},
    ],
)
def test_live_rules_about_words_hold_for_alerts(
    two_towns: dict[str, Listing], keeper: User, rule: dict[str, str]
) -> None:
    socks = two_towns["zhuji-socks"]
    live_rules(make_staff("support"), rule)
    keep(keeper, "q=footgear")
    assert SeenPrice.objects.get().listing_id == socks.pk
    new_price(socks, *CHEAPER)
    made = new_listing(socks, title_en="Cotton crew socks", title_zh="纯棉中筒袜")
    assert alerted() == [("price", socks.pk), ("new", made.pk)]


def test_rules_count_from_when_they_are_live_and_where(two_towns: dict[str, Listing], keeper: User) -> None:
    socks, rule = two_towns["zhuji-socks"], {"kind": "synonym", "forms": "footgear | sock"}
    in_town = keep(keeper, "q=footgear", portal="zhuji-socks")
    keep(keeper, "q=footgear")
    new_listing(socks, title_en="Cotton crew socks", title_zh="纯棉中筒袜")
    assert alerted() == []
    live_rules(make_staff("support"), rule, cluster=socks.cluster)
    made = new_listing(socks, title_en="Cotton boat socks", title_zh="纯棉船袜")
    assert list(SavedAlert.objects.values_list("saved", "listing")) == [(in_town.pk, made.pk)]


def test_a_word_that_is_never_corrected_is_not_corrected_for_alerts(
    two_towns: dict[str, Listing], keeper: User
) -> None:
    socks = two_towns["zhuji-socks"]
    for _ in range(6):  # so that a misspelt word has a common one beside it
        new_listing(socks, title_en="Cotton socks", title_zh="棉袜")
    live_rules(make_staff("support"), {"kind": "keep", "forms": "coton"})
    keep(keeper, "q=coton")
    new_listing(socks, title_en="Cotton crew socks", title_zh="棉中筒袜")
    assert alerted() == []


def test_what_is_pinned_is_nothing_to_tell(two_towns: dict[str, Listing], keeper: User) -> None:
    gloves = two_towns["taizhou-gloves"]
    live_rules(make_staff("support"), pin(gloves))
    keep(keeper, "q=socks")
    new_price(gloves, *CHEAPER)
    assert alerted() == []


# In a festival


def test_a_search_in_a_festival_is_told_of_while_it_runs(two_towns: dict[str, Listing], keeper: User) -> None:
    socks, gloves = two_towns["zhuji-socks"], two_towns["taizhou-gloves"]
    soon = clock.now() + timedelta(days=2)
    festival = make_festival(socks.cluster, ends_at=soon)
    keep(keeper, f"festival={festival.public_id}")
    assert SeenPrice.objects.get().listing_id == socks.pk
    new_price(socks, *CHEAPER)
    new_price(gloves, *CHEAPER)
    assert alerted() == [("price", socks.pk)]
    with clock.at(soon + timedelta(minutes=1)):
        new_price(socks, (120, 150))
    assert alerted() == [("price", socks.pk)]
    assert SavedSearch.objects.get().query == f"festival={festival.public_id}"
