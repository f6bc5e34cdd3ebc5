"""Building an index beside the live one and swapping it in, while writes go on.

Documents are prepared in parts, by this process or by several, and written while the next ones are prepared.
Everything is written under one version drawn before the first listing is read: what changes meanwhile is
noted for the new index too (`indexing.note_changes`), written under a later version, and wins.
"""

from __future__ import annotations

import gc
import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from django.db import transaction

from marketplace.core import clock

from . import documents
from .backends.interface import Backend
from .backends.operations import Prepared, Written
from .backends.serving import backends
from .indexing import (
    BATCH,
    LEASE,
    REST,
    SCHEMA,
    Busy,
    Progress,
    State,
    chunks,
    compare,
    flush,
    lease,
    note_changes,
    write,
)
from .models import IndexRun, PendingChange, SearchIndex
from .preparing import Part, parts_of

log = structlog.get_logger(__name__)
COMMIT_EVERY = 20_000


def rebuild(
    engine: str, *, progress: Progress | None = None, fresh: bool = False, processes: int = 1
) -> SearchIndex:
    """Build a new index beside the live one and swap; changes made meanwhile are in it.

    Goes on with an unfinished one unless `fresh`. `processes` prepare documents; one is this one itself.
    Raises Busy when another process is at it, EngineError when the engine is away (what was built so far
    stays).
    """
    backend = backends()[engine]
    index = _building(engine, backend, fresh=fresh)
    with lease(index) as mine:
        if not mine:
            raise Busy(str(index))
        _fill(index, backend, progress, processes)
    flush(index, backend)
    with lease(index):
        _settle(index, backend)
        backend.publish(index.name)
        with transaction.atomic():
            SearchIndex.objects.filter(engine=engine, state=State.LIVE).exclude(pk=index.pk).update(
                state=State.RETIRED
            )
            SearchIndex.objects.filter(pk=index.pk).update(state=State.LIVE, live_since=clock.now())
            # The one before is kept for readers that are still in it, and no longer written.
            PendingChange.objects.filter(index__engine=engine, index__state=State.RETIRED).delete()
    flush(index, backend)
    _drop_old(engine, backend)
    index.refresh_from_db()
    return index


def _building(engine: str, backend: Backend, *, fresh: bool) -> SearchIndex:
    """The unfinished index of this engine, or a new one; unfinished ones that cannot be used are dropped."""
    unfinished = SearchIndex.objects.filter(engine=engine, state=State.BUILDING).order_by("-pk")
    there = set(backend.indexes())
    usable = None
    for index in unfinished:
        if usable is None and not fresh and index.schema == SCHEMA and index.name in there:
            usable = index
        elif index.leased_until and index.leased_until > clock.now():
            raise Busy(str(index))
        else:
            backend.drop(index.name)
            index.delete()
    if usable:
        return usable
    name = f"{SCHEMA}-{clock.now():%Y%m%d%H%M%S}-{secrets.token_hex(2)}"
    backend.create(name)
    return SearchIndex.objects.create(name=name, engine=engine, schema=SCHEMA)


def _fill(index: SearchIndex, backend: Backend, progress: Progress | None, processes: int) -> None:
    """Write all listings on sale in order of id, under one version drawn before the first is read."""
    total = documents.count_on_sale()
    run = IndexRun.objects.create(index=index, kind=IndexRun.Kind.REBUILD, listings=total)
    cursor, done, uncommitted = index.cursor, index.documents, 0
    with _collecting_seldom(), _Writer(backend, index.name, processes) as writer:
        for part in parts_of(backend, run.pk, after=cursor, size=BATCH, processes=processes):
            writer.put(part)
            cursor, done, uncommitted = part.last, done + len(part.prepared), uncommitted + len(part.prepared)
            if uncommitted >= COMMIT_EVERY:
                uncommitted = 0
                _commit(index, writer, cursor, done)
            if progress:
                progress(done, total)
        _commit(index, writer, cursor, done)
    IndexRun.objects.filter(pk=run.pk).update(finished_at=clock.now(), written=done)


def _commit(index: SearchIndex, writer: _Writer, cursor: int, done: int) -> None:
    """What the engine has for good; a killed rebuild goes on from here. Renews the lease."""
    refused = writer.commit()
    if refused:
        note_changes(refused, only=index)
    SearchIndex.objects.filter(pk=index.pk).update(
        cursor=cursor, documents=done, leased_until=clock.now() + LEASE
    )
    gc.collect()


class _Writer:
    """Writes parts while the next are prepared: never more of them waiting than there are writers."""

    def __init__(self, backend: Backend, name: str, processes: int) -> None:
        self._backend, self._name = backend, name
        self._writers = processes if backend.writes_at_once else 1
        self._pool = ThreadPoolExecutor(self._writers, thread_name_prefix="index-writer")
        self._waiting: deque[Future[Written]] = deque()
        self._refused: list[int] = []

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def put(self, part: Part) -> None:
        """Hand a part over. Raises what an earlier one met."""
        while len(self._waiting) > self._writers:
            self._take()
        self._waiting.append(self._pool.submit(self._write, part.prepared))

    def _write(self, prepared: list[Prepared]) -> Written:
        return self._backend.bulk_write(self._name, prepared, refresh=False)

    def _take(self) -> None:
        result = self._waiting.popleft().result()
        self._refused += [key for key, _ in result.failed]

    def commit(self) -> list[int]:
        """Wait for all and make them last; returns the listings that were refused."""
        while self._waiting:
            self._take()
        self._pool.submit(self._backend.bulk_write, self._name, (), refresh=True).result()
        refused, self._refused = self._refused, []
        return refused


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Documents hold no cycles; to look for some after every few hundred objects took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _settle(index: SearchIndex, backend: Backend) -> None:
    """Before going live: what the database has and the index has not, or has otherwise, is written."""
    found = compare(index, backend)
    keys = [*found.missing, *found.stale, *found.extra]
    for part in chunks(keys, BATCH):
        write(index, backend, part, kind=IndexRun.Kind.DRIFT)


def _drop_old(engine: str, backend: Backend) -> None:
    """All but the last retired index, and what no row knows. One is kept: readers may still be in it."""
    retired = SearchIndex.objects.filter(engine=engine, state=State.RETIRED).order_by("-pk")
    for index in retired[1:]:
        backend.drop(index.name)
        index.delete()
    known = set(SearchIndex.objects.filter(engine=engine).values_list("name", flat=True))
    for name in backend.indexes():
        if name not in known and name != backend.live():
            backend.drop(name)


def ensure_indexes(
    engines: Iterable[str] | None = None, *, progress: Progress | None = None, processes: int = 1
) -> list[SearchIndex]:
    """Build what an engine lacks, of all or of those named: its live index, or one of the present schema."""
    made = []
    for engine, backend in backends().items():
        if engines is not None and engine not in engines:
            continue
        row = SearchIndex.objects.filter(engine=engine, state=State.LIVE, schema=SCHEMA).first()
        if row and row.failed_at and row.failed_at > clock.now() - REST:
            continue
        if row is None or backend.live() != row.name:
            made.append(rebuild(engine, progress=progress, processes=processes))
    return made
