"""Results for people: what the engine found, read from the database in its order, with what to show around
it.

The engine only ranks. Whatever is shown is read from the database by id, where only what is on sale counts:
an index that lags can cost a place on a page, never show what must not be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import structlog

from clusters.queries import ClusterLine
from marketplace.catalog.cards import cards_for
from marketplace.catalog.models import Category
from marketplace.core.errors import TemporarilyUnavailable
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.cards import ListingCard

from .backends import serving
from .backends.interface import EngineError, Facet, Filters, SearchRequest, SearchResult
from .rules import PAGE_SIZE, Address

log = structlog.get_logger(__name__)
FEW = 3
FACETS = (Facet.CATEGORY, Facet.PRICE, Facet.MOQ, Facet.SHIPS, Facet.FEATURE)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. Where there is little, counts of what giving something up would find: `elsewhere`
    the portal, `unfiltered` the filters, `some_words` some of the words; None where not asked.
    """

    address: Address
    result: SearchResult
    cards: list[ListingCard]
    elsewhere: int | None = None
    unfiltered: int | None = None
    some_words: int | None = None

    @property
    def total(self) -> int:
        return self.result.total

    @property
    def pages(self) -> int:
        """How many pages can be turned to."""
        return -(-self.total // PAGE_SIZE)

    @property
    def loose(self) -> bool:
        """Whether some of the words were given up to find anything."""
        return "words" in self.result.relaxations


def ask(request: SearchRequest) -> SearchResult:
    """The engine's answer, with some of the words given up where all of them find nothing.

    Never gives up a filter. Raises TemporarilyUnavailable when no engine can answer.
    """
    try:
        result = serving.search(request)
        if not result.total and request.q and not request.loose:
            wider = serving.search(request.but(loose=True))
            if wider.total:
                return wider
    except EngineError as error:
        log.exception("no_search_engine")
        raise TemporarilyUnavailable from error
    return result


def search_listings(address: Address, *, portal: ClusterLine | None = None) -> Found:
    """A page of results as cards at the reader's quantity; three queries whatever the number of rows.

    Raises TemporarilyUnavailable when no engine can answer.
    """
    facets = FACETS if portal else (Facet.CLUSTER, *FACETS)
    request = replace(
        address.request(portal.code if portal else None, "zh-hans" if is_chinese() else "en"), facets=facets
    )
    result = ask(request)
    cards = cards_for(result.ids, quantity=address.quantity, portal=portal) if result.hits else []
    if len(cards) < len(result.hits):
        log.warning("index_ahead_of_database", engine=result.engine, missing=len(result.hits) - len(cards))
    found = Found(address, result, cards)
    return found if result.total >= FEW else _with_ways_on(found, request, portal)


def _with_ways_on(found: Found, request: SearchRequest, portal: ClusterLine | None) -> Found:
    """Counts of what one would find by giving up the portal, the filters, or some of the words."""
    plain = request.but(facets=(), limit=0, offset=0)
    many = ask(plain.but(loose=True)).total if found.total and request.q and not request.loose else 0
    elsewhere = ask(plain.but(portal=None)).total if portal else None
    unfiltered = ask(plain.but(filters=Filters())).total if found.address.narrowed else None
    return replace(
        found, elsewhere=elsewhere, unfiltered=unfiltered, some_words=many if many > found.total else None
    )


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category: its name in the active language and the slug of the one above it ("" at the root)."""

    name: str
    parent: str


def category_lines(slugs: list[str]) -> dict[str, CategoryLine]:
    """Categories by slug; one query."""
    rows: Any = Category.objects.filter(slug__in=slugs) if slugs else ()
    return {row.slug: CategoryLine(pick(row, "name"), _parent(row.path)) for row in rows}


def _parent(path: str) -> str:
    above = path.split("/")[:-1]
    return above[-1] if above else ""
