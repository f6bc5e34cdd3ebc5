"""In our own environment: import a judged set, index it in every engine, and ask each query as a page does.

`python -m benchmarks._asking FOLDER OUT [--demo]`, on a migrated database of its own: with `--demo` it holds
the demo, and products go by their style number. OUT gets engine → split → variant → query → product ids.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import django

from benchmarks import _variants
from benchmarks._judged import JudgedSet, Split

DEPTH = 100
_HAN_VARIANTS: dict[str, Callable[[str], str]] = {
    "pinyin": _variants.in_pinyin,
    "traditional": _variants.in_traditional,
    "full_width": _variants.in_full_width,
}


def variants_of(split: Split) -> dict[str, dict[str, str]]:
    """The queries of a split in every way they are asked. Chinese sets get Chinese ways, others a slip."""
    plain = split.queries
    ways = {"clean": plain, "as_typed": plain}
    han = sum(_variants.HAN_RUN.search(query) is not None for query in plain.values())
    if han * 2 > len(plain):
        return ways | {
            name: {key: change(query) for key, query in plain.items()}
            for name, change in _HAN_VARIANTS.items()
        }
    return ways | {"slip": {key: _variants.with_a_slip(query) or query for key, query in plain.items()}}


def _demo_products() -> dict[int, str]:
    from marketplace.catalog.models import Listing

    rows = Listing.objects.values_list("pk", "attributes")
    return {key: next(row["zh"][1] for row in said if row["key"] == "style") for key, said in rows}


def _ask_all(
    queries: dict[str, str], products: dict[int, str], engine: str, *, mend: bool
) -> dict[str, list[str]]:
    from search.backends.interface import SearchRequest
    from search.queries import ask

    found = {}
    for key, query in queries.items():
        result = ask(SearchRequest(q=query, limit=DEPTH, mend=mend))
        if result.engine != engine:
            raise RuntimeError(f"{result.engine} answered for {engine}")
        found[key] = [products[listing] for listing in result.ids]
    return found


def main() -> None:
    """Import or take the demo, index, ask, and write what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    django.setup()
    from django.conf import settings

    from benchmarks._catalogue import import_products
    from search.backends.serving import backends
    from search.rebuilding import rebuild

    # Figures of relevance must not depend on how busy the machine is.
    settings.SEARCH_CONNECT_TIMEOUT, settings.SEARCH_REQUEST_TIMEOUT = 10.0, 60.0
    judged = JudgedSet(options.folder)
    products = _demo_products() if options.demo else import_products(judged.products())
    engines = list(backends())
    for engine in engines:
        rebuild(engine)
    remote = settings.ELASTICSEARCH_URL
    told: dict[str, dict[str, dict[str, dict[str, list[str]]]]] = {}
    for engine in engines:
        settings.ELASTICSEARCH_URL = remote if engine == "elasticsearch" else None
        told[engine] = {
            split.name: {
                name: _ask_all(queries, products, engine, mend=name != "as_typed")
                for name, queries in variants_of(split).items()
            }
            for split in judged.splits()
        }
    options.out.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
