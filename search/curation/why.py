"""Why a listing is where it is: what each part of the plan of a query gives it, asked of the engine itself.

Every leaf of the plan is asked for this one listing, and the parts are put together as the engines do; both
engines are asked in the same way, so their shares can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from search.analysis.groups import Parsed
from search.analysis.spelling import Vocabulary
from search.backends.boosts import boosted_node
from search.backends.interface import SearchRequest
from search.backends.reading import PINNED, read
from search.documents import signals_of
from search.plan import EXACT_CODE, All, Best, Even, Node, Phrase, Some, Term, TextPlan

TITLE, ANYWHERE = "title", "all"


class Explains(Protocol):
    """An engine that says what a node gives one listing."""

    name: str

    def scores(self, nodes: Sequence[Node], listing_id: int) -> list[float | None]: ...

    def vocabulary(self) -> Vocabulary: ...


@dataclass(frozen=True, slots=True)
class Share:
    """What one matched leaf adds. `kind` is words, bonus, code, even or pin; `fields` where it matched."""

    kind: str
    field: str
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class Why:
    """A listing's score in one engine, taken apart: `text` × `rank` × `weight`, plus what pins it.

    `matches` is False where the words do not find it; the shares are those it has all the same. `signals`
    are what the rank is made of, `rank` as the database has it now.
    """

    engine: str
    parsed: Parsed
    matches: bool
    shares: tuple[Share, ...]
    text: float
    rank: float
    signals: dict[str, float]
    weight: float
    pinned: bool

    @property
    def score(self) -> float:
        """What it is ordered by, without a pin."""
        return self.text * self.rank * self.weight


def leaves(node: Node) -> Iterator[Node]:
    """The parts of a node that are asked one by one."""
    if isinstance(node, Best | Some | All):
        for part in node.nodes:
            yield from leaves(part)
    else:
        yield node


def _added(node: Node, scores: dict[int, float | None], kind: str) -> list[Share] | None:
    """The shares of a node for the listing, as engines add them up; None where it does not match."""
    if isinstance(node, Best):
        ways = [way for part in node.nodes if (way := _added(part, scores, kind)) is not None]
        return max(ways, key=lambda way: sum(share.score for share in way), default=None)
    if isinstance(node, Some | All):
        found = [way for part in node.nodes if (way := _added(part, scores, kind)) is not None]
        need = len(node.nodes) if isinstance(node, All) else node.at_least
        return [share for way in found for share in way] if len(found) >= need else None
    score = scores[id(node)]
    return None if score is None else [_share(node, score, kind)]


def _share(node: Node, score: float, kind: str) -> Share:
    if isinstance(node, Even):
        inner = next(leaves(node.node))
        if node.score == PINNED:
            return Share("pin", "", "", score)
        words = " ".join(_words(leaf) for leaf in leaves(node.node))
        return Share("even", getattr(inner, "field", ""), words, score)
    if isinstance(node, Term) and node.field == "codes" and node.weight == EXACT_CODE:
        return Share("code", "codes", node.token, score)
    return Share(kind, getattr(node, "field", ""), _words(node), score)


def _words(node: Node) -> str:
    if isinstance(node, Term):
        return node.token
    if isinstance(node, Phrase):
        return "".join(node.tokens) if node.field.endswith(("zh", "bi")) else " ".join(node.tokens)
    return ""


def explain(engine: object, request: SearchRequest, listing_id: int) -> Why | None:
    """The listing's score for a request in one engine; None where the listing is not on sale.

    Raises EngineError when the engine cannot answer.
    """
    known = signals_of(listing_id)
    if known is None:
        return None
    backend = cast(Explains, engine)
    parsed, plan = read(request, backend.vocabulary())
    shares, matches = _shares(plan, backend, listing_id)
    rank, signals = known
    boosts = [boosted_node(boost) for boost in request.boosts]
    given = backend.scores([Even(node, 1.0) for node in boosts], listing_id)
    weight = next((b.factor for b, has in zip(request.boosts, given, strict=True) if has), 1.0)
    text = [share for share in shares if share.kind != "pin"]
    return Why(
        engine=backend.name,
        parsed=parsed,
        matches=matches,
        shares=tuple(sorted(_summed(text), key=lambda share: -share.score)),
        text=sum(share.score for share in text),
        rank=rank,
        signals=signals,
        weight=weight,
        pinned=len(text) < len(shares),
    )


def _shares(plan: TextPlan, backend: Explains, listing_id: int) -> tuple[list[Share], bool]:
    nodes = [leaf for part in (plan.must, *plan.should) for leaf in leaves(part)]
    given = backend.scores(nodes, listing_id)
    scores = {id(node): score for node, score in zip(nodes, given, strict=True)}
    asked = _added(plan.must, scores, "words")
    extra = [share for part in plan.should for share in _added(part, scores, "bonus") or ()]
    return [*(asked or ()), *extra], asked is not None


def _summed(shares: Sequence[Share]) -> list[Share]:
    """One share per kind, field and words."""
    found: dict[tuple[str, str, str], float] = {}
    for share in shares:
        key = (share.kind, share.field, share.words)
        found[key] = found.get(key, 0.0) + share.score
    return [Share(*key, score) for key, score in found.items() if score]
