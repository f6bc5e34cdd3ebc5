"""In our own environment: listings without an index, their documents serialized, stretches of a rebuild.

`python -m benchmarks._indexing count | seed LISTINGS | serialize COUNT FOLDER | fill ENGINE COUNT
PROCESSES`; the last line printed is one JSON object.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

_PART = 500


def _seed(listings: int) -> dict[str, float]:
    """The demo's towns and goods, rows only: no pages, no trade, no index."""
    from marketplace.demo.looks import known_looks
    from marketplace.demo.making import places, stock
    from marketplace.demo.seeding import RICH_LISTINGS, Wish, make_base
    from search.pictures.actions import describe_missing

    wish = Wish(listings=listings, history=False)
    make_base(wish)
    written = stock.write_listings(wish.seed, listings, rich=RICH_LISTINGS)
    places.cover_listings()
    # Else the first change of a listing would have all that share its picture read anew.
    describe_missing(tell=False, looks=known_looks())
    return {"listings": written}


def _count() -> dict[str, float]:
    from marketplace.catalog.models import Listing

    return {"listings": Listing.objects.count()}


def _serialize(count: int, folder: Path) -> dict[str, float]:
    """Write the bodies of `_bulk` calls for the first documents, each of 500, ready to be sent."""
    from search.backends.elasticsearch_schema import body_of
    from search.backends.operations import Put
    from search.documents import build, ids_on_sale

    folder.mkdir(parents=True, exist_ok=True)
    after, done, size = 0, 0, 0
    while done < count and (keys := ids_on_sale(after, _PART)):
        lines: list[str] = []
        for document in build(keys):
            action = {"_id": str(document.listing_id), "version": 1, "version_type": "external_gte"}
            lines += [
                json.dumps({"index": action}),
                json.dumps(body_of(Put(document, 1)), ensure_ascii=False),
            ]
        body = ("\n".join(lines) + "\n").encode()
        (folder / f"{done:09d}.ndjson").write_bytes(body)
        after, done, size = keys[-1], done + len(lines) // 2, size + len(body)
    return {"documents": done, "bytes_per_document": size / max(done, 1)}


def _fill(engine: str, count: int, processes: int) -> dict[str, float]:
    """The rebuild's own way over the first documents: read, prepared, written; measured from its first part.

    Starting further processes is left out: it takes three seconds whatever is written.
    """
    from search import preparing, rebuilding
    from search.backends.serving import backends

    backend = backends()[engine]
    name = f"bench-{time.time_ns()}"
    backend.create(name)
    done, started, first = 0, 0.0, 0
    with _queries() as asked, rebuilding._collecting_seldom():
        with rebuilding._Writer(backend, name, processes) as writer:
            for part in preparing.parts_of(backend, 1, after=0, size=_PART, processes=processes):
                if not started:
                    started, first = time.perf_counter(), len(part.prepared)
                writer.put(part)
                done += len(part.prepared)
                if done >= count:
                    break
            writer.commit()
            seconds = time.perf_counter() - started
        backend.drop(name)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "per_second": (done - first) / seconds,
        "queries_per_part": len(asked) * _PART / done,
        "peak_mb": peak / 1024,
    }


@contextmanager
def _queries() -> Iterator[list[str]]:
    """The statements this process sends, without those of transactions."""
    from django.db import connection

    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def main(argv: list[str]) -> None:
    """Do one of them."""
    django.setup()
    what, *rest = argv
    if what == "count":
        told = _count()
    elif what == "seed":
        told = _seed(int(rest[0]))
    elif what == "serialize":
        told = _serialize(int(rest[0]), Path(rest[1]))
    else:
        told = _fill(rest[0], int(rest[1]), int(rest[2]))
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
