"""The table of bad input, read into doors (a route and a verb) and cases (a door and one bad value)."""

from __future__ import annotations

import importlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus
from zlib import crc32

from django import forms
from django.urls import reverse
from django.utils import translation

from tests.support.bad_input_things import totp_code
from tests.support.routes import table

TABLE: dict[str, Any] = table("bad_input")
CLASSES: dict[str, Any] = TABLE["classes"]
LANGUAGES = ("zh-hans", "en")
PERSON, PROGRAM = "text/html,application/xhtml+xml", "application/json"
TAKEN = (200, 302, 303)
# What is kept in the clear nowhere, or is chosen and not typed, does not come back into the form.
NOT_SHOWN = frozenset(
    {"secret", "key", "spare_key", "id", "id_hint", "choice", "flag", "credential", "number", "next"}
)


@dataclass(frozen=True, slots=True)
class Door:
    """A route and a verb, with what the table says of them."""

    name: str
    verb: str
    spec: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.verb} {self.name}"

    @property
    def role(self) -> str:
        """Who knocks."""
        return str(self.spec["as"])

    @property
    def language(self) -> str:
        """One of the two, always the same."""
        return LANGUAGES[crc32(str(self).encode()) % 2]

    @property
    def ok(self) -> list[int]:
        """What a valid request answers."""
        usual = [200] if self.verb == "GET" else [302, 303]
        found: list[int] = self.spec.get("ok", usual)
        return found

    @property
    def place(self) -> str:
        """Where this verb carries its fields."""
        return "query" if self.verb == "GET" else "form"

    def fields(self, ids: dict[str, str]) -> dict[str, tuple[str, str]]:
        """Field as sent → (class, valid value); without those that a valid request leaves out (null)."""
        prefix = f"{self.spec['prefix']}-" if "prefix" in self.spec else ""
        listed = self.spec.get(self.place, {})
        names = {**ids, "code": totp_code()}
        own = self.form.base_fields if prefix and self.form else {}
        return {
            (prefix if name in own else "") + name.format(**names): (kind, str(value).format(**names))
            for name, (kind, value) in listed.items()
            if value is not None
        }

    @property
    def form(self) -> type[forms.BaseForm] | None:
        """The form class this door reads, where it has one."""
        return form_class(self.spec["of"]) if "of" in self.spec else None

    def address(self, ids: dict[str, str], language: str) -> str:
        """Where it is, in a language."""
        args = [thing(str(arg), ids) for arg in self.spec.get("args", [])]
        name = self.name
        if self.spec.get("portal"):
            name, args = f"portal:{name}", [ids["cluster"], *args]
        with translation.override(language):
            return reverse(name, args=args)


@cache
def form_class(path: str) -> type[forms.BaseForm]:
    """A form class by its dotted path."""
    module, _, name = path.rpartition(".")
    found: type[forms.BaseForm] = getattr(importlib.import_module(module), name)
    return found


def thing(name: str, ids: dict[str, str]) -> str:
    """What stands in an address for a thing of the world; other words stand for themselves."""
    return name.format(**ids) if "{" in name else ids.get(name, name)


def doors() -> Iterator[Door]:
    """Every route and verb of the table."""
    for name, verbs in TABLE["routes"].items():
        for verb, spec in verbs.items():
            yield Door(name, verb, spec)


@dataclass(frozen=True, slots=True)
class Case:
    """One bad value at one door: in a field, in an argument `<name>`, or ("") as the whole body."""

    door: Door
    row: str
    field: str
    kind: str
    raw: str
    allowed: tuple[int, ...]

    @property
    def id(self) -> str:
        """How the test is named."""
        return f"{self.row}-{self.door}-{self.field or 'address'}"

    @property
    def languages(self) -> tuple[str, ...]:
        """Both for the first row of a form's field, one or the other for the rest."""
        rows = CLASSES[self.kind]["rows"] if self.kind in CLASSES else {}
        if self.door.verb == "POST" and self.field and self.row == next(iter(rows), ""):
            return LANGUAGES
        return (LANGUAGES[crc32(self.id.encode()) % 2],)

    @property
    def accept(self) -> str:
        """Of bad addresses all rows but the first ask for a problem document, as programs do."""
        is_rest = self.row != next(iter(CLASSES["id"]["rows"]))
        # The account library has a way of its own with programs.
        as_program = self.kind == "address" and is_rest and not self.door.name.startswith("account_")
        return PROGRAM if as_program else PERSON

    @property
    def typed(self) -> str:
        """The value as a person would see it."""
        return unquote_plus(self.raw, errors="replace")

    @property
    def comes_back(self) -> bool:
        """Whether a form shown again holds it: typed text that can be seen."""
        text = self.typed
        seen = bool(text.strip()) and not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
        return seen and self.kind not in NOT_SHOWN


def raw_value(row: Any) -> str:
    """The value of a row: text as it stands in a query, or text repeated."""
    return str(row["text"]) * row["times"] if isinstance(row, dict) else str(row)


def cases() -> Iterator[Case]:
    """Every door with every bad value of each of its fields, of its ids and of its body."""
    for door in doors():
        for field, (kind, _) in door.spec.get(door.place, {}).items():
            bad = CLASSES[kind]
            allowed = door.spec.get("bad", {}).get(field) or bad[door.place]
            for row, value in bad["rows"].items():
                yield Case(door, row, field, kind, raw_value(value), tuple(allowed))
        for arg in door.spec.get("args", []):
            # What no route claims is asked of the pages of the window, which are only read.
            allowed = (400, 404) if door.verb == "GET" else (400, 404, 405)
            for row, value in CLASSES["id"]["rows"].items():
                yield Case(door, row, f"<{arg}>", "address", raw_value(value), allowed)
        if "body" in door.spec:
            bad = CLASSES[door.spec["body"]]
            for row, value in bad["rows"].items():
                yield Case(door, row, "", door.spec["body"], raw_value(value), tuple(bad["form"]))


def body_of(fields: dict[str, tuple[str, str]], bad: dict[str, str] | None = None) -> str:
    """A form as it travels; `bad` holds raw values by field that take the place of the valid ones."""
    sent = {name: quote_plus(value) for name, (_, value) in fields.items()} | (bad or {})
    return "&".join(f"{quote_plus(name)}={value}" for name, value in sent.items())


def with_bad_argument(address: str, argument: str, raw: str) -> str:
    """The address with one of its arguments (the last that reads so) replaced."""
    head, found, tail = address.rpartition(quote(argument, safe="/:"))
    assert found, (address, argument)
    return head + quote(raw, safe="%'") + tail
