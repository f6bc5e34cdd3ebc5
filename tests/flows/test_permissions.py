"""Roles × actions over every route: what `tests/tables/permissions.yaml` says is what the site does.

A route that is not in the table fails the build. For refused cells the number of rows of every guarded table
stays the same; foreign and never-used ids answer alike, and no foreign word leaks.
"""

import re
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.support.routes import Route, all_routes, table
from tests.support.world import NEVER_USED, Side, World, build

pytestmark = pytest.mark.django_db

TABLE: dict[str, Any] = table("permissions")
ROLES: list[str] = TABLE["roles"]
GUARDED = ("accounts", "companies", "clusters", "catalog", "sourcing", "orders", "fulfilment",
           "payments", "ledger", "credit", "notifications")  # fmt: skip
# Sessions, first visits and the like: written by reading, and of no tenant.
UNGUARDED = {"notifications.notice", "accounts.session"}


def _policy(name: str) -> dict[str, str]:
    row: dict[str, str] = TABLE["policies"][TABLE["routes"][name]["policy"]]
    return row


def _address(route: Route, side: Side) -> str:
    spec = TABLE["routes"][route.name]
    arguments = [side.ids.get(str(key), str(key)) for key in spec.get("args", [])]
    return reverse(route.name, args=arguments)


def _count_rows() -> dict[str, int]:
    rows = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in GUARDED and label not in UNGUARDED:
            rows[label] = model._default_manager.count()
    return rows


def _outcome(status: int, location: str) -> str:
    if status == 302 and "/account/login/" in location:
        return "sign_in"
    return {401: "sign_in", 403: "forbidden", 404: "absent", 405: "not_here"}.get(
        status, "ok" if status < 500 else "fault"
    )


def _ask(client: Client, method: str, address: str, side: Side, spec: dict[str, Any]) -> Any:
    body = {key: side.ids.get(str(value), value) for key, value in spec.get("body", {}).items()}
    return client.get(address) if method == "GET" else client.post(address, body)


def test_every_route_is_in_the_table_and_nothing_else() -> None:
    routes, listed = set(all_routes()), set(TABLE["routes"])
    assert not routes - listed, f"routes without a row in permissions.yaml: {sorted(routes - listed)}"
    assert not listed - routes, f"rows without a route: {sorted(listed - routes)}"


def _cells(*, refused: bool) -> list[tuple[str, str, str, str]]:
    """(role, route, method, expected) of every cell that is refused, or that is answered."""
    cells = []
    for name, spec in TABLE["routes"].items():
        if spec["policy"] == "elsewhere":
            continue
        for role in ROLES:
            expected = _policy(name)[role]
            if (expected != "ok") == refused:
                cells += [(role, name, method, expected) for method in spec.get("methods", ["GET"])]
    return cells


@pytest.fixture
def world(settings: Settings) -> World:
    # All roles knock at all doors from one address at once: who is refused is asked here, not how often.
    settings.RATE_LIMITS_ENABLED = False
    return build()


def test_who_is_refused_is_refused_and_nothing_changes(world: World) -> None:
    routes, wrong = all_routes(), []
    before = _count_rows()
    for role, name, method, expected in _cells(refused=True):
        client = world.client(role)
        answer = _ask(client, method, _address(routes[name], world.a), world.a, TABLE["routes"][name])
        got = _outcome(answer.status_code, answer.get("Location", ""))
        if got != expected:
            wrong.append(f"{role} {method} {name}: {answer.status_code} ({got}), the table says {expected}")
    assert not wrong, "\n".join(wrong)
    assert _count_rows() == before, "a refused action changed something"


def test_who_may_gets_an_answer(world: World) -> None:
    routes, wrong = all_routes(), []
    for role, name, method, _ in _cells(refused=False):
        client = world.client(role)
        answer = _ask(client, method, _address(routes[name], world.a), world.a, TABLE["routes"][name])
        got = _outcome(answer.status_code, answer.get("Location", ""))
        if got != "ok":
            wrong.append(f"{role} {method} {name}: {answer.status_code} ({got}), the table says ok")
    assert not wrong, "\n".join(wrong)


def _bare(body: bytes, address: str) -> str:
    """A page without the ids, tokens and nonces that differ from request to request."""
    text = body.decode(errors="replace")
    for part in address.strip("/").split("/"):
        if len(part) >= 8:
            text = text.replace(part, "X")
    return re.sub(r'(csrfmiddlewaretoken" value="|x-csrftoken": "|nonce=")[^"]+', r"\1X", text)


OBJECTS = [name for name, spec in TABLE["routes"].items() if spec.get("own")]


def test_foreign_and_never_used_ids_answer_alike(world: World) -> None:
    routes, wrong = all_routes(), []
    for role, name in product(["BU", "BA", "SU", "SA", "OP"], OBJECTS):
        spec = TABLE["routes"][name]
        if _policy(name)[role] != "ok":
            continue
        for method in spec.get("methods", ["GET"]):
            client = world.client(role)
            foreign = _address(routes[name], world.b)
            nowhere = reverse(
                name,
                args=[
                    NEVER_USED if len(str(world.b.ids.get(k, k))) == 13 else world.b.ids.get(k, k)
                    for k in map(str, spec["args"])
                ],
            )
            theirs = _ask(client, method, foreign, world.b, spec)
            none = _ask(client, method, nowhere, world.b, spec)
            if theirs.status_code != none.status_code or theirs.status_code != 404:
                wrong.append(
                    f"{role} {method} {name}: foreign {theirs.status_code}, never used {none.status_code}"
                )
            elif _bare(theirs.content, foreign) != _bare(none.content, nowhere):
                wrong.append(f"{role} {method} {name}: the bodies differ")
            if b"BBMARKER" in theirs.content:
                wrong.append(f"{role} {method} {name}: foreign words leak")
    assert not wrong, "\n".join(wrong)


def test_no_list_shows_foreign_words(world: World) -> None:
    """What others drafted, asked, ordered or owe is on none of one's own lists."""
    routes, leaks = all_routes(), []
    for role, (name, spec) in product(["AN", "BU", "BA", "SU", "SA", "OP"], TABLE["routes"].items()):
        if spec.get("own") or not spec.get("private") or _policy(name)[role] != "ok":
            continue
        answer = world.client(role).get(_address(routes[name], world.a))
        if b"BBMARKER" in answer.content:
            leaks.append(f"{role} sees foreign words on {name}")
    assert not leaks, "\n".join(leaks)
