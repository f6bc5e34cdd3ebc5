"""`go.py bench indexing`: how fast listings become searchable, beside Elasticsearch's own `_bulk`.

A million demo listings with their variants and ladders lie in PostgreSQL. Raw is the same documents, already
serialized, sent to `_bulk` by one or two workers over kept connections, 500 in a call. Ours reads them from
the database, builds and prepares them, and writes them, with one process or two. Both ways take turns. Then
both engines are rebuilt whole; each rebuild is killed with SIGKILL on its way, run again as soon as what it
held is free, and compared with the database.
"""

import argparse
import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import psutil

from benchmarks import _servers
from benchmarks._measure import conclude, table
from benchmarks._servers import ROOT, Yard, run, yard
from tools.console import step
from tools.processes import Child, wait_for
from tools.servers import elasticsearch

GOALS: dict[str, tuple[str, float]] = {
    "one_worker_vs_raw": (">=", 0.6),
    "two_workers_vs_raw": (">=", 0.75),
    "queries_per_500": ("<=", 4),
    "peak_mb": ("<=", 300),
    "embedded_per_second": (">=", 15_000),
    "lost_by_kill": ("<=", 0),
}
_WARM = 20_000
_KILLED_AT = 0.3
_LEASE = 300.0


@dataclass
class Place:
    """Where it is measured: environment of the site and address of Elasticsearch."""

    yard: Yard
    env: dict[str, str]
    url: str

    def do(self, *argv: str) -> dict[str, float]:
        """One of the ways of `_indexing`, in a process of its own."""
        told = run([sys.executable, "-m", "benchmarks._indexing", *argv], self.env)
        result: dict[str, float] = json.loads(told.strip().splitlines()[-1])
        return result


def main(argv: list[str]) -> int:
    """Measure; 0 when all goals are met."""
    parser = argparse.ArgumentParser(prog="go.py bench indexing", description=__doc__)
    parser.add_argument("--listings", type=int, default=1_000_000)
    parser.add_argument("--documents", type=int, default=60_000, help="written in each turn (60,000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder in which the listings stay for another run")
    options = parser.parse_args(argv)
    with yard(options.keep) as ground:
        place = prepare(ground, options.listings)
        rounds = _take_turns(place, options.documents, options.rounds)
        embedded = place.do("fill", "embedded", str(options.documents), "2")
        whole = {engine: _rebuild_killed(place, engine, options.listings) for engine in whole_engines()}
    return _tell(rounds, embedded, whole)


def whole_engines() -> tuple[str, ...]:
    """The engines that are rebuilt whole."""
    return ("elasticsearch", "embedded")


def prepare(ground: Yard, listings: int) -> Place:
    """Elasticsearch and PostgreSQL with so many listings; no index in a new folder."""
    database = _servers.new_database(ground, "ours")
    elasticsearch.install()
    with step("Starting Elasticsearch with 2 GiB"):
        url = elasticsearch.start(ground.children, ground.folder / "elasticsearch", heap="2g")
    env = _servers.production_environment(ground.folder / "var", database, DATABASE_TIMEOUTS="0")
    env["ELASTICSEARCH_URL"] = url
    place = Place(ground, env, url)
    with step(f"Making {listings:,} listings"):
        run([sys.executable, "manage.py", "migrate", "-v0"], env)
        if place.do("count")["listings"] != listings:
            place.do("seed", str(listings))
            database.settle()
    return place


def _take_turns(place: Place, documents: int, rounds: int) -> dict[str, list[dict[str, float]]]:
    folder = place.yard.folder / "bodies"
    with step(f"Serializing {documents:,} documents"):
        place.do("serialize", str(documents), str(folder))
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    _raw(place, bodies[: _WARM // 500], 2)
    found: dict[str, list[dict[str, float]]] = {"raw1": [], "ours1": [], "raw2": [], "ours2": []}
    for number in range(rounds):
        for workers in (1, 2):
            with step(f"Round {number + 1}, {workers} at work"):
                found[f"raw{workers}"].append({"per_second": _raw(place, bodies, workers)})
                ours = place.do("fill", "elasticsearch", str(documents), str(workers))
                found[f"ours{workers}"].append(ours)
    return found


def _raw(place: Place, bodies: list[bytes], workers: int) -> float:
    """Documents a second by `_bulk` alone, into an index made as ours is."""
    name = f"raw-{time.time_ns()}"
    make = (
        "import django; django.setup(); from search.backends.serving import backends;"
        f" backends()['elasticsearch'].create({name!r})"
    )
    run([sys.executable, "-c", make], place.env)
    where = urlsplit(place.url)
    full = next(key for key in _call(place, "GET", "/_aliases") if key.endswith(name))

    def send(mine: list[bytes]) -> int:
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=120)
        sent = 0
        for body in mine:
            kind = {"Content-Type": "application/x-ndjson"}
            connection.request("POST", f"/{full}/_bulk", body, kind)
            answer = json.loads(connection.getresponse().read())
            if answer["errors"]:
                raise RuntimeError(f"Elasticsearch refused documents: {answer['items'][0]}")
            sent += len(answer["items"])
        connection.close()
        return sent

    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        sent = sum(pool.map(send, [bodies[i::workers] for i in range(workers)]))
    _call(place, "POST", f"/{full}/_refresh")
    rate = sent / (time.perf_counter() - started)
    _call(place, "DELETE", f"/{full}")
    return rate


def _call(place: Place, method: str, path: str) -> Any:
    where = urlsplit(place.url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=120)
    connection.request(method, path)
    return json.loads(connection.getresponse().read())


def _rebuild_killed(place: Place, engine: str, listings: int) -> dict[str, float]:
    """Rebuild a whole index, killed once: documents a second after that, memory, what differs in the end."""
    with step(f"Rebuilding {engine} whole, killed once"):
        _start(place, engine, kill_at=int(listings * _KILLED_AT))
        ends: list[_End] = []

        def ended() -> bool:
            end = _start(place, engine)
            ends.extend([end] if end else [])
            return bool(ends)

        wait_for(f"The lease of the killed rebuild of {engine}", ended, patience=_LEASE)
    seconds, peak = ends[0]
    said = run([sys.executable, "manage.py", "search_drift", "--engine", engine], place.env)
    rate = listings * (1 - _KILLED_AT) / seconds
    return {"per_second": rate, "peak_mb": peak, "drift": _differing(said, listings)}


def _differing(said: str, listings: int) -> float:
    """How many listings the report names as missing, stale or too many, and how many it did not see."""
    counts = {name: int(n.replace(",", "")) for name, n in re.findall(r"(\w+) ([\d,]+)", said)}
    return counts["missing"] + counts["stale"] + counts["extra"] + abs(listings - counts["compared"])


class _End(NamedTuple):
    """Of a rebuild that has ended: how long it took, and the largest of its processes."""

    seconds: float
    peak_mb: float


def _start(place: Place, engine: str, kill_at: int = 0) -> _End | None:
    """Run the rebuild, to its end or until so many documents are kept.

    None when the one that was killed still holds the index: its lease lasts two minutes.
    """
    argv = [sys.executable, "manage.py", "rebuild_search", "--engine", engine, "--processes", "2"]
    log = place.yard.folder / f"rebuild-{engine}-{kill_at}.log"
    started, peak = time.perf_counter(), 0.0
    child = place.yard.children.start(f"rebuild {engine}", argv, log=log, env=place.env, cwd=ROOT)
    while not _ends_within(child, seconds=1):
        peak = max(peak, _largest(child))
        if kill_at and _kept(place, engine) >= kill_at:
            child.process.send_signal(signal.SIGKILL)
            child.process.wait()
            return _End(time.perf_counter() - started, peak)
    if child.process.returncode and "Not rebuilt" in child.tail() and not kill_at:
        return None
    if child.process.returncode or kill_at:
        raise RuntimeError(f"The rebuild ended too soon or badly:\n{child.tail()}")
    return _End(time.perf_counter() - started, peak)


def _ends_within(child: Child, seconds: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(timeout=seconds)
    return child.process.returncode is not None


def _largest(child: Child) -> float:
    try:
        root = psutil.Process(child.process.pid)
        return max(p.memory_info().rss for p in (root, *root.children(recursive=True))) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def _kept(place: Place, engine: str) -> int:
    """How many documents an unfinished rebuild would not have to write again."""
    ask = (
        "import django; django.setup(); from search.models import SearchIndex;"
        f" unfinished = SearchIndex.objects.filter(engine={engine!r}, state='building');"
        " print(sum(unfinished.values_list('documents', flat=True)))"
    )
    return int(run([sys.executable, "-c", ask], place.env).strip().splitlines()[-1])


def _tell(
    rounds: dict[str, list[dict[str, float]]], embedded: dict[str, float], whole: dict[str, dict[str, float]]
) -> int:
    rates = {way: statistics.median(r["per_second"] for r in found) for way, found in rounds.items()}
    rows: list[tuple[Any, ...]] = [
        ("raw _bulk, one worker", round(rates["raw1"]), ""),
        ("ours, one process", round(rates["ours1"]), round(rounds["ours1"][0]["peak_mb"])),
        ("raw _bulk, two workers", round(rates["raw2"]), ""),
        ("ours, two processes", round(rates["ours2"]), round(rounds["ours2"][0]["peak_mb"])),
        ("embedded, two processes", round(embedded["per_second"]), round(embedded["peak_mb"])),
    ]
    rows += [
        (f"{engine}, whole, killed once", round(found["per_second"]), round(found["peak_mb"]))
        for engine, found in whole.items()
    ]
    table(rows, ("way", "documents per second", "largest process, MB"))
    pairs = {n: list(zip(rounds[f"ours{n}"], rounds[f"raw{n}"], strict=True)) for n in (1, 2)}
    ratios = {
        n: statistics.median(ours["per_second"] / raw["per_second"] for ours, raw in found)
        for n, found in pairs.items()
    }
    figures = {
        "one_worker_vs_raw": ratios[1],
        "two_workers_vs_raw": ratios[2],
        "queries_per_500": rounds["ours1"][0]["queries_per_part"],
        "peak_mb": max(found["peak_mb"] for found in whole.values()),
        "embedded_per_second": embedded["per_second"],
        "lost_by_kill": sum(found["drift"] for found in whole.values()),
        "raw_one_per_second": rates["raw1"],
        "raw_two_per_second": rates["raw2"],
    }
    return conclude("indexing", figures, GOALS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
