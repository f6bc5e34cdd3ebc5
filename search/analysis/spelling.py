"""Spelling by the vocabulary of the index: a word hardly any listing has, one edit from one that many have.

Measured (docs/search.md): this restores most of what a typo costs and does not hurt clean queries, because
codes, digits and known words are never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
MIN_LENGTH = 4
MAX_RARE = 2
MIN_COMMON = 5
TIMES_COMMONER = 10


def one_edit(word: str) -> Iterator[str]:
    """Every string one deletion, swap of neighbours, replacement or insertion away."""
    for i in range(len(word) + 1):
        left, right = word[:i], word[i:]
        if right:
            yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in _LETTERS:
            if right:
                yield left + letter + right[1:]
            yield left + letter + right


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Latin words of the index and in how many listings each stands."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def known(self, word: str) -> int:
        """In how many listings a word stands."""
        return self.counts.get(word, 0)

    def correct(self, word: str) -> str | None:
        """The commonest word one edit away, when this one is next to unknown and that one much commoner."""
        if len(word) < MIN_LENGTH or not (word.isascii() and word.isalpha()):
            return None
        have = self.known(word)
        if have > MAX_RARE:
            return None
        floor = max(MIN_COMMON, TIMES_COMMONER * have)
        best, best_count = None, floor
        for other in one_edit(word):
            count = self.counts.get(other, 0)
            if count > best_count or (count == best_count and best is not None and other < best):
                best, best_count = other, count
        return best

    def complete(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The commonest words that begin with a prefix."""
        found = [(word, count) for word, count in self.counts.items() if word.startswith(prefix)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]


EMPTY = Vocabulary()
