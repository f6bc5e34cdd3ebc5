"""Spelling by the vocabulary of the index: a word hardly any listing has, near to words that listings have.

Measured (docs/search.md): this restores most of what a typo costs and does not hurt clean queries, because
codes, digits and known words are never touched, and because several likely words are offered side by side:
which of them fits the other words of the query is for the index to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MIN_LENGTH = 4
MIN_LENGTH_UNKNOWN = 3
MAX_RARE = 2
MIN_COMMON = 5
TIMES_COMMONER = 10
MOST = 4
# Likelihoods of edits: neighbours swapped are commoner than other slips, a wrong first letter is rare.
_SWAPPED, _PLAIN, _FIRST = 2.0, 1.0, 0.3
# A candidate's weight falls slowly with how much less likely than the best it is; far less likely ones go.
_LEAST, _FALL = 0.02, 0.6
# Two edits: only long words, when nothing is nearer, and never away from the first letter.
_FAR_LENGTH, _FAR_COMMON, _ALIKE = 7, 4, 0.6
_PART_COMMON = 3
_MENDED_PART_COMMON = 20


def edits(word: str) -> Iterator[tuple[str, float]]:
    """Every string one deletion, swap of neighbours, replacement or insertion away, with its likelihood."""
    for i in range(len(word) + 1):
        left, right = word[:i], word[i:]
        likely = _PLAIN if i else _FIRST
        if right:
            yield left + right[1:], likely
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:], _SWAPPED
        for letter in _LETTERS:
            if right:
                yield left + letter + right[1:], likely
            yield left + letter + right, likely


def one_edit(word: str) -> Iterator[str]:
    """Every string one edit away."""
    for other, _ in edits(word):
        yield other


def distance(one: str, other: str, most: int = 2) -> int:
    """How many edits lie between two words, swaps of neighbours counting one; `most` + 1 for more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > most:
            return most + 1
        before, row = row, new
    return min(row[-1], most + 1)


def _overlap(one: str, other: str) -> float:
    """Which share of their neighbouring letters two words have in common."""
    left, right = ({word[i : i + 2] for i in range(len(word) - 1)} for word in (one, other))
    return 2 * len(left & right) / (len(left) + len(right))


@dataclass(frozen=True)
class Vocabulary:
    """Latin words of the index and in how many listings each stands."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def known(self, word: str) -> int:
        """In how many listings a word stands."""
        return self.counts.get(word, 0)

    def is_familiar(self, word: str) -> bool:
        """Whether more than a few listings have the word, in the singular or the plural."""
        forms = [word, f"{word}s"]
        forms += [word.removesuffix(ending) for ending in ("s", "es") if word.endswith(ending)]
        return any(self.known(form) > MAX_RARE for form in forms)

    def candidates(self, word: str) -> list[tuple[str, float]]:
        """What a word next to unknown may have been meant as: (word, weight up to 1), the likeliest first.

        A word no listing has may be any that is one edit away, or two when it is long; one that a listing
        or two have only a word that is much commoner.
        """
        have = self.known(word)
        shortest = MIN_LENGTH if have else MIN_LENGTH_UNKNOWN
        if have > MAX_RARE or len(word) < shortest or not (word.isascii() and word.isalpha()):
            return []
        floor = max(MIN_COMMON, TIMES_COMMONER * have) if have else 0
        found: dict[str, float] = {}
        for other, likely in edits(word):
            count = self.counts.get(other, 0)
            if count > floor and len(other) >= MIN_LENGTH_UNKNOWN:
                found[other] = max(found.get(other, 0.0), likely * count**0.5)
        if not found and not have and len(word) >= _FAR_LENGTH:
            found = {other: self.known(other) ** 0.5 for other in self._far(word)}
        best = max(found.values(), default=0.0)
        kept = sorted((-chance, other) for other, chance in found.items() if chance >= _LEAST * best)
        return [(other, round((-chance / best) ** _FALL, 3)) for chance, other in kept[:MOST]]

    def correct(self, word: str) -> str | None:
        """The likeliest word that was meant, or None when the word stands."""
        found = self.candidates(word)
        return found[0][0] if found else None

    def parts(self, word: str, *, mend: bool = False) -> tuple[str, str] | None:
        """The two known words a run-together one is made of: "firestick" → ("fire", "stick").

        With `mend` one of the two may be misspelt.
        """
        best: tuple[int, tuple[str, str]] | None = None
        for stop in range(3, len(word) - 2):
            pair: tuple[str, str] | None = (word[:stop], word[stop:])
            if mend:
                pair = self._mended(word[:stop], word[stop:])
            if pair is None:
                continue
            rarer = min(map(self.known, pair))
            if rarer >= _PART_COMMON and (best is None or rarer > best[0]):
                best = rarer, pair
        return best[1] if best else None

    def _mended(self, left: str, right: str) -> tuple[str, str] | None:
        sure = [len(part) > 3 and self.known(part) >= _MENDED_PART_COMMON for part in (left, right)]
        if sure[0] == sure[1]:
            return None
        other = self.correct(right if sure[0] else left)
        if other is None:
            return None
        return (left, other) if sure[0] else (other, right)

    @cached_property
    def _by_first(self) -> dict[str, list[str]]:
        """The words that are common enough to be meant by a word two edits away, by their first letter."""
        found: dict[str, list[str]] = defaultdict(list)
        for word, count in self.counts.items():
            if count >= _FAR_COMMON and len(word) >= _FAR_LENGTH - 2:
                found[word[0]].append(word)
        return dict(found)

    def _far(self, word: str) -> Iterator[str]:
        """Words that begin or end alike and are two edits away, or share most pairs of letters."""
        for other in self._by_first.get(word[0], ()):
            if abs(len(other) - len(word)) > 2 or not (other[:3] == word[:3] or other[-3:] == word[-3:]):
                continue
            if distance(word, other) <= 2 or _overlap(word, other) >= _ALIKE:
                yield other

    def complete(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The commonest words that begin with a prefix."""
        found = [(word, count) for word, count in self.counts.items() if word.startswith(prefix)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]


EMPTY = Vocabulary()
