"""Documents made ready for an engine, part by part in order of id: in this process, or in several.

Further processes are started anew, not forked: connections, threads and open indexes of this one are not
theirs. They end with it, also when it is killed.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain

from . import documents
from .backends.interface import Backend
from .backends.operations import Prepared, Put
from .backends.serving import backends
from .indexing import chunks
from .processes import begin

_STRETCH = 40  # parts whose ids and common facts are read at once
_AHEAD = 2  # parts per process that are prepared before they are wanted


@dataclass(frozen=True, slots=True)
class Part:
    """Some listings on sale, ready to be written; `last` is the highest id looked at."""

    prepared: list[Prepared]
    last: int


def parts_of(backend: Backend, version: int, *, after: int, size: int, processes: int) -> Iterator[Part]:
    """All listings on sale above an id, `size` at a time, in order."""
    if processes > 1:
        yield from _by_many(backend.name, version, after, size, processes)
        return
    for stretch in _stretches(after, size):
        # Read once: of what is renamed or certified meanwhile the listings are noted, and written again.
        known = documents.known_of(stretch)
        for keys in chunks(stretch, size):
            yield Part(_prepare(backend, keys, version, known), keys[-1])


def _stretches(after: int, size: int) -> Iterator[list[int]]:
    while keys := documents.ids_on_sale(after, size * _STRETCH):
        yield keys
        after = keys[-1]


def _prepare(
    backend: Backend, keys: list[int], version: int, known: documents.Known | None = None
) -> list[Prepared]:
    return [backend.prepare(Put(document, version)) for document in documents.build(keys, known)]


def _by_many(engine: str, version: int, after: int, size: int, processes: int) -> Iterator[Part]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=begin) as pool:
        waiting: deque[tuple[int, Future[list[Prepared]]]] = deque()
        try:
            for keys in chain.from_iterable(chunks(part, size) for part in _stretches(after, size)):
                waiting.append((keys[-1], pool.submit(prepare_part, engine, keys, version)))
                if len(waiting) > _AHEAD * processes:
                    last, part = waiting.popleft()
                    yield Part(part.result(), last)
            while waiting:
                last, part = waiting.popleft()
                yield Part(part.result(), last)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def prepare_part(engine: str, keys: list[int], version: int) -> list[Prepared]:
    """In a further process: the listings' documents as the engine takes them."""
    prepared = _prepare(backends()[engine], keys, version)
    gc.collect(0)
    return prepared
