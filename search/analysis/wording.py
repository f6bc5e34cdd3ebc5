"""Words as the people who look after search want them read: synonyms beside the committed table, words that
are never corrected, and words that stand for others. Taken in when a query is read, never when indexing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .normalise import normalise
from .spelling import Vocabulary
from .stemming import stem
from .synonyms import Concept, Lexicon, Meaning, _latin_forms, english_words, lexicon
from .tokens import runs

Forms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonym:
    """Forms of one meaning. Whoever types one of `forms` also finds `others`; the other way round only with
    `two_way`.
    """

    forms: Forms
    others: Forms = ()
    two_way: bool = True


@dataclass(frozen=True)
class Wording:
    """How queries are read beside the committed table. `never` are words that stand as typed, `means` what
    is read in the place of what was typed; both normalised.
    """

    lexicon: Lexicon = field(default_factory=lexicon)
    never: frozenset[str] = frozenset()
    means: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """A normalised text with every word that stands for another replaced, the longest first."""
        for typed in sorted(self.means, key=lambda form: (-len(form), form)):
            latin = typed.isascii()
            pattern = rf"(?<![a-z0-9]){re.escape(typed)}(?![a-z0-9])" if latin else re.escape(typed)
            meant = self.means[typed]
            text = re.sub(pattern, lambda _found, meant=meant: meant, text)  # type: ignore[misc]
        return text

    def knowing(self, vocabulary: Vocabulary) -> Vocabulary:
        """The vocabulary of an index, knowing the words that stand as typed."""
        return _Knowing(vocabulary.counts, self.never) if self.never else vocabulary


@dataclass(frozen=True)
class _Knowing(Vocabulary):
    """A vocabulary with words one never doubts."""

    never: frozenset[str] = frozenset()

    def is_familiar(self, word: str) -> bool:
        return word in self.never or super().is_familiar(word)


def is_chinese(form: str) -> bool:
    """Whether a form has a Han character."""
    return any(run.kind == "han" for run in runs(normalise(form)))


def wording_of(
    synonyms: Iterable[Synonym], never: Iterable[str] = (), means: Mapping[str, str] | None = None
) -> Wording:
    """A wording on top of the committed table."""
    table = lexicon()
    for number, synonym in enumerate(synonyms, 1):
        table = with_synonym(table, synonym, f"+{number}")
    pinyin, initials = _latin_forms(table.chinese)
    longest = max(map(len, table.chinese), default=0)
    return Wording(
        replace(table, pinyin=pinyin, initials=initials, longest_chinese=longest),
        frozenset(normalise(word).strip() for word in never),
        {normalise(typed).strip(): normalise(meant).strip() for typed, meant in (means or {}).items()},
    )


def with_synonym(table: Lexicon, synonym: Synonym, key: str) -> Lexicon:
    """The table with one synonym more: what its forms meant so far they go on meaning.

    Two-way, all concepts that its forms stand for become one; one-way, its forms gain the others, with all
    that those stand for.
    """
    said = _unique((*synonym.forms, *synonym.others))
    read = said if synonym.two_way else _unique(synonym.forms)
    met = [concept for form in read if (concept := _concept(table, form))]
    # What the others stand for goes before the forms themselves: of each language the first is scored.
    gained = [concept for form in said if (concept := _concept(table, form)) and concept not in met]
    chinese = [*(f for c in gained for f in c.chinese), *(form for form in said if is_chinese(form))]
    english = [f for c in gained for f in c.english]
    english += [_stems(form) for form in said if not is_chinese(form)]
    # A concept has forms in both languages; where nobody gave one, that of the other stands in and finds
    # nothing more.
    joined = Concept(
        met[0].key if met else key,
        tuple(dict.fromkeys((*(f for c in met for f in c.chinese), *chinese))) or said[:1],
        tuple(dict.fromkeys((*(f for c in met for f in c.english), *english))) or ((said[0],),),
        bool(met) and met[0].soft,
        bool(met) and met[0].place,
    )
    if synonym.two_way:
        table = _exchanged(table, {concept.key for concept in met}, joined)
    return _read_as(table, read, joined)


def _unique(forms: Iterable[str]) -> Forms:
    return tuple(dict.fromkeys(form for one in forms if (form := normalise(one).strip())))


def _stems(form: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in english_words(form))


def _concept(table: Lexicon, form: str) -> Concept | None:
    """The one concept a form stands for; None for what is unknown or a compound."""
    if is_chinese(form):
        meaning = table.chinese.get(form, ())
    else:
        words = english_words(form)
        meaning = table.words.get(words) or table.stems.get(_stems(form), ())
    return meaning[0] if len(meaning) == 1 else None


def _exchanged(table: Lexicon, keys: set[str], new: Concept) -> Lexicon:
    """The table with concepts of these keys exchanged for one, in compounds too."""
    if not keys:
        return table

    def exchange(meaning: Meaning) -> Meaning:
        return tuple(dict.fromkeys(new if concept.key in keys else concept for concept in meaning))

    return replace(
        table,
        chinese={form: exchange(meaning) for form, meaning in table.chinese.items()},
        words={form: exchange(meaning) for form, meaning in table.words.items()},
        stems={form: exchange(meaning) for form, meaning in table.stems.items()},
    )


def _read_as(table: Lexicon, forms: Forms, concept: Concept) -> Lexicon:
    """The table in which these forms stand for a concept."""
    chinese, words, stems = dict(table.chinese), dict(table.words), dict(table.stems)
    for form in forms:
        if is_chinese(form):
            chinese[form] = (concept,)
        elif english_words(form):
            words[english_words(form)] = (concept,)
            stems[_stems(form)] = (concept,)
    return replace(table, chinese=chinese, words=words, stems=stems)
