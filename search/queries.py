"""Results for people: what the engine found, read from the database in its order, with what to show around
it.

The engine only ranks. Whatever is shown is read from the database by id, where only what is on sale counts:
an index that lags can cost a place on a page, never show what must not be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine
from marketplace.campaigns.queries import running_or_soon
from marketplace.catalog.cards import cards_for
from marketplace.catalog.gates import NOBODY, Access
from marketplace.catalog.models import Category
from marketplace.core import clock
from marketplace.core.errors import TemporarilyUnavailable
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.cards import Badge, ListingCard

from .backends import serving
from .backends.interface import EngineError, Facet, FacetCount, Filters, SearchRequest, SearchResult
from .documents import build
from .narrowing import CategoryLine, Names
from .pictures.errors import NoPictureSearch
from .pictures.queries import Sought, listing_picture, sent_picture
from .rulebook.book import Applied, Book
from .rulebook.live import live_book
from .rules import PAGE_SIZE, Address, Festivals
from .words import words_of

log = structlog.get_logger(__name__)
FEW = 3
LIKE_THIS = 6
FACETS = (
    *(Facet.CATEGORY, Facet.PRICE, Facet.MOQ, Facet.SHIPS, Facet.FEATURE, Facet.LEAD, Facet.NEW),
    *(Facet.FESTIVAL, Facet.ON_TIME, Facet.RESPONSE, Facet.REPEAT),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. Where there is little, counts of what giving something up would find: `elsewhere`
    the portal, `unfiltered` the filters, `some_words` some of the words; None where not asked. `towns` are
    those that have something outside the portal, with counts; `names` what codes are called; `sought` is the
    picture whose look-alikes these are.
    """

    address: Address
    result: SearchResult
    cards: list[ListingCard]
    names: Names
    elsewhere: int | None = None
    unfiltered: int | None = None
    some_words: int | None = None
    towns: tuple[FacetCount, ...] = ()
    sought: Sought | None = None

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


def _asked(ask_engine: Callable[[], SearchResult]) -> SearchResult:
    try:
        return ask_engine()
    except EngineError as error:
        log.exception("no_search_engine")
        raise TemporarilyUnavailable from error


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's answer to the question as it was asked in the end: with rules, loosely or not."""

    request: SearchRequest
    applied: Applied
    result: SearchResult


def answer(request: SearchRequest, *, book: Book | None = None) -> Answer:
    """The engine's answer, with some of the words given up where all of them find nothing.

    The rules of `book` are applied, of the live ones by default: those that speak of what was typed and, if
    its spelling was mended, of what it was read as. Never gives up a filter. Raises TemporarilyUnavailable
    when no engine can answer.
    """
    book, day = book or live_book(), clock.today()
    asked, applied = book.applied(request, day)
    result = _asked(partial(serving.search, asked))
    if result.corrected:
        again, more = book.applied(request, day, read_as=result.corrected)
        if more != applied:
            asked, applied = again, more
            result = _asked(partial(serving.search, asked))
    if request.q and not request.loose and applied.only_pins(result):
        loosely = asked.but(loose=True)
        wider = _asked(partial(serving.search, loosely))
        if wider.total > result.total:
            asked, result = loosely, wider
    return Answer(asked, applied, applied.finish(asked, result))


def ask(request: SearchRequest, *, book: Book | None = None) -> SearchResult:
    """The result of `answer`."""
    return answer(request, book=book).result


def running_festivals() -> tuple[Festivals, dict[str, str]]:
    """Festivals that run now: their towns, and what they are called; one query."""
    rows = [row for row in running_or_soon(days_ahead=0, limit=8) if row.starts_at <= clock.now()]
    scope: Festivals = tuple((row.public_id, (row.cluster.code,) if row.cluster else None) for row in rows)
    return scope, {row.public_id: pick(row, "title") for row in rows}


def search_listings(
    address: Address,
    *,
    portal: ClusterLine | None = None,
    access: Access = NOBODY,
    compare_url: Callable[[str], str] | None = None,
    why_url: Callable[[str], str] | None = None,
) -> Found:
    """A page of results as cards at the reader's quantity; six queries whatever the number of rows.

    `access` is what prices the reader sees, `why_url` explains a result to those who may know. Raises
    TemporarilyUnavailable when no engine can answer, NoPictureSearch when the one that serves can't look for
    pictures, PictureGone for the address of a picture that is not kept.
    """
    festivals, titles = running_festivals()
    facets = FACETS if portal else (Facet.CLUSTER, *FACETS)
    request = address.request(
        portal.code if portal else None,
        "zh-hans" if is_chinese() else "en",
        access=access,
        festivals=festivals,
        now=int(clock.now().timestamp()) // 3600 * 3600,
    ).but(facets=(*facets, Facet.DISTANCE) if address.place else facets)
    sought = _sought(address)
    if sought:
        mine = (sought.listing,) if sought.listing else ()
        request = request.but(picture=sought.vector, filters=replace(request.filters, exclude=mine))
    result = ask(request)
    if "picture" in result.lacks:
        raise NoPictureSearch
    cards = (
        cards_for(
            result.ids, quantity=address.quantity, portal=portal, access=access, compare_url=compare_url,
            near=address.place,
        )
        if result.hits
        else []
    )  # fmt: skip
    if len(cards) < len(result.hits):
        log.warning("index_ahead_of_database", engine=result.engine, missing=len(result.hits) - len(cards))
    cards = _marked(cards, result, why_url)
    found = Found(address, result, cards, _names(address, result, titles), sought=sought)
    return found if result.total >= FEW else _with_ways_on(found, request, portal)


def _sought(address: Address) -> Sought | None:
    """The picture an address names; one query."""
    if address.picture:
        return sent_picture(address.picture)
    return listing_picture(address.looks) if address.looks else None


def _marked(
    cards: list[ListingCard], result: SearchResult, why_url: Callable[[str], str] | None
) -> list[ListingCard]:
    """The cards with what is paid for labelled, and the way to why each is here."""
    promoted = result.trace.get("promoted", ())
    if promoted:
        label = Badge(_("Promoted"), "info", "megaphone")
        cards = [
            replace(c, badges=(label, *c.badges)) if c.public_id in promoted else c  # type: ignore[operator]
            for c in cards
        ]
    return [replace(card, why_url=why_url(card.public_id)) for card in cards] if why_url else cards


def _names(address: Address, result: SearchResult, festivals: dict[str, str]) -> Names:
    """What the codes of facets and chips are called; at most two queries."""
    listed = (c.value for c in result.facets.get(Facet.CATEGORY, ()))
    pairs = [(name, c.value) for name, counts in result.attributes.items() for c in counts]
    pairs += [(name, value) for name, values in address.attributes for value in values]
    return Names(category_lines([*listed, *address.categories]), words_of(pairs), festivals)


def _with_ways_on(found: Found, request: SearchRequest, portal: ClusterLine | None) -> Found:
    """Counts of what one would find by giving up the portal, the filters, or some of the words."""
    plain = request.but(facets=(), limit=0, offset=0, attributes=0, points=None)
    many = ask(plain.but(loose=True)).total if found.total and request.q and not request.loose else 0
    outside = portal is not None or bool(found.address.clusters)
    wider = plain.but(portal=None, filters=replace(plain.filters, clusters=()), facets=(Facet.CLUSTER,))
    elsewhere = ask(wider) if outside else None
    unfiltered = ask(plain.but(filters=Filters())).total if found.address.narrowed else None
    return replace(
        found,
        elsewhere=elsewhere.total if elsewhere and portal else None,
        unfiltered=unfiltered,
        some_words=many if many > found.total else None,
        towns=elsewhere.facets[Facet.CLUSTER] if elsewhere else (),
    )


def listings_like(
    listing_id: int,
    *,
    quantity: int | None,
    portal: ClusterLine | None,
    access: Access,
    most: int = LIKE_THIS,
) -> list[ListingCard]:
    """Cards of listings like one that is on sale; none where it is not. Inside a portal, of its town."""
    document = next(iter(build([listing_id])), None)
    if document is None:
        return []
    request = SearchRequest(portal=portal.code if portal else None, limit=most)
    result = _asked(partial(serving.similar, document, request))
    return cards_for(result.ids, quantity=quantity, portal=portal, access=access)


def category_lines(slugs: list[str]) -> dict[str, CategoryLine]:
    """Categories by slug; one query."""
    rows: Any = Category.objects.filter(slug__in=slugs) if slugs else ()
    return {row.slug: CategoryLine(pick(row, "name"), _parent(row.path)) for row in rows}


def _parent(path: str) -> str:
    above = path.split("/")[:-1]
    return above[-1] if above else ""
