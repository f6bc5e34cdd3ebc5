"""Bad values in every field, parameter, id and body of every route: `tests/tables/bad_input.yaml`.

A valid request of each door shows that the bad value alone is refused. Each case is undone; it asserts the
listed status, a sentence in the reader's language, the form as typed, and that no row of ours has changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.support.bad_input_checks import faults_of, is_shown
from tests.support.bad_input_table import (
    PERSON,
    TAKEN,
    Case,
    Door,
    body_of,
    cases,
    doors,
    thing,
    with_bad_argument,
)
from tests.support.bad_input_world import CSRF, Ground, standing

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


def send(
    ground: Ground,
    door: Door,
    language: str,
    bad: dict[str, str] | None = None,
    address: str = "",
    accept: str = PERSON,
) -> Any:
    """A request of the door, valid but for `bad` (raw values by field) and `address`."""
    address = address or door.address(ground.ids, language)
    fields = body_of(door.fields(ground.ids), bad)
    ground.wear(door.role)
    meta: Any = {"HTTP_ACCEPT": accept}
    if door.verb == "GET":
        return ground.client.generic("GET", f"{address}?{fields}" if fields else address, **meta)
    return ground.client.generic("POST", address, f"csrfmiddlewaretoken={CSRF}&{fields}", FORM, **meta)


def send_bad(ground: Ground, case: Case, language: str) -> Any:
    """The case's request in a language."""
    door = case.door
    if case.kind == "address":
        argument = thing(case.field[1:-1], ground.ids).rstrip("/")
        address = door.address(ground.ids, language)
        return send(
            ground, door, language, address=with_bad_argument(address, argument, case.raw), accept=case.accept
        )
    if not case.field:
        ground.wear(door.role)
        address = door.address(ground.ids, language)
        return ground.client.generic("POST", address, case.raw, "application/json")
    name = case.field.format(**ground.ids)
    if "prefix" in door.spec and door.form and name in door.form.base_fields:
        name = f"{door.spec['prefix']}-{name}"
    return send(ground, door, language, {name: case.raw})


@pytest.mark.parametrize("door", list(doors()), ids=str)
def test_a_valid_request_is_taken(ground: Ground, door: Door) -> None:
    answer, changed = ground.attempt(lambda: send(ground, door, door.language))
    if door.ok == ["leaves"]:
        assert "no call leaves inside a transaction" in str(answer.fault)
        return
    assert answer.status_code in door.ok, answer.content.decode(errors="replace")[-3000:]
    if door.verb == "GET":
        assert set(changed) <= set(door.spec.get("notes", ())), "reading changed something"


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.id)
def test_a_bad_value_is_refused_and_nothing_changes(ground: Ground, case: Case) -> None:
    for language in case.languages:
        began = time.thread_time()
        answer, changed = ground.attempt(lambda: send_bad(ground, case, language))  # noqa: B023
        spent = time.thread_time() - began
        outside = case.door.spec.get("outside")
        faults = [] if outside else faults_of(answer, language=language, allowed=case.allowed)
        assert answer.status_code in case.allowed, faults
        assert answer.status_code < 500
        if changed and answer.status_code not in TAKEN:
            faults.append(f"refused, and yet changed: {changed}")
        if answer.status_code == 422 and case.comes_back and not is_shown(case.typed, answer):
            faults.append("the form does not show what was typed")
        if answer.status_code == 422 and case.kind != "address":
            faults += _forgotten(ground, case, answer)
        assert spent < 1.0, f"{spent:.2f} s of work for one bad request"
        assert not faults, f"{language}: {faults}"


def _forgotten(ground: Ground, case: Case, answer: Any) -> list[str]:
    """Other text of the form that the page shown again has lost."""
    name = case.field.format(**ground.ids)
    return [
        f"{other} is no longer in the form"
        for other, (kind, value) in case.door.fields(ground.ids).items()
        if kind in ("text", "note") and value and not other.endswith(name) and not is_shown(value, answer)
    ]
