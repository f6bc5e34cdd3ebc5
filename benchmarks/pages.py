"""`go.py bench pages`: what our busiest pages cost beside Oscar's and stock Wagtail's, with their databases.

Everyone runs under gunicorn with one worker, debugging off, compiled templates and database connections kept,
a PostgreSQL server each. Ours is asked with its page cache off, then with it on. Addresses are asked in turn,
so that nothing is cheap only because it was just shown.
"""

import argparse
import http.client
import json
import re
import sys
import urllib.request
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks import _peers
from benchmarks._measure import Subject, conclude, interleave, ratio, table
from benchmarks._servers import Site, count_queries, prepare_ours, serve_ours, yard

# What ours has to reach: times cheaper than the peer, queries, and CPU ms of a page from the page cache.
GOALS = {
    "search_vs_oscar": (">=", 3.0),
    "category_vs_oscar": (">=", 3.0),
    "listing_vs_oscar": (">=", 2.5),
    "portal_vs_wagtail": (">=", 1.9),
    "search_queries": ("<=", 8),
    "category_queries": ("<=", 8),
    "listing_queries": ("<=", 8),
    "portal_queries": ("<=", 15),
    "cached_ms": ("<=", 1.5),
    "cookies": ("<=", 0),
}
_WORDS = ("棉袜", "cotton socks", "手提包", "swimsuit", "手套", "hat", "睫毛", "shoes")
_TOWNS = ("zhuji-socks", "yiwu-small-goods", "huludao-swimwear", "baigou-bags", "wenzhou-shoes")
_PRODUCTS = tuple(f"/catalogue/socks-{n}_{n + 1}/" for n in range(90, 130))
_FULL_PAGE = 24
_LISTINGS = 120


@dataclass
class Counts:
    """What one kind of page asks the database, in process: most queries, and cookies set."""

    queries: int
    cookies: int


def main(argv: list[str]) -> int:
    """Run the comparison; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="go.py bench pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds")
    parser.add_argument("--requests", type=int, default=40, help="requests of each subject in a round")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 20 requests: rough figures")
    options = parser.parse_args(argv)
    if options.quick:
        options.rounds, options.requests = 3, 20
    with yard() as place:
        env, database = prepare_ours(place)
        uncached = serve_ours(place, env, database)
        cached = serve_ours(place, env, database, name="ours-cached", page_cache=3600)
        shop, window, bare = _peers.oscar(place), _peers.stock_wagtail(place), _peers.bare_django(place)
        ours = _our_pages(uncached)
        peers = {
            "oscar": shop.subject("Oscar: catalogue", "/catalogue/"),
            "oscar product": shop.subject("Oscar: product", *_PRODUCTS),
            "wagtail": window.subject("Wagtail: StreamField page", "/plain/"),
            "wagtail linked": window.subject("Wagtail: the same, 12 links", "/linked/"),
            "floor": bare.subject("Django: bare view", "/"),
        }
        kept = [_from_cache(cached, subject) for subject in ours.values()]
        counts = {name: _count(sys.executable, uncached, subject) for name, subject in ours.items()}
        counts |= {
            "oscar": _count(_peers.oscar_python(), shop, peers["oscar"]),
            "oscar product": _count(_peers.oscar_python(), shop, peers["oscar product"]),
            "wagtail": _count(sys.executable, window, peers["wagtail"]),
            "wagtail linked": _count(sys.executable, window, peers["wagtail linked"]),
        }
        interleave([*ours.values(), *peers.values(), *kept], rounds=options.rounds, requests=options.requests)
    return _tell({**ours, **peers}, kept, counts)


def _our_pages(site: Site) -> dict[str, Subject]:
    """Our subjects by name. The addresses of goods and categories are those the site itself links to."""
    shown = "".join(_fetch(site, f"/find/?q={quote(word)}&sort=newest") for word in _WORDS)
    listings = list(dict.fromkeys(re.findall(r'href="(/listings/[a-z0-9]+/)"', shown)))[:_LISTINGS]
    pages = [_fetch(site, f"/{town}/find/") for town in _TOWNS]
    slugs = list(dict.fromkeys(re.findall(r"category=([a-z0-9-]+)", "".join(pages))))
    categories = [path for path in (f"/find/?category={slug}" for slug in slugs) if _is_full(site, path)]
    words = [path for path in (f"/find/?q={quote(word)}" for word in _WORDS) if _is_full(site, path)]
    if min(len(listings), len(categories), len(words)) < 4:
        raise RuntimeError("The demo's goods fill too few pages to measure.")
    return {
        "search": site.subject("Ours: search, 24 cards", *words),
        "category": site.subject("Ours: category, 24 cards", *categories[:8]),
        "listing": site.subject("Ours: listing", *listings),
        "portal": site.subject("Ours: portal", *(f"/{town}/" for town in _TOWNS)),
    }


def _fetch(site: Site, path: str) -> str:
    with urllib.request.urlopen(f"http://localhost:{site.port}{path}", timeout=60) as answer:
        return str(answer.read().decode())


def _is_full(site: Site, path: str) -> bool:
    return _fetch(site, path).count('<article class="card"') == _FULL_PAGE


def _from_cache(site: Site, uncached: Subject) -> Subject:
    """The same addresses, to be answered by the page cache."""
    subject = site.subject(uncached.name.replace("Ours", "Ours, kept"), *uncached.paths[:40])
    connection = subject.connect()
    for _path in subject.paths:
        subject.get(connection)
    connection.close()
    subject.check = _is_hit
    return subject


def _is_hit(answer: http.client.HTTPResponse) -> None:
    if answer.headers.get("X-Page-Cache") != "hit" or "Set-Cookie" in answer.headers:
        raise RuntimeError("A page that should have come from the page cache did not.")


def _count(python: str, site: Site, subject: Subject) -> Counts:
    told = json.loads(count_queries(python, site.env, subject.paths[:8])).values()
    wrong = [page["status"] for page in told if page["status"] != 200]
    if wrong:
        raise RuntimeError(f"{subject.name}: answered {wrong}")
    return Counts(max(page["queries"] for page in told), sum(page["cookies"] for page in told))


def _tell(subjects: dict[str, Subject], kept: list[Subject], counts: dict[str, Counts]) -> int:
    floor = subjects["floor"].median_ms
    rows = [
        (
            s.name, s.median_ms, s.median_database_ms, s.median_ms / floor,
            counts[name].queries if name in counts else "", round(s.size / 1000),
        )
        for name, s in [*subjects.items(), *((s.name, s) for s in kept)]
    ]  # fmt: skip
    table(rows, ("page", "CPU ms", "in database", "× bare view", "queries", "KB"))
    ours = ("search", "category", "listing", "portal")
    figures = {
        "search_vs_oscar": ratio(subjects["oscar"], subjects["search"]),
        "category_vs_oscar": ratio(subjects["oscar"], subjects["category"]),
        "listing_vs_oscar": ratio(subjects["oscar product"], subjects["listing"]),
        "portal_vs_wagtail": ratio(subjects["wagtail"], subjects["portal"]),
        "portal_vs_wagtail_with_links": ratio(subjects["wagtail linked"], subjects["portal"]),
        **{f"{name}_queries": float(counts[name].queries) for name in ours},
        **{f"{name}_ms": subjects[name].median_ms for name in ours},
        "cached_ms": max(s.median_ms for s in kept),
        "cookies": float(sum(counts[name].cookies for name in ours)),
        "floor_ms": floor,
    }
    return conclude("pages", figures, GOALS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
