"""In our own environment, beside a running Elasticsearch: what the search benchmark asks of our code.

`python -m benchmarks._searching capture | capture_suggestions TEXT… | engine ENGINE ROUNDS | growth COUNT
ROUNDS | changes RATE SECONDS`; the last line printed is one JSON object.
"""

import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import django

QUANTITY = 300
WORDS = (
    "棉袜", "cotton socks", "mianwa", "手提包", "canvas tote bag", "泳衣", "swimsuit women", "睫毛",
    "mink lashes", "手套", "nitrile gloves", "童装", "children dress", "女鞋", "leather shoes",
    "收纳盒", "desk organiser", "盲盒", "acrylic keychain", "假发", "中筒袜", "wool socks winter",
    "沙滩裤", "帆布包 定制",
)  # fmt: skip
_FACETS = 6


def _noted() -> list[dict[str, Any]]:
    """A list that every call of Elasticsearch from now on is added to."""
    from elastic_transport import Transport

    calls: list[dict[str, Any]] = []
    whole = Transport.perform_request

    def noting(self: Any, method: str, target: str, *, body: Any = None, **others: Any) -> Any:
        calls.append({"method": method, "target": target, "body": body})
        return whole(self, method, target, body=body, **others)

    Transport.perform_request = noting  # type: ignore[method-assign]
    return calls


def capture_suggestions(*typed: str) -> dict[str, Any]:
    """Per text typed, every call of Elasticsearch that its suggestions make."""
    from django.conf import settings
    from django.test import Client

    settings.PAGE_CACHE_SECONDS = 0
    calls = _noted()
    client, found = Client(HTTP_HOST="localhost"), []
    for text in typed:
        for _ in range(2):  # the first fills what is kept
            calls.clear()
            client.get("/en/find/suggest/", {"q": text, "quantity": QUANTITY})
        if not calls:
            raise RuntimeError(f"the suggestions for {text!r} ask nothing of Elasticsearch")
        found.append({"text": text, "calls": [dict(call) for call in calls]})
    return {"typed": found}


def capture() -> dict[str, Any]:
    """Per page of results at 300 pieces, its address and every call it makes of Elasticsearch."""
    from django.http import QueryDict
    from django.utils import translation

    from search.backends import serving
    from search.forms import read_address
    from search.queries import search_listings

    calls = _noted()
    pages = []
    with translation.override("en"):
        for words in WORDS:
            params = QueryDict(mutable=True)
            params.update({"q": words, "quantity": str(QUANTITY)})
            for attempt in range(20):
                calls.clear()
                found = search_listings(read_address(params))
                if found.result.degraded:  # the index is still being read into memory
                    serving.forget()
                elif attempt:  # the first reads the vocabulary too
                    break
            pages.append(
                {"path": f"/en/find/?{params.urlencode()}", "calls": [dict(c) for c in calls],
                 "total": found.total}
            )  # fmt: skip
    return {"pages": pages}


def engine(name: str, rounds: int) -> dict[str, float]:
    """The engine's own milliseconds for a page of 24 at 300 pieces with six facets, no count kept."""
    from search.backends.interface import Facet, SearchRequest
    from search.backends.serving import backends
    from search.offers import MOQ_STEPS, PRICE_BANDS, SHIP_STEPS

    backend = backends()[name]
    facets = (Facet.CLUSTER, Facet.CATEGORY, Facet.PRICE, Facet.MOQ, Facet.SHIPS, Facet.FEATURE)
    asked = SearchRequest(
        quantity=QUANTITY, facets=facets[:_FACETS], price_bands=PRICE_BANDS, moq_steps=MOQ_STEPS,
        ships_steps=SHIP_STEPS, price_access=("all",),
    )  # fmt: skip
    took: list[float] = []
    for number in range(rounds + 1):
        for words in WORDS:
            # Counts are kept for a question, and one asked at another moment is another question.
            request = asked.but(q=words, now=number)
            result = backend.search(request) if number else _first(backend.search, request)
            if number:
                took.append(float(str(result.trace.get("engine_ms", result.took_ms))))
    return _spread(took)


def _first(search: Callable[[Any], Any], request: Any) -> Any:
    """The first answer of an engine that has not read its index into memory yet: as often as it takes."""
    from search.backends.interface import EngineError

    for _ in range(20):
        with suppress(EngineError):
            return search(request)
    return search(request)


def _spread(took: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[int(0.95 * (len(ordered) - 1))],
        "p99": ordered[int(0.99 * (len(ordered) - 1))],
    }


def growth(count: int, rounds: int) -> dict[str, float]:
    """Selective questions on an index of the first so many listings and on the whole: wall ms, in turns."""
    from django.conf import settings

    from marketplace.catalog.models import Listing
    from search import preparing
    from search.backends.elasticsearch import ElasticsearchBackend
    from search.backends.interface import SearchRequest
    from search.backends.serving import backends

    whole = backends()["elasticsearch"]
    small = ElasticsearchBackend(settings.ELASTICSEARCH_URL, prefix="bench-small", request_timeout=10)
    name = str(time.time_ns())
    small.create(name)
    written = 0
    for part in preparing.parts_of(small, 1, after=0, size=500, processes=1):
        small.bulk_write(name, part.prepared, refresh=False)
        written += len(part.prepared)
        if written >= count:
            break
    small.publish(name)
    keys = list(Listing.objects.order_by("pk").values_list("pk", flat=True)[: count : count // 40])
    titles = [
        t.rsplit(" ", 1)[-1] for t in Listing.objects.filter(pk__in=keys).values_list("title_en", flat=True)
    ]
    times: dict[str, list[float]] = {"small": [], "whole": []}
    for number in range(rounds + 1):
        for title in titles:
            for which, backend in (("small", small), ("whole", whole)):
                started = time.perf_counter()
                request = SearchRequest(q=title, quantity=QUANTITY, mend=False)
                result = backend.search(request) if number else _first(backend.search, request)
                if not result.total:
                    raise RuntimeError(f"{title!r} finds nothing in the {which} index")
                if number:
                    times[which].append(1000 * (time.perf_counter() - started))
    return {which: statistics.median(found) for which, found in times.items()}


def changes(rate: int, seconds: int) -> dict[str, float]:
    """Listings change so often a second; how long, in ms, until every tenth is in Elasticsearch as changed.

    A worker with its relay has to be running; what it takes from commit on is all measured.
    """
    from django.db import transaction
    from django.db.models import F

    from marketplace.catalog.models import Listing
    from marketplace.core import outbox
    from search.backends.serving import backends

    backend = backends()["elasticsearch"]
    live = backend.live()
    if live is None:
        raise RuntimeError("Elasticsearch has no live index")
    keys = list(
        Listing.objects.filter(state="published").order_by("?").values_list("pk", flat=True)[: rate * 5]
    )
    waiting: dict[int, tuple[int, float]] = {}
    took: list[float] = []
    done = threading.Event()
    watcher = threading.Thread(
        target=_watch, args=(lambda k: backend.versions(live, k - 1, 1), waiting, took, done)
    )
    watcher.start()
    begun, dice = time.perf_counter(), random.Random(7)
    for tick in range(10 * seconds):
        chosen = dice.sample(keys, rate // 10)
        with transaction.atomic():
            Listing.objects.filter(pk__in=chosen).update(version=F("version") + 1)
            rows = list(Listing.objects.filter(pk__in=chosen).values_list("pk", "version"))
            outbox.publish_many([("listing.changed", {"listing": k}, f"{k}:{v}") for k, v in rows])
        if rows[0][0] not in waiting:
            waiting[rows[0][0]] = (rows[0][1], time.perf_counter())
        done.wait(max(0.0, begun + (tick + 1) / 10 - time.perf_counter()))
    spent = time.perf_counter() - begun
    done.set()
    watcher.join()
    return {**_spread(took), "seen": len(took), "per_second": 10 * seconds * (rate // 10) / spent}


def _watch(
    version_of: Callable[[int], list[tuple[int, int]]],
    waiting: dict[int, tuple[int, float]],
    took: list[float],
    done: threading.Event,
) -> None:
    """Look for each that waits until it is there; for a minute longer than changes are made."""
    until, pause = None, threading.Event()
    while waiting or not done.is_set():
        if done.is_set():
            until = until or time.perf_counter() + 60
            if time.perf_counter() > until:
                took += [60_000.0] * len(waiting)
                return
        for key, (version, since) in list(waiting.items()):
            held = version_of(key)
            if held and held[0][0] == key and held[0][1] >= version:
                took.append(1000 * (time.perf_counter() - since))
                del waiting[key]
        pause.wait(0.02)


def main(argv: list[str]) -> None:
    """Do one of them."""
    django.setup()
    what, *rest = argv
    ways: dict[str, Callable[..., Any]] = {
        "capture": capture,
        "capture_suggestions": capture_suggestions,
        "engine": lambda name, rounds: engine(name, int(rounds)),
        "growth": lambda count, rounds: growth(int(count), int(rounds)),
        "changes": lambda rate, seconds: changes(int(rate), int(seconds)),
    }
    print(json.dumps(ways[what](*rest)))


if __name__ == "__main__":
    main(sys.argv[1:])
