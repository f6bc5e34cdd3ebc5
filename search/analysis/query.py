"""What a person typed, understood: groups of alternatives, every group one thing they want.

"棉袜", "cotton socks" and "mianwa" all become the groups (cotton), (sock), each with its forms in both
languages. The engines know nothing of languages; they translate the plan built from these groups.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from . import pinyin, spelling
from .normalise import normalise
from .stemming import stem
from .synonyms import Concept, Lexicon, Meaning, lexicon
from .tokens import Run, code_forms, pairs, runs

MAX_CHARACTERS = 128
MAX_GROUPS = 16
TRANSLATED = 0.8
GUESSED = 0.6
_STOP_WORDS = frozenset(
    ("a", "an", "the", "of", "for", "with", "and", "or", "in", "on", "to", "by", "from", "at", "is", "it")
)
_STOP_HAN = frozenset("的了和与及或在是")

Kind = Literal["word", "han", "syllables", "initials"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say a group: `tokens` are stems, Han characters, syllables, or one string of initials.

    `scored` ones count by how rare they are; the others (rarer synonyms, which would win by rarity alone)
    count evenly.
    """

    kind: Kind
    tokens: tuple[str, ...]
    weight: float = 1.0
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """One thing wanted. A soft group colours the order and is not asked of every result."""

    alternatives: tuple[Alternative, ...]
    typed: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query understood. `corrected` is the text with its spelling mended, where something was mended."""

    text: str
    groups: tuple[Group, ...] = ()
    phrase: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    corrected: str | None = None
    cut: bool = False

    @property
    def required(self) -> tuple[Group, ...]:
        """The groups a result is asked for: the hard ones, or all when there are only soft ones."""
        hard = tuple(g for g in self.groups if not g.soft)
        return hard or self.groups

    @property
    def wordless(self) -> bool:
        """Something was typed, but nothing one could look for."""
        return bool(self.text) and not self.groups


@dataclass(slots=True)
class _Reader:
    """Builds the groups of one query."""

    lexicon: Lexicon
    vocabulary: spelling.Vocabulary
    mend: bool
    groups: list[Group] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    mended: bool = False

    def meaning(self, meaning: Meaning, typed: str, form: tuple[str, ...] = ()) -> None:
        self.groups += [Group(_forms(concept, form), typed, concept.soft) for concept in meaning]
        self.phrase += [token for concept in meaning for token in concept.english[0]]

    def plain(self, typed: str, *alternatives: Alternative) -> None:
        """A group of a word that is in no table."""
        self.groups.append(Group(alternatives, typed, typed in _STOP_WORDS))
        self.phrase += alternatives[0].tokens

    def han(self, text: str) -> None:
        """A Han run: known forms are concepts, what lies between them single characters."""
        start = 0
        while start < len(text):
            found = self.lexicon.match_chinese(text, start)
            if found:
                form, meaning = found
                self.meaning(meaning, form, tuple(form))
                start += len(form)
                continue
            character = text[start]
            self.groups.append(Group((Alternative("han", (character,)),), character, character in _STOP_HAN))
            start += 1
        self.shown.append(text)
        self.pairs += pairs(text)

    def words(self, found: list[Run]) -> None:
        """Latin runs in a row: known forms are concepts, the others words, pinyin or misspellings."""
        texts = [run.text for run in found]
        concepts: list[Concept] = []
        place = 0
        while place < len(texts):
            match = self.lexicon.match_english(texts, place)
            if match:
                size, meaning = match
                typed = " ".join(texts[place : place + size])
                self.meaning(meaning, typed, tuple(stem(t) for t in texts[place : place + size]))
                self.shown.append(typed)
                concepts += meaning
                place += size
            else:
                concepts += self.word(found[place])
                place += 1
        self.pairs += [pair for form in self.lexicon.written_chinese(concepts) for pair in pairs(form)]

    def word(self, run: Run) -> Meaning:
        """One Latin run that is in no table; returns what it turned out to mean, if anything."""
        text = run.text
        whole = Alternative("word", (stem(text),))
        self.shown.append(text)
        if run.parts:
            self.plain(text, Alternative("word", tuple(stem(p) for p in run.parts), 0.9), whole)
        elif (
            text in _STOP_WORDS
            or not (text.isascii() and text.isalpha())
            or self.vocabulary.known(text) > spelling.MAX_RARE
        ):
            self.plain(text, whole)
        else:
            return self.stranger(text)
        return ()

    def stranger(self, text: str) -> Meaning:
        """Letters the index does not know as a word: pinyin of a known form, a misspelling, or pinyin at
        large.
        """
        for table in (self.lexicon.pinyin, self.lexicon.initials):
            if text in table:
                return self.guess(text, table[text])
        right = self.vocabulary.correct(text) if self.mend else None
        if right is None:
            self.plain(text, Alternative("word", (stem(text),)), *_latin_chinese(text))
            return ()
        self.mended = True
        self.shown[-1] = right
        match = self.lexicon.match_english((right,), 0)
        if match is None:
            self.plain(text, Alternative("word", (stem(right),)))
            return ()
        self.meaning(match[1], text)
        return match[1]

    def guess(self, text: str, forms: tuple[str, ...]) -> Meaning:
        """Pinyin of one known meaning is that meaning; of several, any of them."""
        meanings = [self.lexicon.chinese[form] for form in forms]
        if len({tuple(c.key for c in m) for m in meanings}) == 1:
            self.meaning(meanings[0], text)
            return meanings[0]
        alternatives = [Alternative("han", tuple(form)) for form in forms]
        alternatives += [a for m in meanings if len(m) == 1 for a in _forms(m[0], (), TRANSLATED)]
        self.plain(text, Alternative("word", (stem(text),)), *dict.fromkeys(alternatives))
        return ()


def _forms(concept: Concept, typed: tuple[str, ...], weight: float = 1.0) -> tuple[Alternative, ...]:
    """All forms of a concept; scored are the first of each language and the one that was typed."""
    said: dict[tuple[Kind, tuple[str, ...]], bool] = {}
    for place, form in enumerate(concept.chinese):
        tokens = _mixed(form)
        said[("han" if _all_han(form) else "word", tokens)] = place == 0 or tokens == typed
    for place, stems in enumerate(concept.english):
        said[("word", stems)] = place == 0 or stems == typed
    return tuple(Alternative(kind, tokens, weight, scored) for (kind, tokens), scored in said.items())


def _all_han(form: str) -> bool:
    return all(run.kind == "han" for run in runs(form))


def _mixed(form: str) -> tuple[str, ...]:
    """A Chinese form with Latin letters in it ("t恤") as the tokens the index has."""
    return tuple(t for run in runs(form) for t in (run.text if run.kind == "han" else (stem(run.text),)))


def _latin_chinese(text: str) -> Iterator[Alternative]:
    """Letters read as pinyin: whole syllables (two or more), or initials."""
    for way in pinyin.segment(text, 2):
        if len(way) > 1:
            yield Alternative("syllables", way, GUESSED)
    if 2 <= len(text) <= pinyin.MAX_INITIALS:
        yield Alternative("initials", (text,), GUESSED)


def _symbols_named(text: str) -> str:
    """Pictographs by their names: "🧦" → " socks "; other text is left alone."""
    return "".join(
        f" {unicodedata.name(c, '').lower()} " if unicodedata.category(c) == "So" else c for c in text
    )


def parse(text: str, vocabulary: spelling.Vocabulary = spelling.EMPTY, *, mend: bool = True) -> Parsed:
    """Understand a query. Never fails; what is too long is cut and `cut` says so."""
    cut = len(text) > MAX_CHARACTERS
    plain = normalise(text[:MAX_CHARACTERS])
    reader = _Reader(lexicon(), vocabulary, mend)
    found = list(runs(normalise(_symbols_named(plain)) if not plain.isascii() else plain))
    latin: list[Run] = []
    for run in found:
        if run.kind == "word":
            latin.append(run)
            continue
        reader.words(latin)
        latin = []
        reader.han(run.text)
    reader.words(latin)
    groups = list({(g.alternatives, g.soft): g for g in reader.groups}.values())
    cut = cut or len(groups) > MAX_GROUPS
    groups = groups[:MAX_GROUPS]
    return Parsed(
        text=plain,
        groups=tuple(groups),
        phrase=tuple(reader.phrase[:MAX_GROUPS]),
        pairs=tuple(dict.fromkeys(reader.pairs))[:MAX_GROUPS],
        codes=code_forms(plain) if any(c.isdigit() for c in plain) and len(plain) <= 40 else (),
        corrected=" ".join(reader.shown) if reader.mended else None,
        cut=cut,
    )
