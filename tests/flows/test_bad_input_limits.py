"""Limits per key and window (`limits` in `tests/tables/bad_input.yaml`), and the headers of every page."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.internal import ratelimit as account_limits
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from marketplace.core import ratelimits
from marketplace.settings import accounts
from tests.support.bad_input_checks import sentences
from tests.support.bad_input_table import PERSON, TABLE, Door, doors
from tests.support.bad_input_world import CSRF, Browser, Ground, standing

DOORS = {str(door): door for door in doors()}
LIMITS: list[dict[str, Any]] = TABLE["limits"]
# A moment at which every window has just begun.
BEGIN = 1_800_000_000 // 3_600 * 3_600 + 1
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


class Clock:
    """The time that limits are counted by."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = float(BEGIN)
        for module in (ratelimits, account_limits):
            patch.setattr(module, "time", SimpleNamespace(time=lambda: self.now, monotonic=lambda: self.now))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def ask(ground: Ground, limit: dict[str, Any], **meta: Any) -> Any:
    """One request that counts; what it asks for may be wrong."""
    ground.wear(limit["as"])
    if "wagtail" in limit["route"]:
        picture = SimpleUploadedFile("a.png", b"no picture", content_type="image/png")
        form = {"file": picture, "title": "A", "csrfmiddlewaretoken": CSRF}
        return ground.client.post("/cms/images/add/", form, **meta)
    door: Door = DOORS[limit["route"]]
    address = door.address(ground.ids, "en")
    if door.verb == "GET":
        return ground.client.generic("GET", address, HTTP_ACCEPT=PERSON, **meta)
    form = {
        "account_login": f"login={ground.ids['email']}&password=wrong-one-9999",
        "account_reset_password": f"email={ground.ids['email']}",
        "account_signup": "email=none",
    }.get(door.name, "")
    body = f"csrfmiddlewaretoken={CSRF}&{form}"
    return ground.client.generic("POST", address, body, FORM, HTTP_ACCEPT=PERSON, **meta)


def test_the_settings_are_what_the_table_says() -> None:
    own = {
        limit["name"]: (limit["allowed"], limit["seconds"]) for limit in LIMITS if ":" not in limit["name"]
    }
    assert own == settings.RATE_LIMITS
    account = accounts.ACCOUNT_RATE_LIMITS
    assert account
    assert account == {
        "login": "60/m/ip",
        "login_failed": "20/m/ip,5/m/key",
        "signup": "10/h/ip",
        "reset_password": "20/m/ip,3/h/key",
    }


def _few(limit: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """How often to ask, and the settings in force: large numbers are made small for the test."""
    name, allowed = limit["name"], limit["allowed"]
    account = dict(accounts.ACCOUNT_RATE_LIMITS or {})
    limits = dict(settings.RATE_LIMITS)
    if name == "account:login":
        allowed, account["login"], account["login_failed"] = 3, "3/m/ip", "50/m/ip"
    elif name in limits:
        allowed = min(allowed, 3)
        limits[name] = (allowed, limit["seconds"])
    changed = {"RATE_LIMITS": limits, "RATE_LIMITS_ENABLED": True, "ACCOUNT_RATE_LIMITS": account}
    return allowed, changed


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: str(limit["name"]))
def test_so_many_and_not_one_more(ground: Ground, limit: dict[str, Any], clock: Clock) -> None:
    allowed, changed = _few(limit)
    with ground.undone(), override_settings(**changed):
        for number in range(allowed):
            assert ask(ground, limit).status_code != 429, f"refused at number {number + 1} of {allowed}"
        # Another address in a header that anybody can write makes nobody new.
        for meta in ({}, {"HTTP_X_FORWARDED_FOR": "6.6.6.6"}, {"HTTP_X_REAL_IP": "6.6.6.6"}):
            refused = ask(ground, limit, **meta)
            assert refused.status_code == 429, f"number {allowed + 1} is answered {refused.status_code}"
        assert 0 < int(refused["Retry-After"]) <= limit["seconds"]
        assert sentences(refused).strip()
        clock.now += limit["seconds"] + 1
        assert ask(ground, limit).status_code != 429, "the window never ends"


def test_a_company_has_one_limit_of_questions_however_many_members(ground: Ground, clock: Clock) -> None:
    limit = next(one for one in LIMITS if one["name"] == "inquiry")
    allowed, changed = _few(limit)
    with ground.undone(), override_settings(**changed):
        for _ in range(allowed):
            ask(ground, limit)
        assert ask(ground, limit | {"as": "BU"}).status_code == 429
        assert ask(ground, limit | {"as": "B2"}).status_code != 429


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_behind_our_proxy_each_reader_has_a_limit_of_their_own(ground: Ground, clock: Clock) -> None:
    limit = next(one for one in LIMITS if one["name"] == "account:signup")
    allowed, changed = _few(limit)
    with ground.undone(), override_settings(**changed):
        for _ in range(allowed):
            ask(ground, limit, HTTP_X_FORWARDED_FOR="9.9.9.9, 10.0.0.1")
        assert ask(ground, limit, HTTP_X_FORWARDED_FOR="8.8.8.8, 10.0.0.1").status_code == 429
        assert ask(ground, limit, HTTP_X_FORWARDED_FOR="9.9.9.9, 10.0.0.2").status_code != 429


# Headers ----------------------------------------------------------------------------------------------------


def header_faults(answer: Any, *, is_admin: bool = False) -> list[str]:
    """What is missing of the headers every page carries."""
    policy = answer.get("Content-Security-Policy", "")
    wanted = [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "script-src 'self'",
    ]
    faults = [f"policy without {part}" for part in wanted if part not in policy]
    if not is_admin:
        faults += [
            f"policy with {part}" for part in ("unsafe-inline", "unsafe-eval", "*", "http:") if part in policy
        ]
    exact = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    faults += [f"{name}: {answer.get(name)}" for name, value in exact.items() if answer.get(name) != value]
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        faults.append("no Permissions-Policy")
    return faults + [f"{name} tells a version" for name in ("Server", "X-Powered-By") if name in answer]


@pytest.mark.parametrize("door", [door for door in DOORS.values() if door.verb == "GET"], ids=str)
def test_every_page_carries_its_headers(ground: Ground, door: Door) -> None:
    ground.wear(door.role)
    answer, _ = ground.attempt(
        lambda: ground.client.generic("GET", door.address(ground.ids, "zh-hans"), HTTP_ACCEPT=PERSON)
    )
    assert not header_faults(answer)
    for cookie in answer.cookies.values():
        assert cookie["samesite"] == "Lax"


def test_the_admin_has_its_headers_too(ground: Ground) -> None:
    ground.wear("OP")
    answer, _ = ground.attempt(lambda: ground.client.generic("GET", "/cms/", HTTP_ACCEPT=PERSON))
    assert answer.status_code == 200
    assert not header_faults(answer, is_admin=True)


def test_over_https_a_browser_is_told_to_stay_there(ground: Ground) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True):
        answer = Browser().generic("GET", "/account/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
