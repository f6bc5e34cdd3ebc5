"""Which engine answers: Elasticsearch where a URL names it and the breaker lets it, else the embedded one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import structlog
from django.conf import settings

from search.analysis.spelling import Vocabulary
from search.documents import ListingDocument

from .breaker import Breaker
from .embedded import EmbeddedBackend
from .interface import Backend, Capabilities, EngineError, SearchRequest, SearchResult
from .look_alikes import look_alikes

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")


@lru_cache(maxsize=8)
def _embedded(folder: str) -> EmbeddedBackend:
    return EmbeddedBackend(Path(folder))


@lru_cache(maxsize=8)
def _elasticsearch(url: str, prefix: str) -> tuple[Backend, Breaker]:
    from .elasticsearch import ElasticsearchBackend  # its client costs 40 MB, paid only where a URL names it

    backend = ElasticsearchBackend(
        url,
        prefix=prefix,
        api_key=settings.ELASTICSEARCH_API_KEY,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS,
        connect_timeout=settings.SEARCH_CONNECT_TIMEOUT,
        request_timeout=settings.SEARCH_REQUEST_TIMEOUT,
        shards=settings.ELASTICSEARCH_SHARDS,
        replicas=settings.ELASTICSEARCH_REPLICAS,
    )
    return backend, Breaker("elasticsearch")


def embedded() -> Backend:
    """The embedded engine."""
    return _embedded(str(settings.SEARCH_INDEX_DIR))


def elasticsearch() -> tuple[Backend, Breaker] | None:
    """Elasticsearch and its breaker, or None where no URL names it."""
    if not settings.ELASTICSEARCH_URL:
        return None
    return _elasticsearch(settings.ELASTICSEARCH_URL, settings.SEARCH_INDEX_PREFIX)


def backends() -> dict[str, Backend]:
    """All engines that are kept fresh, by name. The embedded one always is."""
    found: dict[str, Backend] = {"embedded": embedded()}
    remote = elasticsearch()
    if remote:
        found["elasticsearch"] = remote[0]
    return found


def _served(ask: Callable[[Backend], Answer]) -> tuple[Answer, bool]:
    """Ask the first engine that can answer; whether it was not the first choice. Raises EngineError when
    none can.
    """
    remote = elasticsearch()
    if remote is None:
        return ask(embedded()), False
    backend, breaker = remote
    if breaker.allows():
        started = time.perf_counter()
        try:
            answer = ask(backend)
        except EngineError as error:
            breaker.failed()
            log.warning("search_engine_failed", engine=backend.name, error=str(error))
        else:
            breaker.succeeded(time.perf_counter() - started)
            return answer, False
    return ask(embedded()), True


def search(request: SearchRequest) -> SearchResult:
    """Answer a question. `degraded` says that Elasticsearch was away; what is found is the same."""
    result, degraded = _served(
        lambda backend: look_alikes(backend, request) if request.picture else backend.search(request)
    )
    return replace(result, degraded=True) if degraded else result


def similar(like: ListingDocument, request: SearchRequest) -> SearchResult:
    """Listings like one, itself left out."""
    result, degraded = _served(lambda backend: backend.similar(like, request))
    return replace(result, degraded=True) if degraded else result


def capabilities() -> Capabilities:
    """What the engine of first choice can do; what serves in its stead says what it left out itself."""
    remote = elasticsearch()
    return (remote[0] if remote else embedded()).capabilities


def suggest(prefix: str, *, portal: str | None = None, limit: int = 8) -> list[tuple[str, int]]:
    """Completions of what is being typed."""
    return _served(lambda backend: backend.suggest(prefix, portal=portal, limit=limit))[0]


def vocabulary() -> Vocabulary:
    """Words of the index."""
    return _served(lambda backend: backend.vocabulary())[0]


def forget() -> None:
    """Drop what is kept of engines, between tests."""
    _embedded.cache_clear()
    _elasticsearch.cache_clear()
