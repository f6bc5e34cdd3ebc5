"""The rules that are live (or a draft that is tried out) as one value, and what they make of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from search.analysis.wording import Synonym, Wording, wording_of
from search.backends.boosts import Boost
from search.backends.interface import SearchRequest, SearchResult
from search.backends.reading import by_words

from .rules import MOST_PINS, forms_of, placed, runs_on, said, speaks_of

WORDINGS = ("synonym", "one_way", "keep", "means")


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as it is applied. `scope` is the code of its town, "" for the market; `query` as `said`."""

    public_id: str
    kind: str
    scope: str = ""
    query: str = ""
    exact: bool = True
    language: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    position: int = 1
    factor: float = 1.0
    listing_id: int | None = None
    listing: str = ""
    supplier_id: int | None = None
    category: str = ""
    forms: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def holds(self, request: SearchRequest, day: date) -> bool:
        """Whether it holds for this page: day, language, town. Paid ones never in a town's own portal."""
        here = not self.scope or self.scope == request.portal
        if self.kind == "paid" and request.portal is not None:
            return False
        language = not self.language or self.language == request.locale
        return here and language and runs_on(day, self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied to one question: ids of rules, places of pinned listings, those that are paid for."""

    rules: tuple[str, ...] = ()
    places: dict[int, int] = field(default_factory=dict)
    promoted: tuple[str, ...] = ()

    def only_pins(self, result: SearchResult) -> bool:
        """Whether nothing was found but what was pinned."""
        return result.total <= len(self.places) and set(result.ids) <= set(self.places)

    def finish(self, request: SearchRequest, result: SearchResult) -> SearchResult:
        """The answer with pinned listings at their places, saying which rules were applied."""
        if not self.rules:
            return result
        hits = result.hits
        if self.places and request.offset == 0 and by_words(request):
            by_id = {hit.listing_id: hit for hit in hits}
            hits = tuple(by_id[key] for key in placed(by_id, self.places))
        promoted = {"promoted": self.promoted} if self.promoted else {}
        return replace(result, hits=hits, trace={**result.trace, "rules": self.rules, **promoted})


NOTHING = Applied()


class Book:
    """Rules of the market and of towns. `key` names the versions they are from. Safe in threads."""

    def __init__(self, lines: Sequence[Line] = (), *, key: tuple[object, ...] = ()) -> None:
        self.key = key
        self.lines = tuple(lines)
        self._wordings: dict[tuple[str, ...], Wording] = {}

    def applied(
        self, request: SearchRequest, day: date, *, read_as: str = ""
    ) -> tuple[SearchRequest, Applied]:
        """The question with what the rules make of it; itself where none speaks of it.

        `read_as` is the query with its spelling mended: rules that speak of it apply as well.
        """
        if not self.lines or not request.q:
            return request, NOTHING
        queries = tuple({said(text) for text in (request.q, read_as) if text})
        holding = [line for line in self.lines if line.holds(request, day)]
        worded = [line for line in holding if line.kind in WORDINGS]
        found = [
            line
            for line in holding
            if line.kind not in WORDINGS and _speaks_of_any(line.query, queries, exact=line.exact)
        ]
        used = [line.public_id for line in worded if self._is_said(line, queries)]
        if used:
            request = request.but(wording=self._wording(worded))
        if not found and not used:
            return request, NOTHING
        pins = _pins(found) if by_words(request) else []
        boosts = tuple(_boost(line) for line in _narrowest(found)) if by_words(request) else ()
        applied = Applied(
            rules=(*used, *(line.public_id for line in found)),
            places={line.listing_id: line.position for line in pins if line.listing_id is not None},
            promoted=tuple(line.listing for line in pins if line.kind == "paid"),
        )
        return request.but(pins=tuple(applied.places), boosts=boosts), applied

    @staticmethod
    def _is_said(line: Line, queries: Sequence[str]) -> bool:
        read = (*line.forms, *line.others) if line.kind == "synonym" else line.forms
        return any(_speaks_of_any(said(form), queries, exact=False) for form in read)

    def _wording(self, lines: Sequence[Line]) -> Wording:
        """The words of these rules, made once."""
        key = tuple(line.public_id for line in lines)
        if key not in self._wordings:
            self._wordings[key] = wording_of(
                (
                    Synonym(line.forms, line.others, two_way=line.kind == "synonym")
                    for line in lines
                    if line.kind in ("synonym", "one_way")
                ),
                (form for line in lines if line.kind == "keep" for form in line.forms),
                {f: line.others[0] for line in lines if line.kind == "means" for f in line.forms},
            )
        return self._wordings[key]


def _speaks_of_any(rule: str, queries: Sequence[str], *, exact: bool) -> bool:
    return any(speaks_of(rule, query, exact=exact) for query in queries)


def _pins(found: Sequence[Line]) -> list[Line]:
    """At most three, a town's own before the market's, each listing once, no two at one place."""
    wanted = (line for line in found if line.kind in ("pin", "paid"))
    chosen: dict[int, Line] = {}
    for line in sorted(wanted, key=lambda one: (not one.scope, one.position, one.public_id)):
        if line.listing_id is not None and len(chosen) < MOST_PINS:
            chosen.setdefault(line.listing_id, line)
    return list(chosen.values())


def _narrowest(found: Sequence[Line]) -> list[Line]:
    """Weights, those of a listing before those of a supplier before those of a category."""
    weights = [line for line in found if line.kind == "weight"]
    return sorted(weights, key=lambda w: (w.listing_id is None, w.supplier_id is None, w.public_id))


def _boost(line: Line) -> Boost:
    return Boost(
        line.factor,
        listings=(line.listing_id,) if line.listing_id is not None else (),
        suppliers=(line.supplier_id,) if line.supplier_id is not None else (),
        categories=(line.category,) if line.category else (),
    )


__all__ = ["NOTHING", "WORDINGS", "Applied", "Book", "Line", "forms_of"]
