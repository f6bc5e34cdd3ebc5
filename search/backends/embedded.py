"""The embedded engine: tantivy over folders on disk. The default, and what serves while Elasticsearch is away.

Each index is a folder; the symbolic link `live` names the one that is searched, so a rebuild goes live by one
rename. Any process may write: a lock file makes check-of-version and commit one step, and writers take turns.
Readers notice a commit by the index's meta file and reload.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import tantivy as tv

from search.analysis import query as queries
from search.analysis.spelling import Vocabulary
from search.plan import In, Node, TextPlan, in_slot, slot_field, text_plan

from . import embedded_schema as shape
from .constraints import Order, all_but, base_of, counting, facet_filters, order_of
from .interface import (
    WINDOW, EngineError, Facet, FacetCount, Hit, IndexMissing, Op, Put, SearchRequest, SearchResult, Sort,
    Stats, Written, latest,
)  # fmt: skip

_SMALL_HEAP, _LARGE_HEAP = 15_000_000, 96_000_000
_LOCK_PATIENCE = 60.0
_VOCABULARY_SECONDS = 120.0
_TERMS = 1000


class _Reader:
    """An open index in this process. Reloads when a commit has changed its meta file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = shape.open_index(str(folder))
        self.schema = self.index.schema
        self._meta = folder / "meta.json"
        self._seen: tuple[int, int, int] | None = None
        self._lock = threading.Lock()
        self.slots = shape.MAX_SLOTS
        self.searcher: Any = None
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
                self._seen = seen
        return self.searcher

    def _used_slots(self) -> int:
        """How many ladder steps any listing has: queries need not ask for more."""
        for slot in range(shape.MAX_SLOTS):
            if not self.count(tv.Query.exists_query(slot_field("price", slot))):
                return max(1, slot)
        return shape.MAX_SLOTS

    def count(self, query: Any) -> int:
        return int(self.searcher.search(query, 1).count)


class EmbeddedBackend:
    """An engine over one folder of indexes. Thread-safe for reading; opened anew after a fork."""

    name = "embedded"

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
        reader = self._live_reader()
        parsed = queries.parse(request.q, self.vocabulary(), mend=request.mend)
        run = _Run(reader, request, text_plan(parsed, loose=request.loose))
        hits, total = run.hits()
        facets = run.facets()
        return SearchResult(
            hits=tuple(hits),
            total=total,
            facets=facets,
            corrected=parsed.corrected,
            relaxations=("words",) if request.loose and len(parsed.required) > 1 else (),
            engine=self.name,
            took_ms=(time.perf_counter() - started) * 1000,
            trace={"index": reader.folder.name, "groups": len(parsed.groups), "cut": parsed.cut},
        )

    def suggest(self, prefix: str, *, portal: str | None = None, limit: int = 8) -> list[tuple[str, int]]:
        words = queries.normalise(prefix).split()
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
        for op in fresh:
            writer.add_document(shape.put_document(op) if isinstance(op, Put) else shape.tombstone(op))
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


class _Run:
    """One question on one searcher."""

    def __init__(self, reader: _Reader, request: SearchRequest, text: TextPlan) -> None:
        self.searcher, self.schema, self.slots = reader.searcher, reader.schema, reader.slots
        self.request = request
        self.words = shape.translate(self.schema, text.must)
        self.bonuses = [shape.translate(self.schema, node) for node in text.should]
        self.base = base_of(request)
        self.chosen = facet_filters(request, self.slots)

    def query(self, *filters: Node, bonuses: bool = False) -> Any:
        """The words and the base, with constraints; with what only counts for the order when asked."""
        parts = [(tv.Occur.Must, self.words)]
        for node in (self.base, *filters):
            constraint = shape.filtering(self.schema, node)
            if constraint is not None:
                parts.append((tv.Occur.Must, constraint))
        if bonuses:
            parts += [(tv.Occur.Should, bonus) for bonus in self.bonuses]
        if self.request.filters.exclude:
            excluded = tv.Query.term_set_query(self.schema, "id", list(self.request.filters.exclude))
            parts.append((tv.Occur.MustNot, excluded))
        return tv.Query.boolean_query(parts)

    # Hits

    def hits(self) -> tuple[list[Hit], int]:
        """The page asked for and how many there are in all."""
        request = self.request
        stop = min(request.offset + request.limit, WINDOW)
        chosen = all_but(self.chosen, None)
        if request.sort is Sort.PRICE:
            found, total = self._by_price(chosen, stop)
        else:
            order = order_of(request)
            if order is not None:
                found, total = self._by_field(order, chosen, stop)
            else:
                found, total = self._by_score(chosen, stop)
        return found[request.offset : stop], total

    def _by_field(self, order: Order, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        name = shape.DESCENDING.get(order.field) or shape.ASCENDING[order.field]
        direction = tv.Order.Desc if order.descending else tv.Order.Asc
        result = self.searcher.search(
            self.query(chosen), max(1, stop), order_by_field=name, order=direction
        )
        return self._with_ids(result.hits), int(result.count)

    def _with_ids(self, found: list[tuple[Any, Any]]) -> list[Hit]:
        places = [place for _, place in found]
        keys = self.searcher.fast_field_values("id", places) if places else []
        return [Hit(int(key), shape.finite(float(score))) for (score, _), key in zip(found, keys, strict=True)]

    def _by_score(self, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        """By score, equal ones by id. The engine breaks ties by place on disk, so the last tie is read whole."""
        query = self.query(chosen, bonuses=True)
        limit = stop + 32
        while True:
            result = self.searcher.search(query, max(1, limit), weight_by_field="rank")
            found = result.hits
            if len(found) < limit or limit >= WINDOW or found[-1][0] < found[stop - 1][0]:
                break
            limit = min(WINDOW, limit * 4)
        ordered: list[Hit] = []
        for _, same in groupby(self._with_ids(found), key=lambda hit: hit.score):
            ordered += sorted(same, key=lambda hit: hit.listing_id)
        return ordered, int(result.count)

    def _by_price(self, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        """By unit price at the quantity: exact, because slots part the listings. Other currencies come last."""
        mine = In("currency", (self.request.currency,))
        runs: list[list[int]] = []
        total = 0
        for slot in range(self.slots):
            name = slot_field("price", slot)
            result = self.searcher.search(
                self.query(chosen, mine, *in_slot(slot, self.request.quantity)),
                max(1, stop), order_by_field=name, order=tv.Order.Asc,
            )  # fmt: skip
            runs.append([key for key, _ in result.hits])
            total += int(result.count)
        keys = list(heapq.merge(*runs))[:stop]
        hits = [Hit(shape.id_of_ascending(key), 0.0) for key in keys]
        others = tv.Query.boolean_query(
            [
                (tv.Occur.Must, self.query(chosen)),
                (tv.Occur.MustNot, shape.translate(self.schema, mine)),
            ]
        )
        rest = self.searcher.search(others, max(1, stop - len(hits)), order_by_field="id", order=tv.Order.Asc)
        hits += [Hit(int(key), 0.0) for key, _ in rest.hits]
        return hits, total + int(rest.count)

    # Facets

    def facets(self) -> dict[Facet, tuple[FacetCount, ...]]:
        return {facet: self._facet(facet) for facet in self.request.facets}

    def _facet(self, facet: Facet) -> tuple[FacetCount, ...]:
        plan = counting(facet, self.request, self.slots)
        others = all_but(self.chosen, facet)
        if plan.field:
            terms = {"values": {"terms": {"field": plan.field, "size": _TERMS}}}
            answer = self.searcher.aggregate(self.query(others), terms)
            counts = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in answer["values"]["buckets"]]
            return tuple(sorted(counts, key=lambda c: (-c.count, c.value)))
        return tuple(
            FacetCount(value, int(self.searcher.search(self.query(others, node), 1).count))
            for value, node in plan.values
        )




