"""What is asked of an engine and what it answers. The only vocabulary between the site and its engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from search.analysis.spelling import Vocabulary
from search.documents import ListingDocument

WINDOW = 10_000
"""Results beyond this place are counted but not shown."""


class Sort(StrEnum):
    """Orders of results; each ends with the listing's id, so pages never overlap."""

    RELEVANCE = "relevance"
    PRICE = "price"
    NEWEST = "newest"
    LEAD_TIME = "lead_time"
    SALES = "sales"


class Facet(StrEnum):
    """What results can be narrowed by; the values are those of the URL."""

    CLUSTER = "cluster"
    CATEGORY = "category"
    MOQ = "moq"
    PRICE = "price"
    SHIPS = "ships"
    FEATURE = "feature"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of numbers, bounds included, None open. Unit prices are minor units."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Constraints. Several values of one kind mean any of them; kinds are combined.

    `clusters` are codes, `categories` slugs (a category includes those below it), `moq` the largest minimum
    quantity, `ships_hours` the latest shipping, `price` the unit price at the request's quantity.
    """

    clusters: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    moq: int | None = None
    ships_hours: int | None = None
    price: Band | None = None
    suppliers: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question. `quantity` pieces are wanted; prices compare in `currency` only.

    `facets` names what to count; `portal` keeps everything inside one cluster, counts too. `loose` asks for
    fewer of the words; `mend` lets misspelt words be corrected.
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
class SearchResult:
    """The answer. `total` is exact when `relation` is "eq". `facets` hold counts of the values asked for.

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

    @property
    def ids(self) -> list[int]:
        return [hit.listing_id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Put:
    """Write this document, unless a newer version is there. `version` orders writes, see `indexing`."""

    document: ListingDocument
    version: int

    @property
    def listing_id(self) -> int:
        return self.document.listing_id


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a listing out, unless a newer version is there; leaves a tombstone against late writes."""

    listing_id: int
    version: int


Op = Put | Delete


@dataclass(frozen=True, slots=True)
class Written:
    """What became of operations: written, or stale because something newer was there (which is as good).

    `failed` lists those the engine refused, by listing id, with its reason; they are to be tried again.
    """

    written: int = 0
    stale: int = 0
    failed: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """An index as it stands."""

    engine: str
    index: str
    documents: int
    tombstones: int
    bytes: int


class EngineError(Exception):
    """The engine cannot answer: away, too slow, or its index missing."""


class IndexMissing(EngineError):
    """There is no such index; it has to be built."""


class Backend(Protocol):
    """An engine. Methods raise EngineError when it cannot serve.

    Indexes are named; `search` and `suggest` go to the live one, writes to the one that is named.
    """

    name: str

    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a question from the live index."""
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


def latest(ops: Iterable[Op]) -> list[Op]:
    """One op per listing: the one with the highest version, the last of equals."""
    kept: dict[int, Op] = {}
    for op in ops:
        other = kept.get(op.listing_id)
        if other is None or op.version >= other.version:
            kept[op.listing_id] = op
    return list(kept.values())
