"""What a person typed, understood: groups of alternatives, every group one thing they want.

"棉袜", "cotton socks" and "mianwa" all become the groups (cotton), (sock), each with its forms in both
languages. The engines know nothing of languages; they translate the plan built from these groups.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from . import pinyin, spelling
from .groups import Alternative, Group, Kind, Parsed
from .normalise import normalise
from .stemming import stem
from .synonyms import Concept, Lexicon, Meaning, Piece, lexicon
from .tokens import Run, code_forms, pairs, runs

MAX_CHARACTERS = 128
MAX_GROUPS = 16
TRANSLATED = 0.8
GUESSED = 0.6
_SINGLE = 0.6
_STOP_WORDS = frozenset(
    ("a", "an", "the", "of", "for", "with", "without", "and", "or", "in", "on", "to", "by", "from", "at",
     "is", "it")
)  # fmt: skip
_STOP_HAN = frozenset("的了和与及或在是")
_PREPOSITIONS = frozenset(("for", "with", "without", "in", "to", "by", "from", "on", "of"))
_WITHOUT = "without"
_WITHOUT_SHORT = re.compile(r"(?<!\S)w/o(ut)?(?!\S)")
# A word written as one ("smartwatch") for two typed, and two for one that nobody wrote so; and in how many
# listings such a word must stand.
_AS_ONE, _AS_TWO = 0.5, 0.3
_AS_ONE_KNOWN = 3
# Pinyin of so many syllables is taken apart even where no piece of it is a known form.
_LONG_WORD = 3


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
    spoken: list[tuple[str, ...]] = field(default_factory=list)
    mended: bool = False
    spoken_to: bool = False
    shunning: bool = False

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
            alternatives = (Alternative("han", (character,)),)
            self.groups.append(Group(alternatives, character, character in _STOP_HAN, part=True))
            start += 1
        self.shown.append(text)
        self.pairs += pairs(text)

    def words(self, found: list[Run]) -> None:
        """Latin runs in a row: known forms are concepts, the others words, pinyin or misspellings."""
        texts = [run.text for run in found]
        concepts: list[Concept] = []
        single: dict[int, int] = {}
        place = 0
        while place < len(texts):
            first, size = len(self.groups), 1
            match = self.lexicon.match_english(texts, place)
            if match:
                size, meaning = match
                typed = " ".join(texts[place : place + size])
                self.meaning(meaning, typed, tuple(stem(t) for t in texts[place : place + size]))
                self.shown.append(typed)
                concepts += meaning
            else:
                concepts += self.word(found[place])
            if size == 1 and len(self.groups) == first + 1:
                single[place] = first
            self.shun(first)
            place += size
        self.join(texts, single)
        self.pairs += [pair for form in self.lexicon.written_chinese(concepts) for pair in pairs(form)]

    def listen(self, found: list[Run]) -> None:
        """Whether the query is typed by sound: some word of it nobody writes in Latin letters, and it means
        something in pinyin. Then other such words are no misspellings either.
        """
        strange = [r.text for r in found if r.text.isalpha() and not self.vocabulary.is_familiar(r.text)]
        long = (text for text in strange if len(text) >= spelling.MIN_LENGTH)
        read = ((text, self.lexicon.read_aloud(text)) for text in long)
        self.spoken_to = any(
            _means_something(said) or (len(said) >= _LONG_WORD and not self.vocabulary.candidates(text))
            for text, said in read
        )

    def shun(self, first: int) -> None:
        """What follows "without" is not wanted, up to the next preposition."""
        for place in range(first, len(self.groups)):
            group = self.groups[place]
            if group.typed in _PREPOSITIONS:
                self.shunning = group.typed == _WITHOUT
            elif self.shunning:
                self.groups[place] = replace(group, shunned=True)

    def join(self, texts: list[str], single: dict[int, int]) -> None:
        """Two words that are also written as one ("smart watch"): what has them so has either."""
        for place, (left, right) in enumerate(pairwise(texts)):
            one = left + right
            if not {place, place + 1} <= single.keys() or not _STOP_WORDS.isdisjoint((left, right)):
                continue
            if not (one.isascii() and one.isalpha()) or self.vocabulary.known(one) < _AS_ONE_KNOWN:
                continue
            also = Alternative("word", (stem(one),), _AS_ONE)
            for number in (single[place], single[place + 1]):
                group = self.groups[number]
                self.groups[number] = replace(group, alternatives=(*group.alternatives, also))

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
            or self.vocabulary.is_familiar(text)
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
        said = self.lexicon.read_aloud(text)
        if said and (self.spoken_to or _means_something(said)):
            return self.pieces(said)
        found = self.vocabulary.candidates(text) if self.mend else []
        if not found and len(said) >= _LONG_WORD:
            return self.pieces(said)
        return self.misspelt(text, found) if found else self.unknown(text)

    def misspelt(self, text: str, found: list[tuple[str, float]]) -> Meaning:
        """The likeliest word stands for what was typed; other likely ones, and what was typed, beside it."""
        right = found[0][0]
        self.mended = True
        self.shown[-1] = right
        beside = [Alternative("word", (stem(word),), weight) for word, weight in found[1:]]
        beside.append(Alternative("word", (stem(text),)))
        beside += _latin_chinese(text)
        match = self.lexicon.match_english((right,), 0)
        meaning = match[1] if match else ()
        if len(meaning) > 1:
            self.meaning(meaning, right)
        elif meaning:
            forms = (*_forms(meaning[0], (stem(right),)), *beside)
            self.groups.append(Group(tuple(dict.fromkeys(forms)), right, meaning[0].soft))
            self.phrase += meaning[0].english[0]
        else:
            self.plain(right, *dict.fromkeys((Alternative("word", (stem(right),)), *beside)))
        return meaning

    def unknown(self, text: str) -> Meaning:
        """Letters that are near to no known word: two words run together, or pinyin at large."""
        whole = Alternative("word", (stem(text),))
        parts = self.vocabulary.parts(text) or (self.mend and self.vocabulary.parts(text, mend=True)) or None
        like = [Alternative("like", (stem(text),))] if len(text) >= spelling.MIN_LENGTH and self.mend else []
        if parts is None:
            self.plain(text, whole, *_latin_chinese(text), *like)
            return ()
        if "".join(parts) != text:
            self.mended = True
            self.shown[-1] = " ".join(parts)
        apart = Alternative("apart", tuple(stem(part) for part in parts), _AS_TWO)
        self.plain(text, whole, apart, *_latin_chinese(text), *like)
        return ()

    def pieces(self, said: Sequence[Piece]) -> Meaning:
        """Pinyin run together, piece by piece: known forms are what they mean; other syllables each stand for
        themselves, and beside their neighbours count for more."""
        concepts: Meaning = ()
        for piece in said:
            sound = Alternative("syllables", piece.syllables)
            if not piece.forms:
                self.groups.append(Group((sound,), piece.syllables[0], part=True))
                continue
            first = len(self.groups)
            concepts += self.guess("".join(piece.syllables), piece.forms)
            if len(self.groups) == first + 1:
                group, alone = self.groups[first], len(piece.syllables) == 1 and piece is not said[-1]
                forms = tuple(
                    replace(a, weight=a.weight * _SINGLE) if alone else a for a in group.alternatives
                )
                self.groups[first] = replace(group, alternatives=(*forms, sound), part=alone)
        self.spoken += [(left.syllables[-1], right.syllables[0]) for left, right in pairwise(said)]
        for known, stretch in groupby(said, key=lambda piece: len(piece.syllables) > 1):
            word = tuple(piece.syllables[0] for piece in stretch)
            if not known and len(word) > 2:
                self.spoken.append(word)
        return concepts

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


def _means_something(said: Sequence[Piece]) -> bool:
    return any(piece.forms and len(piece.syllables) > 1 for piece in said)


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
        if way:
            yield Alternative("syllables", way, GUESSED)
    if 2 <= len(text) <= pinyin.MAX_INITIALS:
        yield Alternative("initials", (text,), GUESSED)


def _symbols_named(text: str) -> str:
    """Pictographs by their names: "🧦" → " socks "; other text is left alone."""
    return "".join(
        f" {unicodedata.name(c, '').lower()} " if unicodedata.category(c) == "So" else c for c in text
    )


def _settled(found: list[Group]) -> list[Group]:
    """The groups of a whole query: each once, its head marked, words that only join others left out."""
    groups = list({(g.alternatives, g.soft, g.shunned): g for g in found}.values())
    hard = [g for g in groups if not g.soft]
    if hard and all(g.shunned for g in hard):
        groups = [replace(g, shunned=False) for g in groups]
    head: Group | None = None
    for group in groups:
        if group.typed in _PREPOSITIONS and head:
            break
        if not group.soft:
            head = group
    joining = {g for g in groups if g.typed in _STOP_WORDS or g.typed in _STOP_HAN}
    if len(joining) < len(groups):
        groups = [g for g in groups if g not in joining]
    marked = head is not None and not head.part and len(groups) > 1
    return [replace(g, head=True) if marked and g is head else g for g in groups]


def parse(
    text: str,
    vocabulary: spelling.Vocabulary = spelling.EMPTY,
    *,
    mend: bool = True,
    known: Lexicon | None = None,
) -> Parsed:
    """Understand a query, by the committed table of meanings or another. Never fails; what is too long is
    cut and `cut` says so.
    """
    cut = len(text) > MAX_CHARACTERS
    plain = normalise(text[:MAX_CHARACTERS])
    reader = _Reader(known or lexicon(), vocabulary, mend)
    said = _WITHOUT_SHORT.sub(_WITHOUT, plain)
    found = list(runs(normalise(_symbols_named(said)) if not said.isascii() else said))
    reader.listen([run for run in found if run.kind == "word" and run.text.isascii()])
    latin: list[Run] = []
    for run in found:
        if run.kind == "word":
            latin.append(run)
            continue
        reader.words(latin)
        latin = []
        reader.han(run.text)
    reader.words(latin)
    groups = _settled(reader.groups)
    cut = cut or len(groups) > MAX_GROUPS
    groups = groups[:MAX_GROUPS]
    return Parsed(
        text=plain,
        groups=tuple(groups),
        phrase=tuple(reader.phrase[:MAX_GROUPS]),
        pairs=tuple(dict.fromkeys(reader.pairs))[:MAX_GROUPS],
        spoken=tuple(dict.fromkeys(reader.spoken))[:MAX_GROUPS],
        codes=code_forms(plain) if any(c.isdigit() for c in plain) and len(plain) <= 40 else (),
        corrected=" ".join(reader.shown) if reader.mended else None,
        cut=cut,
    )
