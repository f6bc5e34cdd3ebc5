"""The embedded engine: tantivy over folders on disk. The default, and what serves while Elasticsearch is
away.

Each index is a folder; the symbolic link `live` names the one that is searched, so a rebuild goes live by one
rename. Any process may write: a lock file makes check-of-version and commit one step, and writers take turns.
Readers notice a commit by the index's meta file and reload.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import tantivy as tv

from search.analysis.normalise import normalise
from search.analysis.spelling import Vocabulary
from search.documents import ListingDocument
from search.keywords import place_of
from search.plan import MAX_SLOTS, Node, TextPlan, slot_field

from . import embedded_schema as shape
from .constraints import similar_plan
from .embedded_counts import Counter
from .embedded_nearest import PictureRows, nearest_behind
from .embedded_run import Run
from .embedded_spans import Spans
from .interface import (
    ALL,
    EngineError,
    Facet,
    FacetCount,
    IndexMissing,
    Point,
    SearchRequest,
    SearchResult,
    fitting,
)
from .operations import Delete, Op, Prepared, Put, Stats, Written, latest, picture_of
from .reading import read

_SMALL_HEAP, _LARGE_HEAP = 15_000_000, 96_000_000
_LOCK_PATIENCE = 60.0
_VOCABULARY_SECONDS = 120.0
_MOST_COUNTS = 256


Counts = tuple[dict[Facet, tuple[FacetCount, ...]], dict[str, tuple[FacetCount, ...]], tuple[Point, ...]]


class _Reader:
    """An open index in this process. Reloads when a commit has changed its meta file."""

    def __init__(self, folder: Path, index: Any = None) -> None:
        self.folder = folder
        self.index = index or shape.open_index(str(folder))
        self.schema = self.index.schema
        self._meta = folder / "meta.json"
        self.pictures = PictureRows(folder)
        self._seen: tuple[int, int, int] | None = None
        self._lock = threading.Lock()
        self.slots = MAX_SLOTS
        self.searcher: Any = None
        self._places: list[tuple[str, float, float]] | None = None
        self._starts: list[float] | None = None
        self._spans: Spans | None = None
        self.counts: dict[tuple[SearchRequest, TextPlan], Counts] = {}
        self.refresh()

    def refresh(self) -> Any:
        """The newest searcher."""
        stat = self._meta.stat()
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            with self._lock:
                self.index.reload()
                self.searcher = self.index.searcher()
                self.slots = self._used_slots()
                self._places = self._starts = None
                self.counts = {}
                self._seen = seen
        return self.searcher

    def slots_at(self, quantity: int) -> int:
        """How many steps of ladders can count at a quantity: those some listing reaches by then. Their first
        quantities are read once after each commit, and only where somebody asks.
        """
        if self._starts is None:
            wanted = {str(n): {"min": {"field": slot_field("from", n)}} for n in range(self.slots)}
            found = self.searcher.aggregate(tv.Query.all_query(), wanted)
            self._starts = [found[str(n)]["value"] or 0 for n in range(self.slots)]
        return max(1, sum(1 for start in self._starts if start <= quantity))

    def _used_slots(self) -> int:
        """How many ladder steps any listing has: queries need not ask for more."""
        for slot in range(MAX_SLOTS):
            if not self.count(tv.Query.exists_query(slot_field("price", slot))):
                return max(1, slot)
        return MAX_SLOTS

    def places(self) -> list[tuple[str, float, float]]:
        """All places of the index, read once after each commit and only where somebody asks."""
        if self._places is None:
            tokens = self.searcher.terms_with_prefix("place", "")
            self._places = [(token, *place_of(token)) for token, _count in tokens]
        return self._places

    def spans_of(self, searcher: Any) -> Spans:
        """The spans a searcher knows."""
        kept = self._spans
        if kept is None or kept.searcher is not searcher:
            kept = self._spans = Spans(searcher)
        return kept

    def count(self, query: Any) -> int:
        return int(self.searcher.search(query, 1).count)


class EmbeddedBackend:
    """An engine over one folder of indexes. Thread-safe for reading; opened anew after a fork."""

    name = "embedded"
    writes_at_once = False
    capabilities = ALL

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._readers: dict[str, _Reader] = {}
        self._bulk: dict[str, Any] = {}
        self._vocabulary: tuple[float, str, Vocabulary] | None = None
        self._guard = threading.RLock()
        self._pid = os.getpid()

    # Reading

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        parsed, plan = read(request, self.vocabulary())
        result = self._answer(request, plan, started)
        return replace(
            result,
            corrected=parsed.corrected,
            relaxations=("words",) if request.loose and len(parsed.required) > 1 else (),
            trace={**result.trace, "groups": len(parsed.groups), "cut": parsed.cut},
        )

    def similar(self, like: ListingDocument, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        others = replace(request.filters, exclude=(*request.filters.exclude, like.listing_id))
        asked = request.but(q=like.title_zh or like.title_en, filters=others)
        return self._answer(asked, similar_plan(like), started)

    def _answer(self, request: SearchRequest, text: TextPlan, started: float) -> SearchResult:
        """The request with its words as a plan. One searcher answers all of it, whatever is written."""
        reader = self._live_reader()
        request, lacks = fitting(request, self.capabilities)
        counts = reader.counts  # taken before the searcher: what is counted on an older one goes with it
        run = Run(reader, request, text)
        hits, total = run.hits()
        facets, attributes, points = self._counts(counts, run, text)
        return SearchResult(
            hits=tuple(hits),
            total=total,
            facets=facets,
            attributes=attributes,
            points=points,
            lacks=lacks,
            engine=self.name,
            took_ms=(time.perf_counter() - started) * 1000,
            trace={"index": reader.folder.name},
        )

    @staticmethod
    def _counts(known: dict[tuple[SearchRequest, TextPlan], Counts], run: Run, text: TextPlan) -> Counts:
        """All counts; the same ones for every page of a question until something is written."""
        key = (run.request.but(offset=0, limit=0), text)
        kept = known.get(key)
        if kept is None:
            counter = Counter(run)
            kept = counter.facets(), counter.attributes(), counter.points()
            if len(known) >= _MOST_COUNTS:
                known.clear()
            known[key] = kept
        return kept

    def scores(self, nodes: Sequence[Node], listing_id: int) -> list[float | None]:
        """What each node of a plan gives one listing of the live index; None where it does not match."""
        reader = self._live_reader()
        only = tv.Query.const_score_query(tv.Query.term_query(reader.schema, "id", listing_id), 0.0)
        found: list[float | None] = []
        for node in nodes:
            both = [(tv.Occur.Must, shape.translate(reader.schema, node)), (tv.Occur.Must, only)]
            hits = reader.searcher.search(tv.Query.boolean_query(both), 1).hits
            found.append(shape.finite(float(hits[0][0])) if hits else None)
        return found

    def nearest(self, request: SearchRequest, most: int) -> list[tuple[int, float]]:
        return nearest_behind(self._live_reader(), fitting(request, self.capabilities)[0], most)

    def suggest(self, prefix: str, *, portal: str | None = None, limit: int = 8) -> list[tuple[str, int]]:
        words = normalise(prefix).split()
        if not words or not words[-1].isascii():
            return []
        reader = self._live_reader()
        scope = tv.Query.term_query(reader.schema, "cluster", portal, "basic") if portal else None
        found: list[tuple[str, int]] = reader.searcher.terms_with_prefix("words", words[-1], scope, limit)
        return [(word, count) for word, count in found if count > 0]

    def vocabulary(self) -> Vocabulary:
        reader = self._live_reader()
        now = time.monotonic()
        kept = self._vocabulary
        if kept is None or kept[1] != reader.folder.name or now - kept[0] > _VOCABULARY_SECONDS:
            counts = dict(reader.searcher.terms_with_prefix("words", ""))
            kept = self._vocabulary = (now, reader.folder.name, Vocabulary(counts))
        return kept[2]

    def versions(self, index: str, after: int, limit: int) -> list[tuple[int, int]]:
        reader = self._reader(index)
        searcher = reader.refresh()
        newer = tv.Query.range_query(reader.schema, "id", tv.FieldType.Integer, after + 1, None)
        live = tv.Query.term_query(reader.schema, "state", shape.LIVE, "basic")
        query = tv.Query.boolean_query([(tv.Occur.Must, newer), (tv.Occur.Must, live)])
        found = searcher.search(query, limit, count=False, order_by_field="id", order=tv.Order.Asc).hits
        places = [place for _, place in found]
        versions = searcher.fast_field_values("row_version", places) if places else []
        return [(key, int(version or 0)) for (key, _), version in zip(found, versions, strict=True)]

    def stats(self, index: str) -> Stats:
        reader = self._reader(index)
        reader.refresh()
        live = reader.count(tv.Query.term_query(reader.schema, "state", shape.LIVE, "basic"))
        gone = reader.count(tv.Query.term_query(reader.schema, "state", shape.GONE, "basic"))
        size = sum(f.stat().st_size for f in reader.folder.iterdir() if f.is_file())
        return Stats(self.name, index, live, gone, size)

    # Writing

    def create(self, index: str) -> None:
        folder = self.folder / index
        folder.mkdir(parents=True, exist_ok=True)
        shape.open_index(str(folder))

    def prepare(self, op: Put) -> Prepared:
        return Prepared(op.listing_id, op.version, shape.fields_of(op), op.document.picture)

    def bulk_write(self, index: str, ops: Sequence[Op], *, refresh: bool = True) -> Written:
        self._own()
        todo = latest(ops)
        if not (self.folder / index).is_dir():
            raise IndexMissing(index)
        with self._turn(index):
            writer = self._bulk.get(index)
            reader = self._reader(index)
            if writer is None:
                writer = reader.index.writer(_SMALL_HEAP if refresh else _LARGE_HEAP, 1)
                if not refresh:
                    self._bulk[index] = writer
            kept = self._apply(reader, writer, todo)
            if refresh:
                writer.commit()
                writer.wait_merging_threads()
                self._bulk.pop(index, None)
                reader.refresh()
        return Written(written=kept, stale=len(todo) - kept)

    def _apply(self, reader: _Reader, writer: Any, ops: list[Op]) -> int:
        """Replace what is not newer already; returns how many were written."""
        have = _versions_of(reader, [op.listing_id for op in ops])
        fresh = [op for op in ops if op.version >= have.get(op.listing_id, 0)]
        replaced = [op.listing_id for op in fresh if op.listing_id in have]
        if replaced:
            writer.delete_documents_by_query(tv.Query.term_set_query(reader.schema, "id", replaced))
        reader.pictures.add([(op.listing_id, picture_of(op)) for op in fresh])
        for op in fresh:
            if isinstance(op, Delete):
                writer.add_document(shape.tombstone(op))
            else:
                writer.add_document(shape.put_document(op, reader.schema))
        return len(fresh)

    def publish(self, index: str) -> None:
        if index in self._bulk:
            self.bulk_write(index, ())
        if not (self.folder / index / "meta.json").exists():
            raise IndexMissing(index)
        new = self.folder / f".live-{os.getpid()}"
        new.unlink(missing_ok=True)
        new.symlink_to(index)
        new.replace(self.folder / "live")

    def live(self) -> str | None:
        try:
            return os.readlink(self.folder / "live")
        except OSError:
            return None

    def drop(self, index: str) -> None:
        if index == self.live():
            raise EngineError("the live index is not dropped")
        self._bulk.pop(index, None)
        self._readers.pop(index, None)
        shutil.rmtree(self.folder / index, ignore_errors=True)

    def indexes(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(p.name for p in self.folder.iterdir() if p.is_dir() and not p.is_symlink())

    def purge(self, index: str, before: int) -> int:
        with self._turn(index):
            reader = self._reader(index)
            old = tv.Query.boolean_query(
                [
                    (tv.Occur.Must, tv.Query.term_query(reader.schema, "state", shape.GONE, "basic")),
                    (tv.Occur.Must, tv.Query.range_query(
                        reader.schema, "version", tv.FieldType.Integer, None, before, include_upper=False)),
                ]
            )  # fmt: skip
            reader.refresh()
            count = reader.count(old)
            if count:
                writer = reader.index.writer(_SMALL_HEAP, 1)
                writer.delete_documents_by_query(old)
                writer.commit()
                writer.wait_merging_threads()
                reader.refresh()
        return count

    # Inside

    def _own(self) -> None:
        """After a fork nothing opened by the parent is used."""
        if self._pid != os.getpid():
            with self._guard:
                self._readers, self._bulk, self._vocabulary = {}, {}, None
                self._pid = os.getpid()

    def _live_reader(self) -> _Reader:
        name = self.live()
        if name is None:
            raise IndexMissing("no live index")
        reader = self._reader(name)
        try:
            reader.refresh()
        except (OSError, ValueError) as error:
            self._readers.pop(name, None)
            raise EngineError(f"index {name} cannot be read: {error}") from error
        return reader

    def _reader(self, index: str) -> _Reader:
        self._own()
        reader = self._readers.get(index)
        if reader is None:
            if not (self.folder / index / "meta.json").exists():
                raise IndexMissing(index)
            with self._guard:
                reader = self._readers.get(index) or _Reader(self.folder / index)
                live = self.live()
                self._readers = {k: r for k, r in self._readers.items() if k == live or k in self._bulk}
                self._readers[index] = reader
        return reader

    @contextmanager
    def _turn(self, index: str) -> Iterator[None]:
        """One writer at a time over all processes. Raises EngineError when the turn does not come."""
        with self._guard, (self.folder / f".{index}.lock").open("w") as lock:
            deadline = time.monotonic() + _LOCK_PATIENCE
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise EngineError(f"index {index} is being written by another process") from None
                    time.sleep(0.02)
            yield


def _versions_of(reader: _Reader, keys: list[int]) -> dict[int, int]:
    """Versions of those listings the index has, tombstones included."""
    if not keys:
        return {}
    searcher = reader.refresh()
    query = tv.Query.term_set_query(reader.schema, "id", keys)
    found = searcher.search(query, len(keys) + 1, count=False, order_by_field="id").hits
    if not found:
        return {}
    versions = searcher.fast_field_values("version", [place for _, place in found])
    return {key: int(version) for (key, _), version in zip(found, versions, strict=True)}
