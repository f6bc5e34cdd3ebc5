"""An index built anew and compared, asked for by a button, done by a real worker over a real broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.catalog.models import Listing
from marketplace.core import audit, outbox
from search import rebuilding
from search.curation import actions, tasks
from search.curation.errors import AlreadyComparing
from search.models import DriftCheck
from tests.browser.stacks import run
from tests.factories.catalog import make_listing
from tests.factories.companies import make_staff
from tests.support.places import migrated
from tests.support.stack import Stack, wait_until
from tests.support.visitor import Visitor

HEALTH = "/en/staff/search/health/"
_PREPARE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from marketplace.catalog.models import Listing
from search.rebuilding import ensure_indexes
from tests.factories.catalog import make_listing
from tests.factories.companies import make_staff
kept = make_listing(title_en="Cotton socks")
ensure_indexes()
Listing.objects.filter(pk=kept.pk).update(version=99)
make_listing(title_en="Wool socks")
user = make_staff("support")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("session", session.session_key)
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Web and worker over their own broker."""
    with migrated(tmp_path / "stack") as running:
        yield running


def press(staff: Visitor, door: str) -> None:
    """Press the button of the embedded engine that leads there."""
    answer = staff.post(f"{HEALTH}{door}", staff.form(HEALTH, door) | {"engine": "embedded"})
    assert (answer.status, answer.location) == (302, HEALTH)


def test_the_buttons_reach_a_worker_and_the_page_tells_how_it_ended(stack: Stack) -> None:
    said = run(stack, "shell", "-v0", "-c", _PREPARE).strip().splitlines()[-1]
    stack.start()
    staff = Visitor(stack.url, said.removeprefix("session "))
    press(staff, "check/")
    wait_until("the comparison", lambda: "missing 1, out of date 1, too many 0" in staff.get(HEALTH).text, 60)
    press(staff, "rebuild/")
    wait_until("the rebuild", lambda: "Last rebuild: Done" in staff.get(HEALTH).text, 60)
    press(staff, "check/")
    wait_until("the second comparison", lambda: "none in 2 listings" in staff.get(HEALTH).text, 60)
    assert 'hx-trigger="every 2s"' not in staff.get(HEALTH).text


@pytest.mark.django_db
@pytest.mark.usefixtures("own_index")
def test_a_comparison_is_asked_for_once_and_changes_nothing(client: Client) -> None:
    staff = make_staff("support")
    listing = make_listing(title_en="Cotton socks")
    rebuilding.rebuild("embedded")
    outbox.drain()
    Listing.objects.filter(pk=listing.pk).update(version=99)
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    check = actions.ask_check(acting_user=staff, engine="embedded")
    with pytest.raises(AlreadyComparing):
        actions.ask_check(acting_user=staff, engine="embedded")
    assert 'hx-trigger="every 2s"' in client.get(reverse("curation:health")).content.decode()
    assert [tasks.run_check(check.pk), tasks.run_check(check.pk)] == ["done", ""]
    again = actions.ask_check(acting_user=staff, engine="embedded")
    tasks.run_check(again.pk)
    found = list(DriftCheck.objects.values_list("state", "stale", "missing", "extra", "done", "total"))
    assert found == [("done", 1, 0, 0, 1, 1)] * 2, "the first one mended nothing"
    assert [one.action for one in audit.trail(check)] == ["search.check_asked"]


@pytest.mark.django_db
@pytest.mark.usefixtures("own_index")
def test_without_an_index_a_comparison_fails_and_says_why(client: Client) -> None:
    staff = make_staff("support")
    check = actions.ask_check(acting_user=staff, engine="embedded")
    assert tasks.run_check(check.pk) == "failed"
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "no live index" in client.get("/en/staff/search/health/").content.decode()
