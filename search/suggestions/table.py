"""Names by how they begin: a sorted list in memory, asked by bisection, with one typo forgiven.

A name is found by its start and by the start of each word in it; a Chinese one also by its characters in a
row, its pinyin and the initials of its pinyin. No database here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Literal

from search.analysis import pinyin
from search.analysis.normalise import HAN_RUN, normalise
from search.analysis.spelling import MIN_LENGTH, one_edit

Kind = Literal["query", "category", "cluster", "supplier"]
LONGEST_KEY = 32
LONGEST_MENDED = 20
MOST_KEYS_READ = 20_000
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be suggested. `value` is what its address needs; `weight` how much it is wanted."""

    kind: Kind
    value: str
    name_zh: str
    name_en: str
    weight: int
    note_zh: str = ""
    note_en: str = ""


def keys_of(entry: Entry) -> Iterator[tuple[str, int]]:
    """How an entry may be typed: (key, 0 from its beginning or 1 from within)."""
    for name in dict.fromkeys((entry.name_zh, entry.name_en)):
        plain = normalise(name)
        if not plain:
            continue
        yield plain[:LONGEST_KEY], 0
        for place, character in enumerate(plain[:-1]):
            if character in " -/&":
                yield plain[place + 1 :][:LONGEST_KEY], 1
        for match in HAN_RUN.finditer(plain):
            yield from _han_keys(match.group(), inner=match.start() > 0)


def _han_keys(han: str, *, inner: bool) -> Iterator[tuple[str, int]]:
    for start in range(1, len(han)):
        yield han[start:][:LONGEST_KEY], 1
    for reading in pinyin.spellings(han):
        for start in range(len(reading)):
            rest = reading[start:]
            within = int(inner or start > 0)
            yield "".join(rest)[:LONGEST_KEY], within
            if len(rest) > 1:
                yield "".join(syllable[0] for syllable in rest)[:LONGEST_KEY], within


class Table:
    """Entries by their keys. Never changed once made, so any thread may ask."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        found: dict[tuple[str, int], int] = {}
        for number, entry in enumerate(self.entries):
            for key, within in keys_of(entry):
                found[key, number] = min(within, found.get((key, number), 1))
        rows = sorted((key, number, within) for (key, number), within in found.items())
        self._keys = [row[0] for row in rows]
        self._rows = [(row[1], row[2]) for row in rows]

    def find(self, typed: str, limits: dict[Kind, int], *, without: Set[str] = frozenset()) -> list[Entry]:
        """The best entries that begin like what was typed, at most so many of each kind; no query `without`.

        Where nothing does: those with all its words, the last one begun; then those one edit away.
        """
        plain = normalise(typed)
        if not plain:
            return []
        places = self._begin(plain) or self._with_words(plain) or self._mended(plain)
        ordered = sorted(places, key=lambda n: (places[n], -self.entries[n].weight, n))
        left = dict(limits)
        chosen = []
        for number in ordered:
            entry = self.entries[number]
            if entry.kind == "query" and entry.value in without:
                continue
            if left.get(entry.kind, 0) > 0:
                left[entry.kind] -= 1
                chosen.append(entry)
        return chosen

    def _begin(self, plain: str) -> dict[int, int]:
        """Numbers of entries with a key that begins so → 0 where the name does, 1 where a word in it does."""
        start = bisect_left(self._keys, plain)
        stop = bisect_left(self._keys, plain + _AFTER_ALL, lo=start)
        places: dict[int, int] = {}
        for number, within in self._rows[start : min(stop, start + MOST_KEYS_READ)]:
            places[number] = min(within, places.get(number, 1))
        return places

    def _with_words(self, plain: str) -> dict[int, int]:
        *before, last = plain.split()
        if not before:
            return {}
        found = self._begin(last)
        for word in before[:4]:
            also = self._begin(word)
            found = {number: 1 for number in found if number in also}
        return found

    def _mended(self, plain: str) -> dict[int, int]:
        """What begins with a text one edit away; the first letter is taken to be right."""
        if not (MIN_LENGTH <= len(plain) <= LONGEST_MENDED) or not plain.isascii():
            return {}
        if any(c.isdigit() for c in plain):
            return {}
        places: dict[int, int] = {}
        for other in set(one_edit(plain)):
            if other[:1] == plain[:1] and len(other) >= MIN_LENGTH - 1:
                for number in self._begin(other):
                    places[number] = 2
        return places
