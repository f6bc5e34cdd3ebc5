"""A past query that staff hid is offered nowhere, until it is shown again; both are recorded with why."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.core import audit, clock
from search import rebuilding
from search.log_models import QueryDay
from search.models import HiddenSuggestion
from search.suggestions import kept
from tests.factories.catalog import make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
SCREEN = "/en/staff/search/suggestions/"


@pytest.fixture
def searched() -> None:
    """Two queries that are offered, in the market and in Zhuji."""
    factory = make_factory(cluster=make_cluster(code="zhuji-socks"))
    make_listing(factory=factory, title_en="Bath towel")
    rebuilding.rebuild("embedded")
    kept.forget_tables()
    for portal in ("", "zhuji-socks"):
        for q, people in (("socks of jack", 9), ("socks for men", 5)):
            QueryDay.objects.create(
                day=clock.today(), q=q, portal=portal, locale="en", searches=people, visitors=people
            )


@pytest.fixture
def staff() -> User:
    return make_staff("moderator")


@pytest.fixture
def desk(staff: User) -> Client:
    client = Client()
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def offered(portal: str = "") -> str:
    """What the box says to a stranger who typed "socks"."""
    return Client().get(f"/en{portal}/find/suggest/?q=socks").content.decode()


def test_hiding_and_showing_again(searched: None, desk: Client, staff: User) -> None:
    assert "socks of jack" in offered()
    assert "socks of jack" in desk.get(SCREEN).content.decode()
    answer = desk.post(SCREEN, {"q": " Socks of JACK ", "reason": "A person's name"}, follow=True)
    assert answer.redirect_chain == [(SCREEN, 302)]
    assert "A person&#x27;s name" in answer.content.decode()
    for portal in ("", "/zhuji-socks"):
        assert "socks of jack" not in offered(portal)
        assert "socks for men" in offered(portal)
    row = HiddenSuggestion.objects.get()
    (entry,) = audit.trail(row)
    assert (entry.action, entry.facts) == (
        "suggestion.hidden", {"q": "socks of jack", "reason": "A person's name"},
    )  # fmt: skip
    desk.post(reverse("curation:show_suggestion", args=[row.public_id]))
    assert "socks of jack" in offered()
    assert [one.action for one in audit.trail(row)][-1] == "suggestion.shown"


def test_the_screen_is_looked_through_and_leads_to_hiding(searched: None, desk: Client) -> None:
    html = desk.get(f"{SCREEN}?q=men").content.decode()
    assert "socks for men" in html
    assert "socks of jack" not in html
    html = desk.get(f"{SCREEN}?hide=socks+for+men").content.decode()
    assert 'name="q" value="socks for men"' in html


@pytest.mark.parametrize("fields", [{"q": "socks of jack"}, {"reason": "x"}, {"q": "\u200b", "reason": "x"}])
def test_without_query_or_reason_nothing_is_hidden(
    searched: None, desk: Client, fields: dict[str, str]
) -> None:
    assert desk.post(SCREEN, fields).status_code == 422
    assert not HiddenSuggestion.objects.exists()
    assert "socks of jack" in offered()
