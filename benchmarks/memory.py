"""`go.py bench memory`: what the web processes hold after ten thousand mixed requests, and whether it grows.

The site as `deploy/` runs it: a master that loads nothing, two workers forked from one loader, threads,
the libraries of the image and no others, the cache in Redis. Of each hundred steps of a client ninety read
(home, search, categories, listings, portals, sign-in, and a signed-in buyer's own pages), nine fill or look
at a basket, one places an order. Memory is the proportional set size of master and workers together, where a
shared page counts once.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from benchmarks._browser import Browser
from benchmarks._measure import conclude, pss_megabytes, table
from benchmarks._servers import ROOT, Site, Yard, prepare_ours, run, serve_ours, yard
from tools import environment
from tools.console import Failure, step
from tools.servers import packages, redis

GOALS: dict[str, tuple[str, float]] = {
    "pss_mb": ("<=", 260),
    "growth_percent": ("<=", 5),
    "worker_own_mb": ("<=", 70),
}
REQUESTS = 10_000
WORKERS = 2
CLIENTS = 4
_TOWNS = ("zhuji-socks", "yiwu-small-goods", "huludao-swimwear", "baigou-bags", "wenzhou-shoes")
_WORDS = ("棉袜", "cotton socks", "手提包", "swimsuit", "mianwa", "手套", "hat", "睫毛", "shoes", "无此物")
Step = Callable[[], None]


def main(argv: list[str]) -> int:
    """Run it; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="go.py bench memory", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    options = parser.parse_args(argv)
    with yard() as place:
        env, database = prepare_ours(place, history=False)
        told = run([sys.executable, "-m", "benchmarks._trade", str(CLIENTS), "3"], env)
        trade = json.loads(told.splitlines()[-1])
        if database:
            database.settle()
        extra = {"REDIS_URL": _redis(place), **_settings_of_the_image()}
        python = _production_python()
        site = serve_ours(place, env, database, workers=WORKERS, page_cache=5, python=python, **extra)
        rows = [(0, *_sizes(site))]
        readers = [_Reader(site, trade, number) for number in range(CLIENTS)]
        parts = 10
        with ThreadPoolExecutor(CLIENTS) as pool:
            for part in range(1, parts + 1):
                share = options.requests // parts // CLIENTS
                for done in [pool.submit(reader.ask, share) for reader in readers]:
                    done.result()
                rows.append((part * share * CLIENTS, *_sizes(site)))
    return _tell(rows)


def _redis(place: Yard) -> str:
    """The cache and its pages lie in Redis, as deployed, not in the web processes."""
    if redis.missing():
        packages.install(["redis-server"])
    lacking = redis.missing()
    if lacking:
        raise Failure(f"This measure needs {lacking}.")
    return redis.start(place.children, place.folder / "redis")


def _settings_of_the_image() -> dict[str, str]:
    """How the image sets up the C library's memory."""
    said = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    return dict(re.findall(r"(MALLOC_\w+)=(\S+)", said))


def _production_python() -> str:
    """The interpreter of an environment of what the image installs, made anew when the lock changes."""
    lock = ROOT / "requirements.lock"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    folder = environment.cache_folder() / f"production-{digest[:12]}"
    python = str(folder / "bin" / "python")
    if not (folder / "complete").exists():
        with step("Installing what the image installs"):
            env = environment.child_environment()
            run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], env)
            uv = [str(environment.VENV / "bin" / "uv"), "pip", "install", "--quiet", "--require-hashes"]
            run([*uv, "--compile-bytecode", "-p", python, "-r", str(lock)], env)
            (folder / "complete").touch()
    return python


def _sizes(site: Site) -> tuple[float, float]:
    """MB of all processes by PSS; and the most that a worker has for itself: what a further one would add."""
    workers = psutil.Process(site.pid).children()
    return pss_megabytes(site.pid), max(_own_megabytes(worker.pid) for worker in workers)


def _own_megabytes(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(found) for found in re.findall(r"Private_\w+: +(\d+)", text)) / 1024


class _Reader:
    """One client that keeps to the mixture: ninety reads, nine baskets, one order of each hundred."""

    def __init__(self, site: Site, trade: Any, number: int) -> None:
        self._guest, self._buyer = Browser(site.port), Browser(site.port)
        self._buyer.get("/en/account/login/")
        who = {"login": trade["buyers"][number], "password": trade["password"]}
        self._buyer.post("/en/account/login/", who)
        self._goods = cycle(trade["goods"])
        shown = "".join(self._guest.get(f"/find/?q={quote(word)}").text for word in _WORDS)
        self._listings = list(dict.fromkeys(re.findall(r'href="(/listings/[a-z0-9]+/)"', shown)))
        self._steps = self._mixture(number)

    def ask(self, requests: int) -> None:
        """So many further requests of the mixture."""
        for _ in range(requests):
            next(self._steps)()

    def _mixture(self, number: int) -> Iterator[Step]:
        reads = self._reads(number)
        while True:
            # Five times something is added, four times the basket is looked at, then all of it is ordered.
            yield self._add
            yield self._basket
            for _ in range(3):
                yield from (next(reads) for _ in range(15))
                yield self._add
                yield self._basket
            yield from (next(reads) for _ in range(45))
            yield self._add
            yield self._check_out

    def _reads(self, number: int) -> Iterator[Step]:
        """A walk through everything that is only read, begun at another place by each client."""
        places = cycle(self._paths())
        for _ in range(37 * number):
            next(places)
        for browser, path in places:
            yield partial(self._read, browser, path)

    @staticmethod
    def _read(browser: Browser, path: str) -> None:
        browser.follow(browser.get(path))

    def _paths(self) -> list[tuple[Browser, str]]:
        paths = ["/", "/en/", "/account/login/", "/en/account/signup/", "/about/terms/", "/clusters/"]
        paths += [
            f"{where}/{town}/{page}" for town in _TOWNS for where in ("", "/en") for page in ("", "find/")
        ]
        paths += [f"/find/?q={quote(word)}&sort={sort}" for word in _WORDS for sort in ("price", "newest")]
        paths += [f"/find/?q={quote(word)}&page={page}" for word in _WORDS[:4] for page in (2, 3)]
        guest = [(self._guest, path) for path in [*paths, *self._listings]]
        mine = ["/en/orders/", "/en/finance/", "/en/inbox/", "/basket/", "/en/", *self._listings[:20]]
        return [*guest, *((self._buyer, path) for path in mine)]

    def _add(self) -> None:
        good = next(self._goods)
        grid = {f"q_{variant}": pieces for variant, pieces in good["quantities"].items()}
        self._buyer.post("/en/basket/add/", {"listing": good["listing"], **grid})

    def _basket(self) -> None:
        self._buyer.get("/en/basket/")

    def _check_out(self) -> None:
        page = self._buyer.get("/en/checkout/")
        form = {name: page.field(name) for name in ("cart", "version", "key", "expected_total")}
        form |= {"payment": "net-60", "note": "", "ship_name": "Li Hua", "ship_phone": "+86 571 1"}
        self._buyer.follow(
            self._buyer.post("/en/checkout/", {**form, "ship_address": "1 Market Road, Hangzhou"})
        )


def _tell(rows: list[tuple[int, float, float]]) -> int:
    table(rows, ("steps", "MB in all", "own MB of a worker"))
    sizes = {steps: size for steps, size, _own in rows}
    last = max(sizes)
    half = min(sizes, key=lambda steps: abs(steps - last / 2))
    figures = {
        "pss_mb": sizes[last],
        "pss_mb_most": max(sizes.values()),
        "pss_mb_started": sizes[0],
        # what the most in the second half is above its beginning
        "growth_percent": 100
        * (max(size for steps, size in sizes.items() if steps >= half) / sizes[half] - 1),
        "worker_own_mb": rows[-1][2],
        "requests": float(last),
    }
    return conclude("memory", figures, GOALS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
