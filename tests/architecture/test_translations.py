"""Catalogues: compiled as written, complete, and with the same gaps to fill in both languages."""

import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.architecture import tree
from tools import check_translations

_GAP = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def _messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="zh_Hans") if message.id]


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


def test_compiled_catalogues_match() -> None:
    """The .mo files are committed, because a machine that runs the site need not have gettext."""
    breaches = []
    for path in _catalogues():
        compiled = path.with_suffix(".mo")
        name = compiled.relative_to(tree.ROOT)
        if not compiled.exists():
            breaches.append(f"{name} is missing")
            continue
        with compiled.open("rb") as file:
            there = {(m.context, str(m.id)): m.string for m in read_mo(file) if m.id}
        written = {(m.context, str(m.id)): m.string for m in _messages(path)}
        breaches += [f"{name}: {key} differs" for key in written.keys() ^ there.keys()]
        breaches += [
            f"{name}: {key} differs"
            for key in written.keys() & there.keys()
            if _texts(written[key]) != _texts(there[key])
        ]
    assert not breaches, "run tools/check_translations.py --write\n" + tree.report(breaches)


def test_gaps_are_the_same_in_both_languages() -> None:
    breaches = []
    for path in _catalogues():
        for message in _messages(path):
            # Chinese has one plural form: it answers to the last of the English ones.
            asked = {gap for gap in _GAP.findall(_texts(message.id)[-1])}
            given = {gap for gap in _GAP.findall(_texts(message.string)[-1])}
            if asked != given:
                breaches.append(f"{path.relative_to(tree.ROOT)}: {message.id!r} -> {message.string!r}")
    assert not breaches, tree.report(breaches)
