"""Writes on both engines: versions order them, tombstones keep the dead dead, going live is one step."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context

import pytest

from search.backends.embedded import EmbeddedBackend
from search.backends.interface import Backend, EngineError, IndexMissing, SearchRequest
from search.backends.operations import Delete, Op, Put, Written

from .corpus import document


def put(version: int, title: str, listing_id: int = 1) -> Put:
    return Put(document(listing_id, "", title, row_version=version), version)


def words(backend: Backend, q: str) -> list[int]:
    return backend.search(SearchRequest(q=q, mend=False)).ids


def test_there_is_nothing_before_there_is_an_index(engine: Backend) -> None:
    assert engine.live() is None
    with pytest.raises(IndexMissing):
        engine.search(SearchRequest())
    with pytest.raises(EngineError):
        engine.publish("none")


def test_a_late_write_does_not_win(engine: Backend) -> None:
    engine.create("a")
    engine.publish("a")
    assert engine.bulk_write("a", [put(5, "alpha")]) == Written(written=1)
    assert engine.bulk_write("a", [put(4, "beta")]) == Written(stale=1)
    assert words(engine, "alpha") == [1]
    assert words(engine, "beta") == []
    assert engine.bulk_write("a", [put(5, "gamma")]) == Written(written=1)
    assert engine.bulk_write("a", [put(6, "delta")]) == Written(written=1)
    assert (words(engine, "gamma"), words(engine, "delta")) == ([], [1])
    assert engine.search(SearchRequest()).total == 1


def test_within_a_batch_the_newest_wins(engine: Backend) -> None:
    engine.create("a")
    engine.publish("a")
    batch: list[Op] = [put(7, "seven"), put(9, "nine"), put(8, "eight"), put(1, "other", 2), Delete(2, 3)]
    assert engine.bulk_write("a", batch).written == 2
    assert words(engine, "nine") == [1]
    assert engine.search(SearchRequest()).ids == [1]


def test_the_dead_stay_dead(engine: Backend) -> None:
    engine.create("a")
    engine.publish("a")
    engine.bulk_write("a", [put(1, "alpha"), put(1, "beta", 2)])
    assert engine.bulk_write("a", [Delete(1, 3), Delete(99, 3)]).written == 2
    assert engine.bulk_write("a", [put(2, "alpha")]) == Written(stale=1)
    assert engine.search(SearchRequest()).ids == [2]
    assert words(engine, "alpha") == []
    stats = engine.stats("a")
    assert (stats.documents, stats.tombstones) == (1, 2)
    assert engine.purge("a", 3) == 0
    assert engine.purge("a", 4) == 2
    assert engine.stats("a").tombstones == 0
    engine.bulk_write("a", [put(4, "alpha")])
    assert words(engine, "alpha") == [1]


def test_row_versions_are_listed_in_order(engine: Backend) -> None:
    engine.create("a")
    engine.bulk_write("a", [put(3, "x", key) for key in (5, 2, 9, 40)] + [Delete(7, 3)])
    assert engine.versions("a", 0, 3) == [(2, 3), (5, 3), (9, 3)]
    assert engine.versions("a", 9, 3) == [(40, 3)]
    assert engine.versions("a", 40, 3) == []


def test_unfinished_writes_are_there_after_the_last_one(engine: Backend) -> None:
    engine.create("a")
    for key in range(1, 8):
        engine.bulk_write("a", [put(1, "x", key)], refresh=False)
    engine.bulk_write("a", [], refresh=True)
    assert engine.stats("a").documents == 7


def test_going_live_is_one_step_and_old_ones_can_go(engine: Backend) -> None:
    engine.create("a")
    engine.bulk_write("a", [put(1, "old")])
    engine.publish("a")
    assert engine.live() == "a"
    engine.create("b")
    engine.bulk_write("b", [put(1, "new")])
    assert words(engine, "old") == [1]
    engine.publish("b")
    assert engine.live() == "b"
    assert (words(engine, "old"), words(engine, "new")) == ([], [1])
    with pytest.raises(EngineError):
        engine.drop("b")
    assert engine.indexes() == ["a", "b"]
    engine.drop("a")
    engine.drop("a")
    assert engine.indexes() == ["b"]
    assert words(engine, "new") == [1]


def test_nothing_to_write_is_nothing(engine: Backend) -> None:
    engine.create("a")
    assert engine.bulk_write("a", []) == Written()


def _write_from_elsewhere(backend: EmbeddedBackend, version: int) -> None:
    """In a forked process: what the parent had open is not used there."""
    for key in range(1, 6):
        backend.bulk_write("a", [put(version, f"v{version}", key), put(1, "own", 100 * version + key)])


def test_processes_take_turns_at_one_index(engine_maker: Callable[[str], Backend]) -> None:
    backend = engine_maker("embedded")
    assert isinstance(backend, EmbeddedBackend)
    backend.create("a")
    backend.publish("a")
    assert backend.search(SearchRequest()).total == 0
    fork = get_context("fork")
    writers = [fork.Process(target=_write_from_elsewhere, args=(backend, v)) for v in (3, 4, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    assert backend.search(SearchRequest()).total == 5 + 15
    assert sorted(words(backend, "v4")) == [1, 2, 3, 4, 5]
    assert words(backend, "v3") == words(backend, "v2") == []


def test_a_folder_that_is_no_index_is_an_engine_error(engine_maker: Callable[[str], Backend]) -> None:
    backend = engine_maker("embedded")
    assert isinstance(backend, EmbeddedBackend)
    backend.create("a")
    backend.publish("a")
    for path in (backend.folder / "a").iterdir():
        path.unlink()
    with pytest.raises(EngineError):
        EmbeddedBackend(backend.folder).search(SearchRequest())


def test_pages_over_a_long_tie_share_and_miss_nothing(engine: Backend) -> None:
    """Equal scores come by id, however far the tie goes beyond a page."""
    engine.create("a")
    engine.publish("a")
    keys = [key * 37 % 1_009 for key in range(1, 700)]
    engine.bulk_write("a", [put(1, "alpha", key) for key in keys[:300]])
    engine.bulk_write("a", [put(1, "alpha", key) for key in keys[300:]])
    pages = [
        engine.search(SearchRequest(q="alpha", mend=False, offset=offset, limit=60)).ids
        for offset in range(0, 720, 60)
    ]
    assert [key for page in pages for key in page] == sorted(keys)
