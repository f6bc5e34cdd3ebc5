"""What a document's texts become in an index: token streams by field, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .analysis import pinyin
from .analysis.normalise import HAN_RUN, normalise
from .analysis.synonyms import proper_part
from .analysis.tokens import Tokens, code_forms, tokenise

if TYPE_CHECKING:
    from .documents import ListingDocument


@dataclass(frozen=True, slots=True)
class Texts:
    """Token streams of a document by text field of the index, as written: with a space between tokens."""

    written: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, list[str]]:
        """The same as tokens."""
        return {name: text.split(" ") if text else [] for name, text in self.written.items()}


class _Piece(NamedTuple):
    """What one text gives, ready to be put beside others."""

    units: str
    pairs: str
    words: tuple[str, ...]


def _piece(text: str) -> _Piece:
    tokens: Tokens = tokenise(text)
    return _Piece(" ".join(tokens.units), " ".join(tokens.pairs), tokens.words)


@lru_cache(maxsize=32768)
def _kept(text: str) -> _Piece:
    """A text that many listings share: an attribute, a colour."""
    return _piece(text)


@lru_cache(maxsize=32768)
def _named(name: str) -> _Piece:
    """A proper name, its words for goods left out."""
    return _piece(proper_part(name))


@lru_cache(maxsize=32768)
def _spoken(name: str) -> str:
    """Syllables of a text that many listings share."""
    return " ".join(s for han in HAN_RUN.findall(normalise(name)) for s in pinyin.index_tokens(han)[0])


def _together(parts: Iterable[str]) -> str:
    return " ".join(filter(None, parts))


def texts_of(document: ListingDocument) -> Texts:
    """Token streams of both languages; texts of one field follow each other."""
    title_en, title_zh = _piece(document.title_en), _piece(document.title_zh)
    # Only short texts teach spelling: descriptions hold too many words used once.
    short = (title_en, *map(_named, document.names_en), *map(_kept, document.facts_en))
    en = (*short, _piece(document.about_en))
    zh = (
        title_zh,
        *map(_named, document.names_zh),
        *map(_kept, document.facts_zh),
        _piece(document.about_zh),
    )
    read = [pinyin.index_tokens(han) for han in HAN_RUN.findall(normalise(document.title_zh))]
    said = [" ".join(syllables) for syllables, _ in read]
    words: dict[str, None] = dict.fromkeys(title_zh.words)
    for piece in short:
        words.update(dict.fromkeys(piece.words))
    return Texts(
        written={
            "title_en": title_en.units,
            "title_zh": title_zh.units,
            "title_bi": _together((title_en.pairs, title_zh.pairs)),
            "all_en": _together(piece.units for piece in en),
            "all_zh": _together(piece.units for piece in zh),
            "all_bi": _together(piece.pairs for piece in (*en, *zh)),
            "pinyin": _together((*said, *map(_spoken, (*document.names_zh, *document.facts_zh)))),
            "initials": " ".join(dict.fromkeys(initial for _, first in read for initial in first)),
            "codes": " ".join(dict.fromkeys(form for code in document.codes for form in code_forms(code))),
        },
        words=tuple(words),
    )
