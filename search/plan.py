"""The question as a tree both engines translate word for word: what must match, what counts, how to sort.

All relevance lives here, none in the engines, so that they give the same results and a change is made once.
Weights were chosen by measurement; docs/search.md says which.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .analysis.groups import Alternative, Group, Parsed
from .analysis.stemming import stem
from .analysis.tokens import pairs

MAX_SLOTS = 16
TITLE, ANYWHERE = 1.0, 2.0
ALL_IN_TITLE = 4.0
ALL_WORDS = 1.0
PHRASE = 4.0
NEIGHBOUR_WORDS = 0.5
SHUNNED = 1.0
HEAD = 1.2
NEIGHBOURS = 0.5
SPOKEN = 3.0
EXACT_CODE = 20.0
EVEN = 6.0


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every listing."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A token in a text field."""

    field: str
    token: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens in a row (at most `slop` moves apart) in a text field."""

    field: str
    tokens: tuple[str, ...]
    weight: float = 1.0
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Like:
    """Any token in a text field at most two edits away, swaps of neighbours counting one. Its score means
    nothing: to be used inside `Even`.
    """

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Even:
    """What the node matches, all with the same score."""

    node: Node
    score: float


@dataclass(frozen=True, slots=True)
class Best:
    """Any of the nodes; the best score counts."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least so many of the nodes; scores add up."""

    nodes: tuple[Node, ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class All:
    """All of the nodes; scores add up."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class In:
    """One of the values in a keyword field, or of the numbers in "id"."""

    field: str
    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fits:
    """A value in a keyword field that fits a regular expression, in the notation all engines share."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Range:
    """A number in a field, bounds included; None is open."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Goods made within so many metres of a point, on a sphere; degrees north and east."""

    lat: float
    lng: float
    metres: int


@dataclass(frozen=True, slots=True)
class Without:
    """Matches what the node does not."""

    node: Node


Node = (
    Everything | Nothing | Term | Phrase | Like | Even | Best | Some | All | In | Fits | Range | Near
    | Without
)  # fmt: skip


def slot_field(kind: str, slot: int) -> str:
    """Field of a ladder step: "from" and "until" (exclusive) quantity, or "price"."""
    return f"{kind}_{slot}"


def in_slot(slot: int, quantity: int) -> tuple[Node, ...]:
    """The listings whose price at the quantity is that of this step of their ladder.

    Steps of one listing do not overlap and cover every quantity, so slots part all listings.
    """
    return (
        Range(slot_field("from", slot), None, quantity),
        Range(slot_field("until", slot), quantity + 1, None),
    )


def price_between(quantity: int, low: int | None, high: int | None, slots: int = MAX_SLOTS) -> Node:
    """Unit price at the quantity within bounds (minor units, included): exact for every quantity."""
    return Some(
        tuple(All((*in_slot(i, quantity), Range(slot_field("price", i), low, high))) for i in range(slots))
    )


# Text


def _term(language: str, token: str, weight: float) -> Node:
    return Some(
        (
            Term(f"all_{language}", token, ANYWHERE * weight),
            Term(f"title_{language}", token, TITLE * weight),
        )
    )


def _phrase(language: str, tokens: tuple[str, ...], weight: float) -> Node:
    return Some(
        (
            Phrase(f"all_{language}", tokens, ANYWHERE * weight),
            Phrase(f"title_{language}", tokens, TITLE * weight),
        )
    )


def _han(tokens: tuple[str, ...], weight: float) -> Node:
    if len(tokens) == 1:
        return _term("zh", tokens[0], weight)
    joined = [_term("bi", pair, weight) for pair in pairs("".join(tokens))]
    return joined[0] if len(joined) == 1 else All(tuple(joined))


def _alternative(alternative: Alternative) -> Node:
    tokens, weight = alternative.tokens, alternative.weight
    if alternative.kind == "han":
        node = _han(tokens, weight)
    elif alternative.kind == "apart":
        node = All(tuple(_term("en", token, weight) for token in tokens))
    elif alternative.kind == "syllables":
        heavier = (ANYWHERE + TITLE) * weight
        node = Phrase("pinyin", tokens, heavier) if len(tokens) > 1 else Term("pinyin", tokens[0], heavier)
    elif alternative.kind == "like":
        return Even(Some((Like("all_en", tokens[0]), Like("all_zh", tokens[0]))), weight)
    elif alternative.kind == "initials":
        node = Even(Term("initials", tokens[0]), EVEN * weight)
    elif len(tokens) == 1:
        node = Best((_term("en", tokens[0], weight), _term("zh", tokens[0], weight)))
    else:
        node = Best((_phrase("en", tokens, weight), _phrase("zh", tokens, weight)))
    return node if alternative.scored else Even(node, EVEN * weight)


def _group(group: Group) -> Node:
    nodes = tuple(_alternative(a) for a in group.alternatives)
    return nodes[0] if len(nodes) == 1 else Best(nodes)


def _title_only(group: Group) -> Node:
    """The group in a title, whichever language."""
    nodes: list[Node] = []
    for a in group.alternatives:
        if not a.scored or a.kind in ("apart", "syllables", "initials", "like"):
            continue
        if a.kind == "han":
            joined = pairs("".join(a.tokens))
            parts = [Term("title_bi", p) for p in joined] or [Term("title_zh", a.tokens[0])]
            nodes.append(parts[0] if len(parts) == 1 else All(tuple(parts)))
        else:
            for language in ("en", "zh"):
                field = f"title_{language}"
                nodes.append(Term(field, a.tokens[0]) if len(a.tokens) == 1 else Phrase(field, a.tokens))
    if not nodes:
        return Nothing()
    return nodes[0] if len(nodes) == 1 else Best(tuple(nodes))


def asked(words: int, characters: int) -> tuple[int, int]:
    """How many of the known words, and of the characters of words in no table, a result must have.

    Two characters are about a word. All of one or two words are asked for, half of the known ones of more;
    of the characters 30 %, but where no word is known both of two, and at least two of more.
    """
    few = words + math.ceil(characters / 2) <= 2
    known = words if few else math.ceil(words / 2)
    if not words:
        return 0, characters if characters <= 2 else max(2, math.ceil(0.3 * characters))
    return known, min(characters, max(1, math.floor(0.3 * characters)))


def asked_loosely(groups: int) -> int:
    """How many groups a result must have where nothing has what `asked` says: 30 %."""
    return max(1, math.floor(0.3 * groups))


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What of the words must match, and what further counts for the order."""

    must: Node
    should: tuple[Node, ...] = ()


EVERYTHING = TextPlan(Everything())


def _weighted(node: Node, weight: float) -> Node:
    """The node with its own terms carrying a weight."""
    if isinstance(node, Term):
        return Term(node.field, node.token, node.weight * weight)
    if isinstance(node, Phrase):
        return Phrase(node.field, node.tokens, node.weight * weight, node.slop)
    if isinstance(node, Even):
        return Even(node.node, node.score * weight)
    if isinstance(node, Some):
        return Some(tuple(_weighted(n, weight) for n in node.nodes), node.at_least)
    if isinstance(node, Best):
        return Best(tuple(_weighted(n, weight) for n in node.nodes))
    if isinstance(node, All):
        return All(tuple(_weighted(n, weight) for n in node.nodes))
    return node


def _all(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else All(nodes)


def _said_without(group: Group) -> list[Node]:
    """What says of itself that it comes without something: "without wheels", "no wheels"."""
    words = [a.tokens for a in group.alternatives if a.kind == "word"]
    return [
        Phrase("all_en", (lead, *tokens), SHUNNED) for tokens in words for lead in (stem("without"), "no")
    ]


def _bonuses(parsed: Parsed, words: tuple[Node, ...]) -> list[Node]:
    """What further counts for the order: all `words` anywhere, all in the title, words beside each other."""
    bonuses: list[Node] = [_group(g) for g in parsed.groups if g.soft and g not in parsed.required]
    bonuses.append(_all(tuple(_weighted(_title_only(g), ALL_IN_TITLE) for g in parsed.required)))
    if len(words) > 1:
        bonuses.append(_weighted(All(words), ALL_WORDS))
    if len(parsed.phrase) > 1:
        bonuses.append(Phrase("title_en", parsed.phrase, PHRASE))
        bonuses += [Phrase("all_en", pair, NEIGHBOUR_WORDS) for pair in pairwise(parsed.phrase)]
    bonuses += [_term("bi", pair, NEIGHBOURS) for pair in parsed.pairs]
    bonuses += [Phrase("pinyin", pair, SPOKEN) for pair in parsed.spoken]
    for group in parsed.groups:
        if group.shunned and group not in parsed.required:
            bonuses += _said_without(group)
    return bonuses


def _asks_for_all(required: tuple[Group, ...]) -> bool:
    characters = sum(group.part for group in required)
    words = len(required) - characters
    return asked(words, characters) == (words, characters)


def _must(required: tuple[Group, ...], words: tuple[Node, ...], *, loose: bool) -> Node:
    """What a result must have. Characters of unknown words do not stand in for known words."""
    parts = (
        tuple(node for group, node in zip(required, words, strict=True) if not group.part),
        tuple(node for group, node in zip(required, words, strict=True) if group.part),
    )
    if loose:
        return _some(words, asked_loosely(len(words)))
    needs = asked(len(parts[0]), len(parts[1]))
    return _all(tuple(_some(nodes, need) for nodes, need in zip(parts, needs, strict=True) if nodes))


def _some(nodes: tuple[Node, ...], need: int) -> Node:
    return _all(nodes) if need >= len(nodes) else Some(nodes, need)


def text_plan(parsed: Parsed, *, loose: bool = False) -> TextPlan:
    """The plan of a query's words; everything matches an empty query, nothing one without a word."""
    if parsed.wordless:
        return TextPlan(Nothing())
    if not parsed.groups:
        return TextPlan(Everything())
    if not loose:
        parsed = parsed.without_likes()
    required = parsed.required
    words = tuple(_weighted(_group(g), HEAD) if g.head else _group(g) for g in required)
    must = _must(required, words, loose=loose)
    if len(words) > 1 and not parsed.codes and not loose and _asks_for_all(required):
        # Whatever is found has all words: the bonus for that is the same score once more.
        must = _weighted(must, 1 + ALL_WORDS)
        words = ()
    bonuses = _bonuses(parsed, words)
    if parsed.codes:
        exact = tuple(Term("codes", form, EXACT_CODE) for form in parsed.codes)
        must = Best((*exact, must))
    return TextPlan(must, tuple(bonuses))


# Constraints


def both(nodes: Iterable[Node]) -> Node:
    """All of several constraints; everything when there are none."""
    parts: Sequence[Node] = [n for n in nodes if not isinstance(n, Everything)]
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else All(tuple(parts))
