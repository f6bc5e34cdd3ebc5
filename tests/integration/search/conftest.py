"""Both engines, each with the same market in it, in an index of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from pytest_django import Settings

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from search.backends import serving
from search.backends.embedded import EmbeddedBackend
from search.backends.interface import Backend
from search.backends.operations import Put
from tests.factories.companies import make_user

from .corpus import MARKET
from .keeping import make_two_towns

ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.services)]


def elasticsearch_backend(prefix: str, *, shards: int = 1) -> Backend:
    """The engine on the test server, patient enough for a busy machine."""
    from search.backends.elasticsearch import ElasticsearchBackend  # only where the server is

    url = os.environ["CHANDI_TEST_ELASTICSEARCH_URL"]
    return ElasticsearchBackend(url, prefix=prefix, connect_timeout=5, request_timeout=20, shards=shards)


def drop_all(backend: Backend) -> None:
    """Leave nothing on the server."""
    if backend.name == "elasticsearch":
        for index in backend.indexes():
            backend.client.indices.delete(index=f"{backend.alias}-{index}")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def engine_maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Backend]]:
    """A function engine name → a new empty engine; "sharded" is Elasticsearch, an index in three parts."""
    made: list[Backend] = []

    def make(name: str) -> Backend:
        if name == "embedded":
            folder: Path = tmp_path_factory.mktemp("index")
            made.append(EmbeddedBackend(folder))
        else:
            shards = 3 if name == "sharded" else 1
            made.append(elasticsearch_backend(f"t{token_hex(4)}", shards=shards))
        return made[-1]

    yield make
    for backend in made:
        drop_all(backend)


@pytest.fixture(scope="session", params=ENGINES)
def market(request: pytest.FixtureRequest, engine_maker: Callable[[str], Backend]) -> Backend:
    """An engine with the market in its live index; only read."""
    backend = engine_maker(request.param)
    backend.create("market")
    # Sparse documents first and in three commits, so that segments and sums are not the trivial ones.
    for part in (MARKET[20:], MARKET[:9], MARKET[9:20]):
        backend.bulk_write("market", [Put(document, 1) for document in part])
    backend.publish("market")
    return backend


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, engine_maker: Callable[[str], Backend]) -> Backend:
    """An empty engine of its own, to be written."""
    return engine_maker(request.param)


@pytest.fixture
def own_index(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The site's embedded engine in a folder of this test, Elasticsearch not configured."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.ELASTICSEARCH_URL = None
    serving.forget()
    yield
    serving.forget()


@pytest.fixture
def two_towns(own_index: None, db: None) -> dict[str, Listing]:
    """Socks of Zhuji and gloves of Taizhou by their towns' codes, on sale since yesterday, indexed."""
    return make_two_towns()


@pytest.fixture
def keeper(db: None) -> User:
    """Someone who keeps searches."""
    return make_user(email="keeper@example.test")
