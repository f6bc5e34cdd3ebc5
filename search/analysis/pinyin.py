"""Chinese as it is typed with Latin letters: full syllables ("mianwa") and first letters ("mw")."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "pinyin.txt"
BREAK = "|"
MAX_INITIALS = 5
_MAX_SYLLABLE = 6


@lru_cache(maxsize=1)
def _readings() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Character → readings without tone, commonest first; and all syllables."""
    first: dict[str, list[str]] = {}
    also: list[tuple[str, str]] = []
    syllables: set[str] = set()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        syllable, mainly, sometimes = line.split("\t")
        syllables.add(syllable)
        for character in mainly:
            first[character] = [syllable]
        also += [(character, syllable) for character in sometimes]
    for character, syllable in also:
        first.setdefault(character, []).append(syllable)
    return {c: tuple(r) for c, r in first.items()}, frozenset(syllables)


def spellings(han: str) -> list[list[str]]:
    """How a Han run is read: the common reading, then one more per character that has another.

    长袖 → [["chang", "xiu"], ["zhang", "xiu"]]. Characters without a known reading break a reading off, so
    the result covers only the readable stretches.
    """
    table, _ = _readings()
    result: list[list[str]] = []
    stretch: list[tuple[str, ...]] = []
    for character in [*han, ""]:
        known = table.get(character)
        if known:
            stretch.append(known)
            continue
        if stretch:
            common = [r[0] for r in stretch]
            result.append(common)
            for place, options in enumerate(stretch):
                result += [[*common[:place], other, *common[place + 1 :]] for other in options[1:]]
        stretch = []
    return result


@lru_cache(maxsize=16384)
def index_tokens(han: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """For a Han run: its syllables in order (readings set apart by BREAK), and the initials of every stretch
    of two to five characters."""
    syllables: list[str] = []
    initials: dict[str, None] = {}
    for reading in spellings(han):
        syllables += [*reading, BREAK]
        letters = "".join(s[0] for s in reading)
        for start in range(len(letters)):
            for stop in range(start + 2, min(start + MAX_INITIALS, len(letters)) + 1):
                initials[letters[start:stop]] = None
    return tuple(syllables), tuple(initials)


@lru_cache(maxsize=4096)
def segment(letters: str, limit: int = 4) -> tuple[tuple[str, ...], ...]:
    """Ways to read letters as whole syllables, fewest syllables first: "mianwa" → (("mian", "wa"), …).

    Empty when the letters are not pinyin. "lü" may be typed "lv".
    """
    _, syllables = _readings()
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for stop in range(1, len(letters) + 1):
        for start in range(max(0, stop - _MAX_SYLLABLE), stop):
            piece = letters[start:stop]
            if piece in syllables:
                ways[stop] += [(*way, piece) for way in ways[start]]
        ways[stop] = sorted(ways[stop], key=lambda way: (len(way), way))[: limit * 2]
    return tuple(ways[-1][:limit])
