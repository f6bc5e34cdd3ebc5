"""Words and characters: what of a text goes into the index, and in which order.

Latin and digit runs are kept whole and split where letters meet digits ("hwy14-186b" → "hwy14186b", "hwy",
"14", "186", "b"), because part numbers are typed in every way. Han runs give their characters and their
neighbouring pairs; measured, that beats a dictionary segmenter and needs no dictionary that drifts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .normalise import _HAN, normalise
from .stemming import stem

_RUN = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<word>[^\W_{_HAN}]+(?:[-./_'&+][^\W_{_HAN}]+)*)"
)
_PART = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_JOINTS = re.compile(r"[-./_'&+]+")
_POSSESSIVE = re.compile(r"'s?$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FRACTION = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}(?!\d)")
_JOINTS_BUT_SLASH = re.compile(r"[-._'&+]+")
# Most codes: nothing in them that `normalise` would change but the case.
_PLAIN_CODE = re.compile(r"[A-Za-z0-9._/-]+")
_SEPARATORS = str.maketrans("", "", "._/-")
MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of a normalised text. `parts` are the pieces of a Latin run ("5-pack" → "5", "pack")."""

    kind: Literal["han", "word"]
    text: str
    parts: tuple[str, ...] = ()

    @property
    def has_digit(self) -> bool:
        return any(c.isdigit() for c in self.text)


def _word(text: str) -> Run | None:
    text = _POSSESSIVE.sub("", text)
    if _NUMBER.fullmatch(text):
        return Run("word", text[:MAX_TOKEN])
    parts = tuple(_PART.findall(text))
    # "1/2" is not 12.
    joints = _JOINTS_BUT_SLASH if _FRACTION.search(text) else _JOINTS
    whole = joints.sub("", text)[:MAX_TOKEN]
    return (
        Run("word", whole, tuple(p[:MAX_TOKEN] for p in parts) if len(parts) > 1 else ()) if whole else None
    )


def runs(text: str) -> Iterator[Run]:
    """The Latin and Han stretches of a text that `normalise` made, in order."""
    for match in _RUN.finditer(text):
        han = match["han"]
        if han is not None:
            yield Run("han", han)
        else:
            word = _word(match["word"])
            if word is not None:
                yield word


def word_tokens(run: Run) -> list[str]:
    """Index tokens of a Latin run: the parts in order, then the whole, so that phrases of parts still
    match.
    """
    if not run.parts:
        return [stem(run.text)]
    return [*(stem(p) for p in run.parts), stem(run.text)]


def pairs(han: str) -> list[str]:
    """Neighbouring characters: 纯棉袜 → 纯棉, 棉袜."""
    return [han[i : i + 2] for i in range(len(han) - 1)]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one text gives: `units` in reading order (stems and single Han characters), `pairs` of Han
    characters, and the plain Latin `words` (without digits, unstemmed) that spelling is learned from."""

    units: tuple[str, ...]
    pairs: tuple[str, ...]
    words: tuple[str, ...]


def tokenise(text: str) -> Tokens:
    """Tokens of any text."""
    units: list[str] = []
    bigrams: list[str] = []
    words: list[str] = []
    for han, raw in _RUN.findall(normalise(text)):
        if han:
            units += han
            bigrams += pairs(han)
        else:
            own_units, own_words = _tokens_of_word(raw)
            units += own_units
            words += own_words
    return Tokens(tuple(units), tuple(bigrams), tuple(words))


@lru_cache(maxsize=65536)
def _tokens_of_word(raw: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units and plain words of one Latin run; most runs of a catalogue come again and again."""
    run = _word(raw)
    if run is None:
        return (), ()
    plain = tuple(p for p in (run.parts or (run.text,)) if len(p) > 1 and p.isalpha())
    return tuple(word_tokens(run)), plain


def code_forms(code: str) -> tuple[str, ...]:
    """How a part number may be typed: as it is, and without separators. "ZJ-100/2" → "zj-100/2", "zj1002"."""
    if _PLAIN_CODE.fullmatch(code):
        plain = code.lower()[:MAX_TOKEN]
        bare = plain.translate(_SEPARATORS)
    else:
        plain = normalise(code).replace(" ", "")[:MAX_TOKEN]
        bare = re.sub(r"[\W_]+", "", plain)
    return tuple(dict.fromkeys(form for form in (plain, bare) if form))
