"""Makes pinyin.txt beside it from the `pypinyin` package (a development dependency); run by hand.

One line per syllable without tone: the syllable, the characters read so first of all, and those read so as
well. "As well" means in at least 8 % (and three) of the dictionary phrases a character stands in. Only
simplified characters of GB2312 and those that stand in phrases; everything else is rare in goods.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from search.analysis.normalise import to_simplified

_NOT_TYPED = {"n", "ng", "m", "hm", "hng", "ê"}


def _common(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def make() -> str:
    """The text of the table."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == len(readings):
            for character, reading in zip(phrase, readings, strict=True):
                seen[to_simplified(character)][to_normal(reading[0])] += 1
    first: dict[str, list[str]] = defaultdict(list)
    also: dict[str, list[str]] = defaultdict(list)
    for point in range(0x4E00, 0xA000):
        character = chr(point)
        counts = seen[character]
        total = sum(counts.values())
        if to_simplified(character) != character or not (_common(character) or total >= 2):
            continue
        if total:
            order = [r for r, n in counts.most_common() if n >= max(3, total * 0.08)] or [
                counts.most_common(1)[0][0]
            ]
        else:
            order = [to_normal(r) for r in PINYIN_DICT.get(point, "").split(",")[:1] if r]
        order = [r for r in order if r.isascii() and r.isalpha() and r not in _NOT_TYPED][:3]
        for place, syllable in enumerate(order):
            (also if place else first)[syllable].append(character)
    syllables = sorted({*first, *also})
    return "".join(f"{s}\t{''.join(first[s])}\t{''.join(also[s])}\n" for s in syllables)


if __name__ == "__main__":
    (Path(__file__).parent / "pinyin.txt").write_text(make(), encoding="utf-8")
