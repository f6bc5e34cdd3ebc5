"""The table of bad input is whole: every route, verb, form, field and parameter of the site is in it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict
from pytest_django.plugin import DjangoDbBlocker

from marketplace.settings import accounts
from tests.support.bad_input_checks import faults_of
from tests.support.bad_input_table import PERSON, TABLE, Door, body_of, doors, form_class
from tests.support.bad_input_world import CSRF, Ground, standing
from tests.support.routes import all_routes, table

ROOT = Path(__file__).resolve().parents[2]
OURS = ("marketplace", "clusters", "search", "payments", "cms")
FORM = "application/x-www-form-urlencoded"
DOORS = list(doors())


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    with standing(django_db_blocker) as found:
        yield found


def send(ground: Ground, door: Door, verb: str = "") -> Any:
    """The door's valid request, or one with another verb and nothing in it."""
    address = door.address(ground.ids, "en")
    ground.wear(door.role)
    meta: Any = {"HTTP_ACCEPT": PERSON, "HTTP_X_CSRFTOKEN": CSRF}
    fields = "" if verb else body_of(door.fields(ground.ids))
    if (verb or door.verb) == "GET":
        return ground.client.generic("GET", f"{address}?{fields}" if fields else address, **meta)
    return ground.client.generic(verb or door.verb, address, fields, FORM, **meta)


def test_every_route_is_in_the_table_and_nothing_else() -> None:
    routes, listed = set(all_routes()), set(TABLE["routes"])
    assert not routes - listed, f"routes without a row in bad_input.yaml: {sorted(routes - listed)}"
    assert not listed - routes, f"rows without a route: {sorted(listed - routes)}"


@pytest.mark.parametrize("name", sorted(TABLE["routes"]))
def test_a_verb_that_is_not_in_the_table_is_not_taken(ground: Ground, name: str) -> None:
    known = TABLE["routes"][name]
    door = next(door for door in DOORS if door.name == name)
    for verb in {"GET", "POST"} - set(known):
        answer, changed = ground.attempt(lambda: send(ground, door, verb))  # noqa: B023
        allowed = (404,) if door.spec.get("absent") else (404, 405) if door.ok == [404] else (405,)
        outside = door.spec.get("outside")
        faults = [] if outside else faults_of(answer, language="en", allowed=allowed)
        assert answer.status_code in allowed, (verb, answer.status_code)
        assert not faults
        assert set(changed) <= set(door.spec.get("notes", ()))


# Forms ------------------------------------------------------------------------------------------------------


def _form_classes() -> Iterator[type[forms.BaseForm]]:
    """Every form class that our own modules define."""
    for name in OURS:
        package = importlib.import_module(name)
        for info in pkgutil.walk_packages(package.__path__, f"{name}."):
            if info.name.rpartition(".")[2] != "forms":
                continue
            for found in vars(importlib.import_module(info.name)).values():
                is_form = isinstance(found, type) and issubclass(found, forms.BaseForm)
                if is_form and found.__module__ == info.name and found.base_fields:
                    yield found


def test_every_form_has_a_door() -> None:
    known = {form_class(door.spec["of"]) for door in DOORS if "of" in door.spec}
    known |= {form_class(path) for path in TABLE["forms_without_a_door"]}
    missing = [f"{found.__module__}.{found.__name__}" for found in _form_classes() if found not in known]
    assert not missing, f"forms that no door of bad_input.yaml names: {missing}"


@pytest.mark.parametrize("door", [door for door in DOORS if "of" in door.spec], ids=str)
def test_a_form_has_the_fields_the_table_says(door: Door) -> None:
    assert door.form is not None
    declared, listed = set(door.form.base_fields), set(door.spec.get(door.place, {}))
    listed |= set(door.spec.get("dropped", ()))
    assert not declared - listed, f"{door}: fields without a class of bad input: {sorted(declared - listed)}"


# What a view really asks for --------------------------------------------------------------------------------


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names under which something is looked for in a query or a form."""
    asked: set[str] = set()

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        def inner(self: QueryDict, key: str, *args: Any, **kwargs: Any) -> Any:
            asked.add(str(key))
            return method(self, key, *args, **kwargs)

        return inner

    with monkeypatch.context() as patch:
        for name in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, name, noting(getattr(QueryDict, name)))
        yield asked


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_nothing_is_asked_for_that_is_not_in_the_table(
    ground: Ground, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def valid() -> set[str]:
        with listening(monkeypatch) as asked:
            send(ground, door)
        return asked

    asked, _ = ground.attempt(valid)
    known = {*_names(ground, door), *TABLE["everywhere"]["GET"], *TABLE["everywhere"]["POST"]}
    if door.verb == "POST" and "GET" in TABLE["routes"][door.name]:
        known |= set(_names(ground, Door(door.name, "GET", TABLE["routes"][door.name]["GET"])))
    assert not asked - known, f"{door} asks for what bad_input.yaml does not list: {sorted(asked - known)}"


def _names(ground: Ground, door: Door) -> Iterator[str]:
    """Every field of a door as it is sent, those that a valid request leaves out too."""
    prefix = f"{door.spec['prefix']}-" if "prefix" in door.spec else ""
    for name in door.spec.get(door.place, {}):
        yield name.format(**ground.ids)
        yield prefix + name


def _literals() -> Iterator[tuple[str, str]]:
    """Names read by a constant from `request.GET` and `request.POST`, and where."""
    for name in OURS:
        for path in sorted((ROOT / name).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
                if not is_call or node.func.attr not in ("get", "getlist"):
                    continue
                first = node.args[0]
                source = ast.unparse(node.func.value)
                if source in ("request.GET", "request.POST", "self.request.GET") and isinstance(
                    first, ast.Constant
                ):
                    yield str(first.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_name_a_view_reads_by_hand_is_in_the_table() -> None:
    known = {field for door in DOORS for field in door.spec.get(door.place, {})}
    known |= {*TABLE["everywhere"]["GET"], *TABLE["everywhere"]["POST"]}
    found = list(_literals())
    assert len(found) > 15, "the search for names finds nothing"
    unknown = [f"{where} reads {name!r}" for name, where in found if name not in known]
    assert not unknown, unknown


# Limits -----------------------------------------------------------------------------------------------------


def test_every_limit_of_the_settings_is_in_the_table() -> None:
    listed = {limit["name"] for limit in TABLE["limits"] if "name" in limit}
    known = set(settings.RATE_LIMITS) | {f"account:{name}" for name in accounts.ACCOUNT_RATE_LIMITS or ()}
    assert known == listed


def test_the_two_tables_speak_of_the_same_routes() -> None:
    assert set(TABLE["routes"]) == set(table("permissions")["routes"])
