"""`go.py bench search`: a results page beside the raw call of Elasticsearch, among a million listings.

Raw is what the page itself asks of Elasticsearch, every call and byte of it, sent again over a kept
connection: so it returns the same hits and counts. Pages and suggestions come from our web processes over
HTTP, with the page cache off, at 300 pieces with all facets. Ours and raw take turns. Engine times are those
of the engines alone with six facets; growth is a selective question on 10,000 and on all listings; changes
go through the outbox, the broker and the worker.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks import indexing
from benchmarks._measure import conclude, table
from benchmarks._servers import ROOT, Site, run, serve_ours, yard
from tools.console import Failure, step
from tools.processes import wait_for
from tools.servers import packages, redis

GOALS: dict[str, tuple[str, float]] = {
    "page_vs_raw": ("<=", 2.0),
    "page_p95_vs_p50": ("<=", 3.0),
    "throughput_vs_raw": (">=", 0.5),
    "suggest_vs_raw": ("<=", 1.6),
    "growth": ("<=", 4.0),
    "changed_p95_ms": ("<=", 2_000.0),
    "embedded_p50_ms": ("<=", 15.0),
    "embedded_p99_ms": ("<=", 50.0),
    "elasticsearch_p50_ms": ("<=", 30.0),
    "elasticsearch_p99_ms": ("<=", 150.0),
    "answers_by_the_other_engine": ("<=", 0),
}
_SMALL = 10_000
_CLIENTS = 8
_TYPED = ("cot", "sock", "棉", "手", "mia", "tote b", "swim", "glo", "leather sh", "睫毛")
Ask = Callable[[http.client.HTTPConnection, Any], None]


def main(argv: list[str]) -> int:
    """Measure; 0 when all goals are met."""
    parser = argparse.ArgumentParser(prog="go.py bench search", description=__doc__)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="folder in which listings and indexes stay for another run")
    options = parser.parse_args(argv)
    figures: dict[str, float] = {}
    with yard(options.keep) as ground:
        place = indexing.prepare(ground, options.listings)
        run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], place.env)
        for engine in ("embedded", "elasticsearch"):
            with step(f"Building the index of {engine}"):
                rebuild = ["rebuild_search", "--engine", engine, "--missing", "--processes", "2"]
                run([sys.executable, "manage.py", *rebuild], place.env)
        for engine in ("embedded", "elasticsearch"):
            with step(f"Asking {engine} with six facets"):
                took = _do(place, "engine", engine, str(options.rounds))
                figures |= {f"{engine}_{name}_ms": value for name, value in took.items()}
        figures |= _pages(place, options.rounds)
        with step(f"Asking selectively among {_SMALL:,} and among all"):
            sizes = _do(place, "growth", str(_SMALL), str(options.rounds))
            figures["growth"] = sizes["whole"] / sizes["small"]
        figures |= _changes(place)
    table([(name, value) for name, value in figures.items()], (f"{options.listings:,} listings", ""))
    return conclude("search", figures, GOALS)


def _do(place: indexing.Place, *argv: str) -> dict[str, Any]:
    told = run([sys.executable, "-m", "benchmarks._searching", *argv], place.env)
    result: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return result


def _pages(place: indexing.Place, rounds: int) -> dict[str, float]:
    pages = _do(place, "capture")["pages"]
    empty = [page["path"] for page in pages if not page["total"]]
    if empty:
        raise Failure(f"Pages without results measure nothing: {empty}")
    site = serve_ours(place.yard, place.env, None, workers=2, page_cache=0, LOG_LEVEL="WARNING")
    raw = urlsplit(place.url)
    ours_at, raw_at = ("127.0.0.1", site.port), (str(raw.hostname), int(raw.port or 0))
    with step("Reading what a running site has in memory"):
        paths = [page["path"] for page in pages]
        wait_for("Elasticsearch behind every page", lambda: not _failing(site, paths), patience=300)
    failed = _failures(site)
    with step("Results pages, in turns"):
        page, bare = _in_turns(
            (ours_at, _page, [p["path"] for p in pages]),
            (raw_at, _calls, [p["calls"] for p in pages]),
            rounds,
        )
    with step(f"Results pages, {_CLIENTS} clients at once"):
        many = _throughput(ours_at, _page, [p["path"] for p in pages], rounds)
        most = _throughput(raw_at, _calls, [p["calls"] for p in pages], rounds)
    suggestion = _suggestions(place, site, rounds)
    return {
        "page_ms": statistics.median(page),
        "raw_ms": statistics.median(bare),
        "page_vs_raw": statistics.median(page) / statistics.median(bare),
        "page_p95_vs_p50": _percentile(page, 0.95) / statistics.median(page),
        "pages_per_second": many,
        "throughput_vs_raw": many / most,
        **suggestion,
        "answers_by_the_other_engine": _failures(site) - failed,
    }


def _failures(site: Site) -> int:
    """How often Elasticsearch did not answer in time, so that the embedded engine did."""
    return site.child.log.read_text(errors="replace").count("search_engine_failed")


def _failing(site: Site, paths: Sequence[str]) -> bool:
    """Ask for all pages once; whether Elasticsearch failed in any."""
    before = _failures(site)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    for path in paths:
        _page(connection, path)
    return _failures(site) > before


def _suggestions(place: indexing.Place, site: Site, rounds: int) -> dict[str, float]:
    """Suggestions over HTTP beside the calls they make of Elasticsearch."""
    told = _do(place, "capture_suggestions", *_TYPED)["typed"]
    raw = urlsplit(place.url)
    with step("Suggestions, in turns"):
        ours, bare = _in_turns(
            (
                ("127.0.0.1", site.port),
                _page,
                [f"/en/find/suggest/?q={quote(t)}&quantity=300" for t in _TYPED],
            ),
            ((str(raw.hostname), int(raw.port or 0)), _calls, [t["calls"] for t in told]),
            rounds,
        )
    return {
        "suggest_ms": statistics.median(ours),
        "suggest_vs_raw": statistics.median(ours) / statistics.median(bare),
    }


def _page(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path, headers={"Host": "localhost", "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")


def _calls(connection: http.client.HTTPConnection, calls: Sequence[dict[str, Any]]) -> None:
    for call in calls:
        body = json.dumps(call["body"]) if call["body"] is not None else None
        connection.request(call["method"], call["target"], body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        json.loads(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{call['target']}: {answer.status}")


Way = tuple[tuple[str, int], Ask, Sequence[Any]]


def _in_turns(first: Way, second: Way, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each question of both ways, one after the other; a first round warms."""
    ways = [(http.client.HTTPConnection(*at, timeout=60), ask, what) for at, ask, what in (first, second)]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for place in range(len(first[2])):
            for (connection, ask, what), found in zip(ways, times, strict=True):
                started = time.perf_counter()
                ask(connection, what[place])
                if number:
                    found.append(1000 * (time.perf_counter() - started))
    return times


def _throughput(at: tuple[str, int], ask: Ask, what: Sequence[Any], rounds: int) -> float:
    """Questions a second with several clients at once."""

    def client(number: int) -> int:
        connection = http.client.HTTPConnection(*at, timeout=60)
        for turn in range(rounds * len(what) // _CLIENTS):
            ask(connection, what[(number * 7 + turn) % len(what)])
        return rounds * len(what) // _CLIENTS

    with ThreadPoolExecutor(_CLIENTS) as pool:
        started = time.perf_counter()
        asked = sum(pool.map(client, range(_CLIENTS)))
        return asked / (time.perf_counter() - started)


def _percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def _changes(place: indexing.Place) -> dict[str, float]:
    if redis.missing():
        packages.install(["redis-server"])
    broker = redis.start(place.yard.children, place.yard.folder / "redis")
    place.env["BROKER_URL"] = broker
    log = place.yard.folder / "worker.log"
    argv = ["-m", "celery", "-A", "marketplace", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    child = place.yard.children.start(
        "worker", [sys.executable, *argv], log=log, env={**place.env, "LOG_LEVEL": "INFO"}, cwd=ROOT
    )
    wait_for("The worker", lambda: " ready." in log.read_text(errors="replace"), child, patience=60)
    with step("200 changes a second"):
        took = _do(place, "changes", "200", "20")
    return {
        "changed_p50_ms": took["p50"],
        "changed_p95_ms": took["p95"],
        "changes_per_second": took["per_second"],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
