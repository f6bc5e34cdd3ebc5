"""Other ways to type the same query, always the same way for the same query: pinyin, traditional
characters, full-width signs, and one slip of the keyboard.
"""

import random
import re
import string
from collections import defaultdict
from functools import cache
from pathlib import Path

from search.analysis import pinyin
from search.analysis.normalise import HAN_RUN

_TABLE = Path(pinyin.__file__).parent / "data" / "traditional.txt"
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{4,}(?![A-Za-z0-9])")
_SEED = 20260105


def in_pinyin(query: str) -> str:
    """Every Han run by the common readings of its characters, run together: "女士 棉袜" → "nvshi mianwa"."""

    def spelt(match: re.Match[str]) -> str:
        readings = pinyin.spellings(match[0])
        return f" {''.join(readings[0])} " if readings and len(readings[0]) == len(match[0]) else match[0]

    return " ".join(HAN_RUN.sub(spelt, query).split())


@cache
def _to_traditional() -> dict[int, str]:
    """The conversion table read backwards; where several characters became one, the first of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == len(first) == 1 and traditional != first:
            found[first].append(traditional)
    return {ord(plain): forms[0] for plain, forms in found.items()}


def in_traditional(query: str) -> str:
    """As written in Taiwan and Hong Kong: "袜子" → "襪子"."""
    return query.translate(_to_traditional())


def in_full_width(query: str) -> str:
    """Every ASCII sign in its full-width form: "A5" → "Ａ５"."""
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in query)


def with_a_slip(query: str) -> str | None:
    """One random edit (a letter lost, doubled by a stranger, exchanged, or two swapped) in one word of at
    least four letters; None where there is no such word. The query itself is the seed.
    """
    dice = random.Random(f"{_SEED}:{query}")
    words = list(_WORD.finditer(query))
    if not words:
        return None
    word = dice.choice(words)
    text = word[0]
    while True:
        slipped = _slip(text, dice)
        if slipped.lower() != text.lower():
            return query[: word.start()] + slipped + query[word.end() :]


def _slip(word: str, dice: random.Random) -> str:
    kind, place = dice.randrange(4), dice.randrange(len(word))
    letter = dice.choice(string.ascii_lowercase)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + letter + word[place:]
    if kind == 2:
        return word[:place] + letter + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
