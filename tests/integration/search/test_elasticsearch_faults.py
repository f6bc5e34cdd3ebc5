"""A genuine Elasticsearch killed, started again, made read-only, slowed, given a wrong mapping.

The site answers in time, nothing is lost, and the index comes right by itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from marketplace.core import clock
from search import indexing, rebuilding
from search.backends import serving
from search.backends.elasticsearch import ElasticsearchBackend
from search.backends.interface import EngineError, SearchRequest
from search.models import PendingChange, SearchIndex
from tests.factories.catalog import make_listing
from tools.processes import Child, Children, free_port, wait_for
from tools.servers import elasticsearch

pytestmark = [pytest.mark.services, pytest.mark.django_db, pytest.mark.usefixtures("own_index")]
BUDGET = 3.0  # seconds: connecting, one answer too late, and the page itself on a busy machine


@dataclass
class Node:
    """An Elasticsearch of these tests, which may be killed."""

    children: Children
    folder: Path
    port: int
    child: Child | None = None

    def start(self) -> str:
        self.child, url = elasticsearch.launch(self.children, self.folder, port=self.port, heap="256m")
        return url

    def kill(self) -> None:
        """At once and without warning, with all that it started."""
        assert self.child is not None
        os.killpg(self.child.process.pid, signal.SIGKILL)
        self.child.process.wait()

    def settle(self) -> None:
        """Wait until its indexes can be read again: it answers a while before that."""
        backend = _remote()
        wait_for("Elasticsearch's indexes", lambda: _answers(backend), patience=60)


def _answers(backend: ElasticsearchBackend) -> bool:
    try:
        backend.search(SearchRequest())
    except EngineError:
        return False
    return True


def _remote() -> ElasticsearchBackend:
    backend = serving.backends()["elasticsearch"]
    assert isinstance(backend, ElasticsearchBackend)
    return backend


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    folder = Path(tempfile.mkdtemp(prefix="chandi-elasticsearch-"))
    folder.chmod(0o755)  # it runs as a user of its own
    children = Children()
    found = Node(children, folder / "elasticsearch", free_port())
    found.start()
    yield found
    children.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def prefix(node: Node, settings: Settings) -> str:
    """The site with that Elasticsearch, patient as in production, under a prefix of the test's own."""
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{node.port}"
    settings.SEARCH_INDEX_PREFIX = f"t{token_hex(4)}"
    settings.PAGE_CACHE_SECONDS = 0
    serving.forget()
    return str(settings.SEARCH_INDEX_PREFIX)


def _page(client: Client, words: str) -> str:
    """A results page, within its budget."""
    started = time.perf_counter()
    answer = client.get("/en/find/", {"q": words})
    assert time.perf_counter() - started < BUDGET
    assert answer.status_code == 200
    return answer.content.decode()


def _converged() -> None:
    """What waited is written, and neither index differs from the database."""
    with clock.at(clock.now() + timedelta(minutes=5)):
        indexing.flush_all()
    assert not PendingChange.objects.exists()
    for row in SearchIndex.objects.filter(state=SearchIndex.State.LIVE):
        assert indexing.compare(row, serving.backends()[row.engine]).count == 0
    assert set(SearchIndex.objects.filter(state="live").values_list("engine", flat=True)) == {
        "embedded",
        "elasticsearch",
    }


def test_killed_and_back(node: Node, prefix: str, client: Client) -> None:
    first = make_listing(title_en="Cotton crew socks")
    for engine in ("embedded", "elasticsearch"):
        rebuilding.rebuild(engine)
    assert serving.search(SearchRequest(q="crew")).engine == "elasticsearch"
    node.kill()
    for _ in range(7):
        assert "Cotton crew socks" in _page(client, "crew")
    assert serving.search(SearchRequest(q="crew")).degraded
    late = make_listing(factory=first.factory, title_en="Wool scarf", title_zh="羊毛围巾")
    indexing.note_changes([late.pk])
    indexing.flush_all()
    assert "Wool scarf" in _page(client, "scarf")
    assert PendingChange.objects.get().index.engine == "elasticsearch"
    node.start()
    # Half-way up it refuses or knows no index yet; whatever it says, pages are answered.
    assert "Wool scarf" in _page(client, "scarf")
    node.settle()
    # Left alone for a while, tried with one request, taken back: all by itself.
    back = lambda: not serving.search(SearchRequest(q="crew")).degraded  # noqa: E731
    wait_for("Elasticsearch to be asked again", back, patience=90)
    _converged()
    assert serving.search(SearchRequest(q="scarf")).ids == [late.pk]


def test_killed_during_a_rebuild(
    node: Node, prefix: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_listing(title_en="Cotton crew socks")
    others = [make_listing(factory=first.factory) for _ in range(7)]
    for engine in ("embedded", "elasticsearch"):
        rebuilding.rebuild(engine)
    old = _remote().live()
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    monkeypatch.setattr(rebuilding, "COMMIT_EVERY", 2)

    def half_way(done: int, total: int) -> None:
        if done == 4:
            node.kill()

    with pytest.raises(EngineError):
        rebuilding.rebuild("elasticsearch", progress=half_way)
    assert "Cotton crew socks" in _page(client, "crew")
    new = make_listing(factory=first.factory, title_en="Wool scarf")
    indexing.note_changes([new.pk])
    node.start()
    node.settle()
    unfinished = SearchIndex.objects.get(engine="elasticsearch", state=SearchIndex.State.BUILDING)
    assert unfinished.cursor > 0
    went_on: list[int] = []
    done = rebuilding.rebuild("elasticsearch", progress=lambda done, total: went_on.append(done))
    assert done.pk == unfinished.pk
    assert went_on[0] > 2, "what had been written was written again from the start"
    assert _remote().live() == done.name != old
    assert _remote().search(SearchRequest()).total == len(others) + 2
    serving.forget()
    _converged()


def test_read_only_as_when_its_disk_is_full(node: Node, prefix: str, client: Client) -> None:
    first = make_listing(title_en="Cotton crew socks")
    for engine in ("embedded", "elasticsearch"):
        rebuilding.rebuild(engine)
    remote = _remote()

    def block(value: bool | None) -> None:
        settings = {"index.blocks.read_only_allow_delete": value}
        remote.client.indices.put_settings(index=remote.alias, settings=settings)

    block(True)
    late = make_listing(factory=first.factory, title_en="Wool scarf")
    indexing.note_changes([late.pk])
    indexing.flush_all()
    waiting = PendingChange.objects.get()
    assert (waiting.index.engine, waiting.tries) == ("elasticsearch", 1)
    assert waiting.error
    assert "Cotton crew socks" in _page(client, "crew")
    block(None)
    _converged()
    assert _remote().search(SearchRequest(q="scarf")).ids == [late.pk]


def test_a_wrong_mapping_is_served_for_and_a_rebuild_mends_it(
    node: Node, prefix: str, client: Client
) -> None:
    make_listing(title_en="Cotton crew socks")
    rebuilding.rebuild("embedded")
    wrong = rebuilding.rebuild("elasticsearch")
    remote = _remote()
    full = f"{remote.alias}-{wrong.name}"
    remote.client.indices.delete(index=full)
    mappings = {"dynamic": "strict", "properties": {"id": {"type": "keyword"}}}
    remote.client.indices.create(index=full, mappings=mappings, aliases={remote.alias: {}})
    serving.forget()  # another process, or this one half a minute later
    assert "Cotton crew socks" in _page(client, "crew")
    assert serving.search(SearchRequest(q="crew")).degraded
    late = make_listing(title_en="Wool scarf")
    indexing.note_changes([late.pk])
    indexing.flush_all()
    assert PendingChange.objects.get().error
    with clock.at(clock.now() + timedelta(minutes=1)):
        made = rebuilding.ensure_indexes()  # as every minute
    assert [index.engine for index in made] == ["elasticsearch"]
    serving.forget()
    _converged()
    assert serving.search(SearchRequest(q="scarf")).engine == "elasticsearch"


class Slow:
    """Passes everything on to a server, each of its answers after a while."""

    def __init__(self, url: str, seconds: float) -> None:
        parts = urlsplit(url)
        self._there = (str(parts.hostname), int(parts.port or 0))
        self.seconds = seconds
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                taken = self._socket.accept()[0]
            except OSError:
                return
            there = socket.create_connection(self._there)
            for source, sink, pause in ((taken, there, 0.0), (there, taken, self.seconds)):
                threading.Thread(target=self._pass, args=(source, sink, pause), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket, pause: float) -> None:
        still = threading.Event()
        with suppress(OSError):
            while data := source.recv(65536):
                still.wait(pause)
                sink.sendall(data)
        for one in (source, sink):
            one.close()

    def close(self) -> None:
        self._socket.close()


def test_slow_by_two_seconds_counts_as_away(
    node: Node, prefix: str, client: Client, settings: Settings
) -> None:
    make_listing(title_en="Cotton crew socks")
    for engine in ("embedded", "elasticsearch"):
        rebuilding.rebuild(engine)
    slow = Slow(settings.ELASTICSEARCH_URL, 2.0)
    settings.ELASTICSEARCH_URL = slow.url
    serving.forget()
    try:
        for _ in range(8):
            assert "Cotton crew socks" in _page(client, "crew")
        remote = serving.elasticsearch()
        assert remote is not None
        assert remote[1].is_open
        started = time.perf_counter()
        assert serving.search(SearchRequest(q="crew")).degraded
        assert time.perf_counter() - started < 0.5
    finally:
        slow.close()
