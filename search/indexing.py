"""Keeping indexes true: changes noted and written in batches, drift found and mended. See `rebuilding` too.

Three rules make it safe. What changed is noted in the database for every building and live index, and
struck off only after the engine has it. A batch draws its version before it reads, so of two batches the
later version has read later; engines refuse older versions. Listings that are not on sale are written as
tombstones, so a late write cannot bring them back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice

import structlog
from django.db.models import F, Q

from marketplace.core import clock

from . import documents
from .backends.interface import Backend, EngineError
from .backends.operations import Delete, Op, Put, Written
from .backends.serving import backends
from .models import IndexRun, PendingChange, SearchIndex

log = structlog.get_logger(__name__)
SCHEMA = "4"
BATCH = 500
COMMIT_EVERY = 20_000
LEASE = timedelta(seconds=120)
SLOWEST_RETRY = 60
REST = timedelta(seconds=5)
TOMBSTONE_DAYS = 7
State = SearchIndex.State
Progress = Callable[[int, int], None]


class Busy(Exception):
    """Another process is rebuilding this engine's index."""


def chunks(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most `size`."""
    rest = iter(keys)
    while part := list(islice(rest, size)):
        yield part


# Changes


def note_changes(listing_ids: Iterable[int], *, only: SearchIndex | None = None) -> int:
    """Note that listings must be read again, for every index or one. Repeated notes of a listing are one."""
    indexes = [only] if only else list(SearchIndex.objects.exclude(state=State.RETIRED).only("pk"))
    now = clock.now()
    noted = 0
    for part in chunks(dict.fromkeys(listing_ids), 1000):
        noted += len(part)
        PendingChange.objects.bulk_create(
            [
                PendingChange(index=i, listing_id=key, mark=secrets.randbits(62), since=now, due_at=now)
                for i in indexes
                for key in part
            ],
            update_conflicts=True,
            unique_fields=["index", "listing_id"],
            update_fields=["mark", "due_at", "tries"],
            batch_size=500,
        )
    return noted


def flush_all() -> int:
    """Write what is pending to all live indexes; an engine that is away is told later. Returns how many."""
    known = backends()
    written = 0
    rested = Q(failed_at__isnull=True) | Q(failed_at__lt=clock.now() - REST)
    live = SearchIndex.objects.filter(rested, state=State.LIVE, engine__in=known)
    for index in live.order_by("-engine"):  # the embedded one first: it answers at once
        if not index.pending.filter(due_at__lte=clock.now()).exists():
            continue
        try:
            written += flush(index, known[index.engine])
        except EngineError as error:
            log.warning("index_waits", index=str(index), error=str(error))
    return written


def flush(index: SearchIndex, backend: Backend) -> int:
    """Write an index's pending changes; returns how many listings were struck off.

    Only one process does so at a time; another returns 0 at once, the first one sees what it came for. Raises
    EngineError when the engine does not take them: they stay and are tried again, later each time.
    """
    done = 0
    while index.pending.filter(due_at__lte=clock.now()).exists():
        with lease(index) as mine:
            if not mine:
                return done
            _check_there(index, backend)
            while part := _next_pending(index):
                done += _flush_part(index, backend, part)
    return done


def _check_there(index: SearchIndex, backend: Backend) -> None:
    """Fail fast where the engine is away, before anything is read; it is then left alone for a few
    seconds.
    """
    try:
        backend.live()
    except EngineError as error:
        _remember_failure(index, error)
        raise


def _remember_failure(index: SearchIndex, error: EngineError) -> None:
    SearchIndex.objects.filter(pk=index.pk).update(last_error=str(error)[:500], failed_at=clock.now())


def _next_pending(index: SearchIndex) -> list[PendingChange]:
    return list(index.pending.filter(due_at__lte=clock.now()).order_by("due_at", "pk")[:BATCH])


def _flush_part(index: SearchIndex, backend: Backend, part: Sequence[PendingChange]) -> int:
    keys = [row.listing_id for row in part]
    try:
        result = write(index, backend, keys, kind=IndexRun.Kind.CHANGES)
    except EngineError as error:
        _postpone(part, str(error))
        _remember_failure(index, error)
        raise
    refused = dict(result.failed)
    _postpone([row for row in part if row.listing_id in refused], "refused by the engine")
    kept = [row for row in part if row.listing_id not in refused]
    struck = index.pending.filter(pk__in=[row.pk for row in kept], mark__in=[row.mark for row in kept])
    struck.delete()
    SearchIndex.objects.filter(pk=index.pk, failed_at__isnull=False).update(last_error="", failed_at=None)
    return len(kept)


def _postpone(rows: Sequence[PendingChange], error: str) -> None:
    """Try again later, ever later up to a minute."""
    now = clock.now()
    for row in rows:
        pause = min(SLOWEST_RETRY, 2 ** min(row.tries + 1, 6))
        PendingChange.objects.filter(pk=row.pk, mark=row.mark).update(
            tries=F("tries") + 1, due_at=now + timedelta(seconds=pause), error=error[:200]
        )


def write(
    index: SearchIndex, backend: Backend, keys: Sequence[int], *, kind: str, refresh: bool = True
) -> Written:
    """Read listings as they are now and write them to an index, as one run."""
    run = IndexRun.objects.create(index=index, kind=kind, listings=len(keys))
    result = backend.bulk_write(index.name, _ops(keys, run.pk), refresh=refresh)
    IndexRun.objects.filter(pk=run.pk).update(
        finished_at=clock.now(), written=result.written, stale=result.stale, failed=len(result.failed)
    )
    return result


def _ops(keys: Sequence[int], version: int) -> list[Op]:
    puts = [Put(document, version) for document in documents.build(keys)]
    there = {op.listing_id for op in puts}
    return [*puts, *(Delete(key, version) for key in keys if key not in there)]


@contextmanager
def lease(index: SearchIndex) -> Iterator[bool]:
    """The right to write an index, for a while; False when another process has it."""
    now = clock.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    mine = bool(SearchIndex.objects.filter(free, pk=index.pk).update(leased_until=now + LEASE))
    try:
        yield mine
    finally:
        if mine:
            SearchIndex.objects.filter(pk=index.pk).update(leased_until=None)


# Drift


@dataclass(frozen=True, slots=True)
class Drift:
    """Where an index and the database differ, by listing id. What is pending is not drift."""

    missing: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    compared: int = 0

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.extra)

    def summary(self) -> dict[str, int]:
        """Counts, for logs and pages."""
        return {k: v if isinstance(v, int) else len(v) for k, v in asdict(self).items()}


def compare(
    index: SearchIndex, backend: Backend, *, window: int = 5000, progress: Progress | None = None
) -> Drift:
    """Walk both sides in order of id and compare row versions; `progress` hears how many of how many."""
    total = documents.count_on_sale() if progress else 0
    missing: list[int] = []
    stale: list[int] = []
    extra: list[int] = []
    compared, after = 0, 0
    while True:
        rows = documents.row_versions(after, window)
        held = backend.versions(index.name, after, window)
        if not rows and not held:
            break
        # Both sides are complete up to the smaller of the two ends.
        ends = [part[-1][0] for part in (rows, held) if len(part) == window]
        stop = min(ends) if ends else max(part[-1][0] for part in (rows, held) if part)
        here = {key: version for key, version in rows if key <= stop}
        there = {key: version for key, version in held if key <= stop}
        missing += [key for key in here if key not in there]
        extra += [key for key in there if key not in here]
        stale += [key for key, version in here.items() if there.get(key, version) != version]
        compared += len(here)
        after = stop
        if progress:
            progress(compared, max(total, compared))
    waiting = set(index.pending.values_list("listing_id", flat=True))
    return Drift(
        missing=tuple(k for k in missing if k not in waiting),
        stale=tuple(k for k in stale if k not in waiting),
        extra=tuple(k for k in extra if k not in waiting),
        compared=compared,
    )


def _live_index(engine: str) -> SearchIndex:
    index = SearchIndex.objects.filter(engine=engine, state=State.LIVE).first()
    if index is None:
        raise EngineError(f"{engine} has no live index")
    return index


def live_drift(engine: str, *, progress: Progress | None = None) -> Drift:
    """Compare the live index with the database and change nothing.

    Raises EngineError when the engine is away or has no live index.
    """
    return compare(_live_index(engine), backends()[engine], progress=progress)


def mend_drift(engine: str) -> Drift:
    """Compare the live index with the database, write what differs, and return what had differed.

    Raises EngineError when the engine is away or has no live index.
    """
    backend = backends()[engine]
    index = _live_index(engine)
    found = compare(index, backend)
    if found.count:
        log.warning("search_drift", index=str(index), **found.summary())
        note_changes([*found.missing, *found.stale, *found.extra], only=index)
        flush(index, backend)
    return found


def purge() -> dict[str, int]:
    """Forget tombstones and run rows older than a week. Returns counts by engine."""
    edge = clock.now() - timedelta(days=TOMBSTONE_DAYS)
    purged = {}
    for index in SearchIndex.objects.filter(state=State.LIVE, engine__in=backends()):
        last = index.runs.filter(started_at__lt=edge).order_by("-pk").values_list("pk", flat=True).first()
        if last is not None:
            purged[index.engine] = backends()[index.engine].purge(index.name, last)
            index.runs.filter(pk__lt=last).delete()
    return purged


def oldest_pending_seconds() -> float:
    """Age of the oldest change some live index does not have yet; 0 when all are true."""
    first = (
        PendingChange.objects.filter(index__state=State.LIVE)
        .order_by("since")
        .values_list("since", flat=True)
    )
    moment = first.first()
    return (clock.now() - moment).total_seconds() if moment else 0.0
