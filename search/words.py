"""What the attributes of the index are called: kept while documents are built, read once per page.

The index knows an attribute by one token ("material=combed cotton"); people read it in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.core.i18n import pick

from .keywords import NAME_LENGTH, Pair, token
from .models import AttributeWord

_MOST_KNOWN = 200_000
_known: set[str] = set()


@dataclass(frozen=True, slots=True)
class Word:
    """An attribute in the active language."""

    name: str
    value: str


class Glossary:
    """Wordings met while documents are built; written down together by `keep`."""

    def __init__(self) -> None:
        self._new: dict[str, AttributeWord] = {}

    def note(self, pair: Pair, names: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """The names and values of an attribute by language ("zh", "en"); only the first wording counts."""
        key = token(*pair)
        if key in _known or key in self._new:
            return
        self._new[key] = AttributeWord(
            token=key,
            name_zh=str(names.get("zh", ""))[:60],
            name_en=str(names.get("en", ""))[:60],
            value_zh=str(values.get("zh", ""))[:120],
            value_en=str(values.get("en", ""))[:120],
        )

    def keep(self) -> None:
        """Write down what is new; one statement, and none where nothing is."""
        if not self._new:
            return
        AttributeWord.objects.bulk_create(self._new.values(), ignore_conflicts=True, batch_size=500)
        if len(_known) + len(self._new) > _MOST_KNOWN:
            _known.clear()
        _known.update(self._new)
        self._new = {}


def words_of(pairs: Iterable[Pair]) -> dict[Pair, Word]:
    """Attributes in the active language; one query. What has no wording is shown as the index has it."""
    wanted = list(dict.fromkeys(pairs))
    rows = AttributeWord.objects.filter(token__in=[token(*pair) for pair in wanted]) if wanted else ()
    known = {row.token: row for row in rows}
    found = {}
    for pair in wanted:
        row = known.get(token(*pair))
        name, value = (pick(row, "name"), pick(row, "value")) if row else ("", "")
        found[pair] = Word(name or pair[0].replace("_", " ")[:NAME_LENGTH], value or pair[1])
    return found


def forget() -> None:
    """Drop what this process knows to be written down, between tests."""
    _known.clear()
