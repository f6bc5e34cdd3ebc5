"""What a document's texts become in an index: token streams by field, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from .analysis import pinyin
from .analysis.normalise import HAN_RUN, normalise
from .analysis.synonyms import proper_part
from .analysis.tokens import Tokens, code_forms, tokenise

if TYPE_CHECKING:
    from .documents import ListingDocument


@dataclass(frozen=True, slots=True)
class Texts:
    """The token streams of a document, by text field of the index."""

    fields: dict[str, Sequence[str]] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@lru_cache(maxsize=32768)
def _kept(text: str) -> Tokens:
    """Tokens of a text that many listings share: a name, an attribute."""
    return tokenise(text)


@lru_cache(maxsize=32768)
def _named(name: str) -> Tokens:
    """Tokens of a proper name, its words for goods left out."""
    return tokenise(proper_part(name))


@lru_cache(maxsize=32768)
def _spoken(name: str) -> tuple[str, ...]:
    """Syllables of a proper name."""
    return tuple(s for han in HAN_RUN.findall(normalise(name)) for s in pinyin.index_tokens(han)[0])


def texts_of(document: ListingDocument) -> Texts:
    """Token streams of both languages; texts of one field follow each other."""
    title_en, title_zh = tokenise(document.title_en), tokenise(document.title_zh)
    en = [
        title_en,
        *map(_named, document.names_en),
        *map(_kept, document.facts_en),
        tokenise(document.about_en),
    ]
    zh = [
        title_zh,
        *map(_named, document.names_zh),
        *map(_kept, document.facts_zh),
        tokenise(document.about_zh),
    ]
    syllables: list[str] = []
    initials: dict[str, None] = {}
    for han in HAN_RUN.findall(normalise(document.title_zh)):
        read, first = pinyin.index_tokens(han)
        syllables += read
        initials.update(dict.fromkeys(first))
    for name in document.names_zh:
        syllables += _spoken(name)
    # Only short texts teach spelling: descriptions hold too many words used once.
    short = (title_en, title_zh, *map(_named, document.names_en), *map(_kept, document.facts_en))
    return Texts(
        fields={
            "title_en": title_en.units,
            "title_zh": title_zh.units,
            "title_bi": (*title_en.pairs, *title_zh.pairs),
            "all_en": [u for t in en for u in t.units],
            "all_zh": [u for t in zh for u in t.units],
            "all_bi": [p for t in (*en, *zh) for p in t.pairs],
            "pinyin": syllables,
            "initials": tuple(initials),
            "codes": tuple(dict.fromkeys(form for code in document.codes for form in code_forms(code))),
        },
        words=tuple(dict.fromkeys(word for t in short for word in t.words)),
    )
