"""Concepts of the trades in both languages, from a committed table, expanded at query time only.

A change of the table is live at once, without re-indexing. 棉袜 is a compound of the concepts cotton and
sock, so "棉袜", "cotton socks" and "mianwa" become one and the same question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .normalise import normalise
from .pinyin import segment, spellings
from .stemming import stem
from .tokens import runs

_TABLE = Path(__file__).parent / "data" / "synonyms.tsv"
_LONGEST_ENGLISH = 5
_WAYS = 8


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning: its Chinese forms as characters, its English forms as stems. A soft one is not asked of
    every result: "sock factory" finds socks.
    """

    key: str
    chinese: tuple[str, ...]
    english: tuple[tuple[str, ...], ...]
    soft: bool = False
    place: bool = False


Meaning = tuple[Concept, ...]
"""What a form stands for: one concept, or several for a compound."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Syllables of a known form, with the forms they may be; or one syllable that begins none."""

    syllables: tuple[str, ...]
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Forms → meanings, in every way a form may be typed."""

    chinese: dict[str, Meaning]
    words: dict[tuple[str, ...], Meaning]
    stems: dict[tuple[str, ...], Meaning]
    compounds: dict[tuple[str, ...], str]
    pinyin: dict[str, tuple[str, ...]]
    initials: dict[str, tuple[str, ...]]
    longest_chinese: int

    def written_chinese(self, concepts: Sequence[Concept]) -> Iterator[str]:
        """How one would write concepts in a row: compounds where there are such, else each by its first
        form.
        """
        place = 0
        while place < len(concepts):
            for size in (3, 2):
                compound = self.compounds.get(tuple(c.key for c in concepts[place : place + size]))
                if compound:
                    yield compound
                    place += size
                    break
            else:
                yield concepts[place].chinese[0]
                place += 1

    def match_chinese(self, text: str, start: int) -> tuple[str, Meaning] | None:
        """The longest form at a place of a Han run."""
        for stop in range(min(len(text), start + self.longest_chinese), start, -1):
            form = text[start:stop]
            if form in self.chinese:
                return form, self.chinese[form]
        return None

    def read_aloud(self, letters: str) -> tuple[Piece, ...]:
        """Letters as pinyin of several words run together: "fangchouwazi" → fang, chou, 袜子.

        Of the ways to part them into syllables the one with the longest known forms; nothing when the letters
        are no pinyin.
        """
        read = [self._pieces(way) for way in segment(letters, _WAYS) if way]
        return max(read, key=_known_length, default=())

    def _pieces(self, syllables: tuple[str, ...]) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        start = 0
        while start < len(syllables):
            for stop in range(min(len(syllables), start + self.longest_chinese), start, -1):
                said = syllables[start:stop]
                forms = tuple(f for f in self.pinyin.get("".join(said), ()) if len(f) == len(said))
                if forms:
                    pieces.append(Piece(said, forms))
                    break
            else:
                stop = start + 1
                pieces.append(Piece(syllables[start:stop]))
            start = stop
        return tuple(pieces)

    def match_english(self, words: Sequence[str], start: int) -> tuple[int, Meaning] | None:
        """How many words from `start` make the longest form, and what it means. Exact words go before stems,
        which cannot tell "glasses" from "glass"."""
        for size in range(min(_LONGEST_ENGLISH, len(words) - start), 0, -1):
            exact = tuple(words[start : start + size])
            meaning = self.words.get(exact) or self.stems.get(tuple(stem(w) for w in exact))
            if meaning:
                return size, meaning
        return None


def _known_length(pieces: tuple[Piece, ...]) -> tuple[int, int, int]:
    """How likely a reading is: long known forms, then few syllables, then known forms of one syllable."""
    known = [len(piece.syllables) for piece in pieces if piece.forms]
    syllables = sum(len(piece.syllables) for piece in pieces)
    return sum(size**2 for size in known if size > 1), -syllables, len(known)


def english_words(text: str) -> tuple[str, ...]:
    """An English form as typed words: "T-shirts" → ("tshirts",)."""
    return tuple(run.text for run in runs(normalise(text)))


def _forms(column: str) -> list[str]:
    return [normalise(form) for form in column.split("|") if form.strip()]


def parse(text: str) -> Lexicon:
    """The lexicon of a table. Raises ValueError for a line that does not fit its format."""
    concepts: dict[str, Concept] = {}
    by_words: dict[tuple[str, ...], Meaning] = {}
    by_stems: dict[tuple[str, ...], Meaning] = {}
    compound_lines: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [*line.split("\t"), "", ""]
        key, forms = columns[0].rstrip("?@"), _forms(columns[1])
        if key.startswith("="):
            compound_lines.append((key[1:], forms))
            continue
        forms_en = _forms(columns[2])
        english = [english_words(form) for form in forms_en]
        found_by = [english_words(form) for form in forms_en if not form.startswith("~")]
        if key in concepts or not (forms and english):
            raise ValueError(f"line {number}: a concept needs a new key and forms in both languages")
        stems = dict.fromkeys(tuple(stem(w) for w in words) for words in english)
        soft, place = columns[0].endswith("?"), columns[0].endswith("@")
        concept = Concept(key, tuple(dict.fromkeys(forms)), tuple(stems), soft, place)
        concepts[key] = concept
        for words in found_by:
            by_words.setdefault(words, (concept,))
            by_stems.setdefault(tuple(stem(w) for w in words), (concept,))
    chinese: dict[str, Meaning] = {}
    for concept in concepts.values():
        for form in concept.chinese:
            chinese.setdefault(form, (concept,))
    compounds: dict[tuple[str, ...], str] = {}
    for keys, forms in compound_lines:
        unknown = [k for k in keys.split("+") if k not in concepts]
        if unknown:
            raise ValueError(f"compound of unknown concepts: {unknown}")
        compounds.setdefault(tuple(keys.split("+")), forms[0])
        for form in forms:
            chinese[form] = tuple(concepts[k] for k in keys.split("+"))
    pinyin, initials = _latin_forms(chinese)
    return Lexicon(
        chinese, by_words, by_stems, compounds, pinyin, initials, max(map(len, chinese), default=0)
    )


def _latin_forms(
    chinese: dict[str, Meaning],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Chinese forms by their syllables run together and by their initials."""
    pinyin: dict[str, list[str]] = defaultdict(list)
    initials: dict[str, list[str]] = defaultdict(list)
    for form in chinese:
        for reading in spellings(form):
            if len(reading) == len(form):
                pinyin["".join(reading)].append(form)
                if len(form) > 1:
                    initials["".join(s[0] for s in reading)].append(form)
    return ({k: tuple(dict.fromkeys(v)) for k, v in pinyin.items()},
            {k: tuple(dict.fromkeys(v)) for k, v in initials.items()})  # fmt: skip


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The committed table."""
    return parse(_TABLE.read_text(encoding="utf-8"))


def proper_part(name: str) -> str:
    """A name without its words for goods: "Datang Socks Mill" → "datang mill", "诸暨第三袜厂" → "诸暨 第三
    厂".

    A glove of a sock mill is no sock, nor is all a sock town makes; towns and what is nobody's word stay.
    """
    known = lexicon()
    kept: list[str] = []
    for run in runs(normalise(name)):
        if run.kind == "word":
            found = known.match_english([run.text], 0)
            if found is None or _names_a_place(found[1]):
                kept.append(run.text)
            continue
        start, piece = 0, ""
        while start < len(run.text):
            match = known.match_chinese(run.text, start)
            form = match[0] if match else run.text[start]
            if match is None or _names_a_place(match[1]):
                piece += form
            else:
                kept.append(piece)
                piece = ""
            start += len(form)
        kept.append(piece)
    return " ".join(part for part in kept if part)


def _names_a_place(meaning: Meaning) -> bool:
    return all(concept.place for concept in meaning)
