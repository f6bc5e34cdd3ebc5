"""What a query means: groups, every one a thing wanted, with the ways to say it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["word", "apart", "han", "syllables", "initials", "like"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to say a group: `tokens` are stems in a row, stems `apart` from each other, Han characters,
    syllables, one string of initials, or one that is only to be `like` what is found.

    `scored` ones count by how rare they are; the others (rarer synonyms, which would win by rarity alone)
    count evenly.
    """

    kind: Kind
    tokens: tuple[str, ...]
    weight: float = 1.0
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """One thing wanted. A soft group colours the order and is not asked of every result; a shunned one
    follows "without" and says what is not wanted. The head is what the whole query is about; a part is one
    Han character, or its syllable, of what may be a longer word.
    """

    alternatives: tuple[Alternative, ...]
    typed: str
    soft: bool = False
    shunned: bool = False
    head: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query understood. `corrected` is the text with its spelling mended, where something was mended."""

    text: str
    groups: tuple[Group, ...] = ()
    phrase: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    spoken: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()
    corrected: str | None = None
    cut: bool = False

    @property
    def required(self) -> tuple[Group, ...]:
        """The groups a result is asked for: the hard ones, or all when there are only soft ones."""
        hard = tuple(g for g in self.groups if not g.soft and not g.shunned)
        return hard or self.groups

    def without_likes(self) -> Parsed:
        """The same without what only resembles what was typed; that is for when nothing else is found."""
        if not any(a.kind == "like" for g in self.groups for a in g.alternatives):
            return self
        groups = (
            replace(g, alternatives=tuple(a for a in g.alternatives if a.kind != "like")) for g in self.groups
        )
        return replace(self, groups=tuple(groups))

    @property
    def wordless(self) -> bool:
        """Something was typed, but nothing one could look for."""
        return bool(self.text) and not self.groups
