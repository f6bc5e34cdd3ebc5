"""The vectors of pictures beside an embedded index: one file of rows of one size, mapped into memory.

Rows are only added, under the index's own lock; the last one of a listing counts, and zeros take it out. A
row that was written and whose commit never came does no harm: what is found is asked of the index again. The
pages of the file are shared by all processes of a host. Rebuilding leaves out what is no longer needed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from search.looks.descriptor import DIMENSIONS
from search.plan import EVERYTHING

from .embedded_run import Reader as Looked
from .embedded_run import Run
from .interface import WINDOW, SearchRequest, Sort

_ROW = np.dtype([("id", "<i8"), ("vector", "i1", (DIMENSIONS,))])
_AT_ONCE = 16_384  # rows made floats at once: 14 MB
_NOTHING = bytes(DIMENSIONS)
_FILE = "pictures.rows"

Ids = npt.NDArray[np.int64]


class PictureRows:
    """The pictures of one index."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._size = -1
        self._rows = np.empty(0, _ROW)
        self._last: Ids = np.empty(0, np.int64)
        self._ids: Ids = np.empty(0, np.int64)
        self._lock = threading.Lock()

    def add(self, pictures: Sequence[tuple[int, bytes | None]]) -> None:
        """Write listings' vectors, None for those that have none. Only one may write at a time."""
        if not self._path.exists() and not any(vector for _key, vector in pictures):
            return
        rows = np.empty(len(pictures), _ROW)
        rows["id"] = [key for key, _vector in pictures]
        joined = b"".join(vector or _NOTHING for _key, vector in pictures)
        rows["vector"] = np.frombuffer(joined, np.int8).reshape(-1, DIMENSIONS)
        with self._path.open("ab") as file:
            # A writer that was killed may have left a part of a row.
            file.truncate(file.tell() // _ROW.itemsize * _ROW.itemsize)
            file.write(rows.tobytes())

    def nearest(self, vector: bytes, most: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """(listing, cosine) of the most alike, equal ones by id; `among` are the listings that may be."""
        rows, last, ids = self._present()
        if among is not None:
            last = last[np.isin(ids, among)]
        wanted = np.frombuffer(vector, np.int8).astype(np.float32)
        wanted /= np.linalg.norm(wanted)
        parts = [
            _cosines(rows["vector"][last[start : start + _AT_ONCE]], wanted)
            for start in range(0, len(last), _AT_ONCE)
        ]
        if not parts:
            return []
        cosines, keys = np.concatenate(parts), rows["id"][last]
        if len(cosines) > most:
            # All of the last equal ones, so that which of them are kept does not depend on chance.
            edge = np.partition(cosines, -most)[-most]
            kept = np.flatnonzero(cosines >= edge)
            cosines, keys = cosines[kept], keys[kept]
        order = np.lexsort((keys, -cosines))[:most]
        return [(int(keys[k]), float(cosines[k])) for k in order]

    def _present(self) -> tuple[npt.NDArray[np.void], Ids, Ids]:
        """All rows, where the last ones of listings that have a picture lie, and whose they are."""
        size = self._path.stat().st_size if self._path.exists() else 0
        with self._lock:
            if size != self._size:
                count = size // _ROW.itemsize
                rows = np.memmap(self._path, _ROW, "r", shape=(count,)) if count else np.empty(0, _ROW)
                keys = np.array(rows["id"])
                # Looked at from the end, the first row of a listing is its last.
                ids, places = np.unique(keys[::-1], return_index=True)
                last = count - 1 - places
                there = _there(rows, last)
                self._rows, self._last, self._ids, self._size = rows, last[there], ids[there], size
            return self._rows, self._last, self._ids


def _there(rows: npt.NDArray[np.void], places: Ids) -> npt.NDArray[np.bool_]:
    """Which of these rows hold a picture."""
    found = [
        rows["vector"][places[start : start + _AT_ONCE]].any(axis=1)
        for start in range(0, len(places), _AT_ONCE)
    ]
    return np.concatenate(found) if found else np.empty(0, bool)


def _cosines(vectors: npt.NDArray[np.int8], wanted: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    floats = vectors.astype(np.float32)
    found: npt.NDArray[np.float32] = (floats @ wanted) / np.sqrt(np.einsum("ij,ij->i", floats, floats))
    return found


class Reader(Looked, Protocol):
    """What of an open index is needed."""

    pictures: PictureRows


def nearest_behind(reader: Reader, request: SearchRequest, most: int) -> list[tuple[int, float]]:
    """The nearest of those listings the request's portal and filters let through.

    Where few are let through, they are compared; else the most alike of all are, as far as results go, and
    those of them that are let through are kept.
    """
    vector = request.picture or b""
    plain = request.but(q="", sort=Sort.RELEVANCE, offset=0, limit=WINDOW, facets=(), picture=None)
    hits, total = Run(reader, plain, EVERYTHING).hits()
    if total <= WINDOW:
        among = np.array([hit.listing_id for hit in hits], np.int64)
        return reader.pictures.nearest(vector, most, among)
    found = reader.pictures.nearest(vector, WINDOW)
    only = replace(request.filters, only=tuple(key for key, _similarity in found))
    hits, _total = Run(reader, plain.but(filters=only), EVERYTHING).hits()
    there = {hit.listing_id for hit in hits}
    return [pair for pair in found if pair[0] in there][:most]
