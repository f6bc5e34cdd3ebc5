"""Elasticsearch dead, mute, slow or empty: the embedded engine answers, in time, and everything converges."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from marketplace.core import clock
from search import indexing, rebuilding
from search.backends import serving
from search.backends.interface import EngineError, SearchRequest
from search.models import PendingChange, SearchIndex
from search.rebuilding import ensure_indexes, rebuild
from tests.factories.catalog import make_listing

from .conftest import drop_all, elasticsearch_backend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_index")]


class Mute:
    """A server that takes connections and never answers, and counts them."""

    def __init__(self) -> None:
        self.taken: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._socket.close()
        for one in self.taken:
            one.close()
        self._thread.join(5)


@pytest.fixture
def mute() -> Iterator[Mute]:
    server = Mute()
    yield server
    server.close()


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def use(settings: Settings, url: str | None, prefix: str = "absent") -> None:
    """Name another Elasticsearch, as after a restart of the process."""
    settings.ELASTICSEARCH_URL = url
    settings.SEARCH_INDEX_PREFIX = prefix
    serving.forget()


def test_dead_elasticsearch_is_served_for(settings: Settings) -> None:
    listing = make_listing(title_en="Cotton crew socks")
    rebuild("embedded")
    use(settings, closed_port())
    for _ in range(8):
        result = serving.search(SearchRequest(q="mianwa"))
        assert result.ids == [listing.pk]
        assert (result.engine, result.degraded) == ("embedded", True)
    remote = serving.elasticsearch()
    assert remote is not None
    assert remote[1].is_open


def test_mute_elasticsearch_costs_a_second_five_times_and_then_nothing(
    settings: Settings, mute: Mute
) -> None:
    listing = make_listing()
    rebuild("embedded")
    use(settings, mute.url)
    settings.SEARCH_REQUEST_TIMEOUT = 0.4
    spent = []
    for _ in range(9):
        started = time.perf_counter()
        assert serving.search(SearchRequest()).ids == [listing.pk]
        spent.append(time.perf_counter() - started)
    assert len(mute.taken) == 5
    assert max(spent) < 2.5
    assert sum(spent[5:]) < sum(spent[:5]) / 2


def test_no_engine_at_all_says_so(settings: Settings) -> None:
    use(settings, closed_port())
    with pytest.raises(EngineError):
        serving.search(SearchRequest())


def test_what_elasticsearch_missed_waits_and_the_embedded_one_goes_on(settings: Settings) -> None:
    listing = make_listing(title_en="Cotton crew socks")
    rebuild("embedded")
    use(settings, closed_port())
    away = SearchIndex.objects.create(
        name="x", engine="elasticsearch", schema=indexing.SCHEMA, state=SearchIndex.State.LIVE
    )
    late = make_listing(factory=listing.factory, title_en="Wool scarf", title_zh="羊毛围巾")
    indexing.note_changes([late.pk])
    started = time.perf_counter()
    assert indexing.flush_all() == 1
    assert time.perf_counter() - started < 5
    assert serving.search(SearchRequest(q="scarf")).ids == [late.pk]
    assert list(PendingChange.objects.values_list("index_id", "listing_id")) == [(away.pk, late.pk)]


def test_a_mute_elasticsearch_does_not_hold_up_writing(settings: Settings, mute: Mute) -> None:
    listing = make_listing()
    rebuild("embedded")
    use(settings, mute.url)
    settings.SEARCH_REQUEST_TIMEOUT = 0.4
    index = SearchIndex.objects.create(
        name="x", engine="elasticsearch", schema=indexing.SCHEMA, state=SearchIndex.State.LIVE
    )
    indexing.note_changes([listing.pk])
    started = time.perf_counter()
    assert indexing.flush_all() == 1
    assert indexing.flush_all() == 0
    assert time.perf_counter() - started < 5
    index.refresh_from_db()
    assert index.last_error
    assert (len(mute.taken), index.pending.count()) == (1, 1)


@pytest.fixture
def remote(settings: Settings) -> Iterator[str]:
    """The site with the test server's Elasticsearch, in indexes of this test. Gives the prefix."""
    prefix = f"s{time.time_ns():x}"
    use(settings, os.environ["CHANDI_TEST_ELASTICSEARCH_URL"], prefix)
    settings.SEARCH_REQUEST_TIMEOUT = 15
    settings.SEARCH_CONNECT_TIMEOUT = 5
    yield prefix
    drop_all(elasticsearch_backend(prefix))


@pytest.mark.services
def test_both_engines_are_kept_and_elasticsearch_serves(remote: str) -> None:
    listing = make_listing(title_en="Cotton crew socks")
    ensure_indexes()
    result = serving.search(SearchRequest(q="棉袜"))
    assert (result.engine, result.degraded, result.ids) == ("elasticsearch", False, [listing.pk])
    late = make_listing(factory=listing.factory, title_en="Wool scarf", title_zh="羊毛围巾")
    indexing.note_changes([late.pk])
    assert indexing.flush_all() == 2
    for backend in serving.backends().values():
        assert backend.search(SearchRequest(q="scarf")).ids == [late.pk]
    for index in SearchIndex.objects.all():
        assert indexing.compare(index, serving.backends()[index.engine]).count == 0


@pytest.mark.services
def test_after_an_outage_it_learns_what_it_missed(remote: str, settings: Settings) -> None:
    listing = make_listing(title_en="Cotton crew socks")
    ensure_indexes()
    url = settings.ELASTICSEARCH_URL
    use(settings, closed_port(), remote)
    late = make_listing(factory=listing.factory, title_en="Wool scarf", title_zh="羊毛围巾")
    indexing.note_changes([late.pk])
    assert indexing.flush_all() == 1
    assert serving.search(SearchRequest(q="scarf")).degraded
    use(settings, url, remote)
    assert serving.search(SearchRequest(q="scarf")).total == 0
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert indexing.flush_all() == 1
    assert serving.search(SearchRequest(q="scarf")).ids == [late.pk]
    assert PendingChange.objects.count() == 0


@pytest.mark.services
def test_elasticsearch_rebuild_keeps_answering_and_swaps(
    remote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_listing(title_en="Cotton crew socks")
    others = [make_listing(factory=first.factory) for _ in range(6)]
    rebuild("embedded")
    old = rebuild("elasticsearch")
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    new_ids: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        assert serving.search(SearchRequest()).total == 7
        if done == 4:
            new_ids.append(make_listing(factory=first.factory).pk)
            indexing.note_changes(new_ids)

    index = rebuild("elasticsearch", progress=meanwhile)
    assert index.name != old.name
    assert serving.search(SearchRequest()).total == len(others) + 2
    backend = serving.backends()["elasticsearch"]
    assert (backend.live(), len(backend.indexes())) == (index.name, 2)


@pytest.mark.services
def test_an_index_deleted_by_hand_is_served_for_and_made_anew(remote: str) -> None:
    listing = make_listing()
    ensure_indexes()
    drop_all(elasticsearch_backend(remote))
    assert serving.search(SearchRequest()).degraded
    ensure_indexes()
    assert (serving.search(SearchRequest()).degraded, serving.search(SearchRequest()).ids) == (
        False,
        [listing.pk],
    )
