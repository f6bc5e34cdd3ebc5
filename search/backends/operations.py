"""What is written to an index, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from search.documents import ListingDocument


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A Put made ready for one engine by its `prepare`, perhaps in another process. `picture` is the vector,
    for engines that keep it beside the body.
    """

    listing_id: int
    version: int
    body: Any
    picture: bytes | None = None


Op = Put | Delete | Prepared


def picture_of(op: Op) -> bytes | None:
    """The vector of a listing's picture; None where it has none, or is taken out."""
    if isinstance(op, Delete):
        return None
    return op.picture if isinstance(op, Prepared) else op.document.picture


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


def latest(ops: Iterable[Op]) -> list[Op]:
    """One op per listing: the one with the highest version, the last of equals."""
    kept: dict[int, Op] = {}
    for op in ops:
        other = kept.get(op.listing_id)
        if other is None or op.version >= other.version:
            kept[op.listing_id] = op
    return list(kept.values())
