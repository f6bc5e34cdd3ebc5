"""Catalogues: compiled as written, complete, and with the same gaps to fill in both languages."""

import io
import re
from gettext import GNUTranslations
from pathlib import Path
from typing import IO

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from tests.architecture import tree
from tools import check_translations

_GAP = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def _messages(path: Path) -> list[Message]:
    return [message for message in check_translations.read(path) if message.id]


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _catalogues() -> list[Path]:
    found = [path for path in check_translations.catalogues() if path.exists()]
    assert found, "there is no Chinese catalogue"
    return found


def test_catalogues_are_complete_and_certain() -> None:
    breaches = [
        f"{path.relative_to(tree.ROOT)}: {'unsure of' if message.fuzzy else 'without'} {message.id!r}"
        for path in _catalogues()
        for message in _messages(path)
        if message.fuzzy or not all(_texts(message.string)[:1]) or not message.string
    ]
    assert not breaches, tree.report(breaches)


def _texts_of(compiled: IO[bytes]) -> dict[object, str]:
    """What a compiled catalogue answers: text (or text and plural number) -> translation."""
    known: dict[object, str] = dict(GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined, arg-type]
    known.pop("", None)  # the head: who wrote it and when
    return known


def test_compiled_catalogues_match() -> None:
    """The .mo files are committed, because a machine that runs the site need not have gettext."""
    breaches = []
    for path in _catalogues():
        compiled = path.with_suffix(".mo")
        name = compiled.relative_to(tree.ROOT)
        if not compiled.exists():
            breaches.append(f"{name} is missing")
            continue
        fresh = io.BytesIO()
        write_mo(fresh, check_translations.read(path))
        fresh.seek(0)
        with compiled.open("rb") as file:
            there, written = _texts_of(file), _texts_of(fresh)
        keys = {key for key in there.keys() | written.keys() if there.get(key) != written.get(key)}
        breaches += [f"{name}: {key!r} differs" for key in keys]
    assert not breaches, "run tools/check_translations.py --write\n" + tree.report(breaches)


def test_gaps_are_the_same_in_both_languages() -> None:
    breaches = []
    for path in _catalogues():
        for message in _messages(path):
            # Chinese has one plural form: it answers to the last of the English ones.
            asked = set(_GAP.findall(_texts(message.id)[-1]))
            given = set(_GAP.findall(_texts(message.string)[-1]))
            if asked != given:
                breaches.append(f"{path.relative_to(tree.ROOT)}: {message.id!r} -> {message.string!r}")
    assert not breaches, tree.report(breaches)
