"""Requests that are wrong in themselves, at every door of the site; and the headers of every page.

Rows and what they should be answered: `walls` in `tests/tables/bad_input.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.support.bad_input_checks import faults_of
from tests.support.bad_input_table import Door, doors
from tests.support.bad_input_wall import EVIL, ROWS, WALLS, Knock, applies
from tests.support.bad_input_world import Ground, standing

DOORS = list(doors())
CASES = [(name, door) for name in WALLS for door in DOORS if applies(name, door)]


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


def test_every_row_is_built() -> None:
    assert set(WALLS) == set(ROWS)


@pytest.mark.parametrize(("name", "door"), CASES, ids=[f"{name}-{door}" for name, door in CASES])
def test_a_request_wrong_in_itself_is_turned_away(ground: Ground, name: str, door: Door) -> None:
    knock = Knock(ground, door, name)
    variants, faults = ROWS[name](knock), []
    while (found := ground.attempt(lambda: next(variants, None)))[0] is not None:
        (variant, answer, allowed), changed = found
        faults += [f"{variant}: {fault}" for fault in _faults(knock, answer, allowed)]
        if changed and answer.status_code >= 400:
            faults.append(f"{variant}: refused, and yet changed {changed}")
    assert not faults, f"{knock.language}: {faults}"


def _faults(knock: Knock, answer: Any, allowed: tuple[int, ...]) -> list[str]:
    status = answer.status_code
    if knock.door.spec.get("outside"):
        return [] if status in allowed and status < 500 else [f"status {status}, should be {allowed}"]
    faults = faults_of(answer, language=knock.language, allowed=allowed)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if EVIL in answer.get("Location", "") or EVIL.encode() in body:
        faults.append("another host's name stands in the answer")
    return faults
