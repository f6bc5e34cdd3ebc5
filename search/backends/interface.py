"""What is asked of an engine and what it answers. The only vocabulary between the site and its engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from search.analysis.spelling import Vocabulary
from search.analysis.wording import Wording
from search.documents import ListingDocument

from .boosts import Boost
from .operations import Op, Prepared, Put, Stats, Written

WINDOW = 10_000
"""Results beyond this place are counted but not shown."""
MOST_PIECES = (1 << 31) - 1
"""The last step of a ladder holds up to here."""
MOST_NAMES = 5_000
"""So many names of attributes are told apart at most."""
MOST_VALUES = 30
"""Of a name of attributes, so many values are counted, the commonest, beside those chosen."""
MOST_POINTS = 400
LEVELS = (800_000, 200_000, 50_000, 10_000)
"""The grids of the map: the side of a cell in hundred-thousandths of a degree."""


class Sort(StrEnum):
    """Orders of results; each ends with the listing's id, so pages never overlap."""

    RELEVANCE = "relevance"
    PRICE = "price"
    NEWEST = "newest"
    LEAD_TIME = "lead_time"
    SALES = "sales"
    REPURCHASE = "repurchase"
    DISTANCE = "distance"


class Facet(StrEnum):
    """What results can be narrowed by; the values are those of the URL."""

    CLUSTER = "cluster"
    CATEGORY = "category"
    MOQ = "moq"
    PRICE = "price"
    SHIPS = "ships"
    FEATURE = "feature"
    LEAD = "lead"
    NEW = "new"
    FESTIVAL = "festival"
    ON_TIME = "on_time"
    RESPONSE = "response"
    REPEAT = "repeat"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of numbers, bounds included, None open. Unit prices are minor units."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A view of the map, bounds included, in degrees; never over the date line."""

    south: float
    west: float
    north: float
    east: float


Chosen = tuple[tuple[str, tuple[str, ...]], ...]
"""Attributes as (name, values); see `Filters.attributes`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Constraints. Several values of one kind mean any of them (features: all of them); kinds are combined.

    `clusters` are codes, `categories` slugs (a category includes those below it), `moq` the largest minimum
    quantity, `ships_hours` the latest shipping, `price` the unit price at the request's quantity, `lead` the
    longest lead time in days, `new` the days on sale, `on_time` and `repeat` the smallest rates in basis
    points, `response` the slowest answer in tenths of an hour, `within` the kilometres from `near`.

    `attributes` holds names with values: any value of a name, all names. Those of variants ("color", "size")
    must hold for one and the same variant. `festivals` name keys of the request's `festivals`. `only` are
    the listings (ids) that may be found at all; None: any.
    """

    clusters: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    moq: int | None = None
    ships_hours: int | None = None
    price: Band | None = None
    suppliers: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    lead: int | None = None
    new: int | None = None
    festivals: tuple[str, ...] = ()
    on_time: int | None = None
    response: int | None = None
    repeat: int | None = None
    within: int | None = None
    attributes: Chosen = ()
    box: Box | None = None
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question. `quantity` pieces are wanted; prices compare in `currency` only, and only those that
    `price_access` opens (tokens of `marketplace.catalog.gates`): a price behind another gate is no price.

    `facets` names what to count and `…_steps` the values of those made of numbers, `attributes` how many
    names of attributes to count; `portal` keeps everything inside one cluster, counts too. `loose` asks for
    fewer of the words; `mend` lets misspelt words be corrected. `near` is where the reader is (degrees
    north, east), `now` a moment in seconds since 1970, `festivals` what runs: key and clusters (None: all).
    `points` asks for the places of all results, on a grid of that level (`LEVELS`).

    By relevance, `pins` (ids of listings) are found whatever the words and come first, and `boosts` multiply
    scores, of each listing the first about it. `wording` is how words are read beside the committed table.

    `picture` is what is looked for by its looks (`search.looks.descriptor`); `look_alikes` answers it.
    """

    q: str = ""
    locale: str = "zh-hans"
    quantity: int = 1
    currency: str = "CNY"
    filters: Filters = field(default_factory=Filters)
    portal: str | None = None
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 24
    facets: tuple[Facet, ...] = ()
    price_bands: tuple[Band, ...] = ()
    moq_steps: tuple[int, ...] = ()
    ships_steps: tuple[int, ...] = ()
    loose: bool = False
    mend: bool = True
    price_access: tuple[str, ...] = ()
    lead_steps: tuple[int, ...] = ()
    new_steps: tuple[int, ...] = ()
    on_time_steps: tuple[int, ...] = ()
    response_steps: tuple[int, ...] = ()
    repeat_steps: tuple[int, ...] = ()
    distance_steps: tuple[int, ...] = ()
    festivals: tuple[tuple[str, tuple[str, ...] | None], ...] = ()
    attributes: int = 0
    near: tuple[float, float] | None = None
    now: int = 0
    points: int | None = None
    pins: tuple[int, ...] = ()
    boosts: tuple[Boost, ...] = ()
    wording: Wording | None = field(default=None, compare=False)
    picture: bytes | None = None

    def but(self, **changes: object) -> SearchRequest:
        """The same question with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Hit:
    """A listing found. The score means something only beside others of the same answer."""

    listing_id: int
    score: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results there would be with this value chosen instead of the facet's present ones."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """Results in one cell of the map's grid: how many, and the middle of where they are made."""

    cell: str
    lat: float
    lng: float
    count: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. A page offers nothing else; what is asked all the same is left out and named in
    `SearchResult.lacks`.
    """

    sorts: frozenset[Sort] = frozenset(Sort)
    facets: frozenset[Facet] = frozenset(Facet)
    attributes: bool = True
    similar: bool = True
    points: bool = True
    suggest: bool = True
    pictures: bool = True


ALL = Capabilities()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer. `total` is exact when `relation` is "eq". `facets` hold counts of the values asked for,
    `attributes` those of the names most results have, names in that order.

    `corrected` is the query with its spelling mended; `relaxations` name what was given up to find anything
    ("words", "spelling"); `degraded` that the first engine was away; `trace` what it was made of.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    relation: str = "eq"
    facets: dict[Facet, tuple[FacetCount, ...]] = field(default_factory=dict)
    corrected: str | None = None
    relaxations: tuple[str, ...] = ()
    engine: str = ""
    degraded: bool = False
    took_ms: float = 0.0
    trace: dict[str, object] = field(default_factory=dict)
    attributes: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    lacks: tuple[str, ...] = ()

    @property
    def ids(self) -> list[int]:
        return [hit.listing_id for hit in self.hits]


class EngineError(Exception):
    """The engine cannot answer: away, too slow, or its index missing."""


class IndexMissing(EngineError):
    """There is no such index; it has to be built."""


class Backend(Protocol):
    """An engine. Methods raise EngineError when it cannot serve.

    Indexes are named; `search` and `suggest` go to the live one, writes to the one that is named.
    """

    name: str
    capabilities: Capabilities
    writes_at_once: bool
    """Whether several threads that write to one index get more done than one."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question from the live index."""
        ...

    def similar(self, like: ListingDocument, request: SearchRequest) -> SearchResult:
        """Listings like one, itself left out, by its title, category and attributes; `request.q` is not
        read, all else of the request holds.
        """
        ...

    def nearest(self, request: SearchRequest, most: int) -> list[tuple[int, float]]:
        """Listings whose picture is nearest to the request's, of those its portal and filters let through:
        (id, cosine), the most alike first, equal ones by id. Words, order and page are not read.
        """
        ...

    def suggest(self, prefix: str, *, portal: str | None = None, limit: int = 8) -> list[tuple[str, int]]:
        """Words of the index that complete the last word of `prefix`, with how many listings have them."""
        ...

    def vocabulary(self) -> Vocabulary:
        """Latin words of the live index, for spelling; may be some minutes old."""
        ...

    def create(self, index: str) -> None:
        """Make an empty index beside the live one."""
        ...

    def prepare(self, op: Put) -> Prepared:
        """Do now, in whatever process, all that writing this document takes beside the engine."""
        ...

    def bulk_write(self, index: str, ops: Sequence[Op], *, refresh: bool = True) -> Written:
        """Apply writes to a named index; later ops on the same listing win within the batch by version."""
        ...

    def publish(self, index: str) -> None:
        """Make this index the live one, at once for all readers."""
        ...

    def live(self) -> str | None:
        """Name of the live index, or None when there is none."""
        ...

    def drop(self, index: str) -> None:
        """Remove an index that is not live."""
        ...

    def indexes(self) -> list[str]:
        """Names of the indexes the engine has."""
        ...

    def versions(self, index: str, after: int, limit: int) -> list[tuple[int, int]]:
        """(listing id, its row version) of live documents with ids above `after`, in order; for drift."""
        ...

    def purge(self, index: str, before: int) -> int:
        """Forget tombstones with versions below `before`; returns how many."""
        ...

    def stats(self, index: str) -> Stats:
        """Counts and size."""
        ...


def fitting(request: SearchRequest, can: Capabilities) -> tuple[SearchRequest, tuple[str, ...]]:
    """The part of a question an engine can answer, and what was left out of it. Quantities beyond counting
    are priced as the largest one.
    """
    request = (
        request
        if 0 < request.quantity < MOST_PIECES
        else request.but(quantity=min(max(1, request.quantity), MOST_PIECES))
    )
    lacks: list[str] = [facet.value for facet in request.facets if facet not in can.facets]
    changes: dict[str, object] = {}
    if lacks:
        changes["facets"] = tuple(facet for facet in request.facets if facet in can.facets)
    if request.sort not in can.sorts:
        lacks.append(f"sort:{request.sort.value}")
        changes["sort"] = Sort.RELEVANCE
    if request.attributes and not can.attributes:
        lacks.append("attributes")
        changes["attributes"] = 0
    if request.points is not None and not can.points:
        lacks.append("points")
        changes["points"] = None
    return (request.but(**changes), tuple(lacks)) if changes else (request, ())
