"""A listing's attributes and its variants' options as the index knows them, from their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .keywords import IDENTIFIERS, OPTIONS, Pair, attribute_name, attribute_value
from .words import Glossary

_OPTION_NAMES = ({"zh": "颜色", "en": "Colour"}, {"zh": "尺码", "en": "Size"})
Row = dict[str, Any]


def _read(rows: Iterable[Row]) -> Iterator[tuple[Pair, Row]]:
    """What one can narrow by, with its row; each in the first language it is given in."""
    for row in rows:
        name = attribute_name(str(row.get("key", "")))
        words: list[str] = row.get("en") or row.get("zh") or []
        if name in OPTIONS or name in IDENTIFIERS or len(words) != 2:
            continue
        value = attribute_value(str(words[1]))
        if value:
            yield (name, value), row


def _options_of(variant: Row) -> tuple[Pair, ...]:
    """Colour and size of a variant, "" where it has none."""
    values = (attribute_value(variant["color_en"] or variant["color_zh"]), attribute_value(variant["size"]))
    return tuple(zip(OPTIONS, values, strict=True))


def attributes_of(rows: Iterable[Row]) -> tuple[Pair, ...]:
    """The listing's own attributes, each once."""
    return tuple(dict.fromkeys(pair for pair, _row in _read(rows)))


def options_of(variants: Iterable[Row]) -> tuple[tuple[Pair, ...], ...]:
    """The colour and the size of each variant, each combination once."""
    found = (tuple(pair for pair in _options_of(row) if pair[1]) for row in variants)
    return tuple(dict.fromkeys(options for options in found if options))


def note_words(glossary: Glossary, attributes: Iterable[Row], variants: Iterable[Row]) -> None:
    """How people read the attributes and options of a listing."""
    for pair, row in _read(attributes):
        both = {language: row[language] for language in ("zh", "en") if len(row.get(language) or ()) == 2}
        names = {language: words[0] for language, words in both.items()}
        glossary.note(pair, names, {language: words[1] for language, words in both.items()})
    for row in variants:
        colour, size = _options_of(row)
        if colour[1]:
            glossary.note(colour, _OPTION_NAMES[0], {"zh": row["color_zh"], "en": row["color_en"]})
        if size[1]:
            glossary.note(size, _OPTION_NAMES[1], {"zh": row["size"], "en": row["size"]})
