"""Lines of the log become rows. A file that is read twice, or by two workers, counts once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.core.ids import is_public_id
from search.models import LogChoice, SearchClick, SearchEvent

from . import spool
from .spool import Line

log = structlog.get_logger(__name__)
BATCH = 500
# A page from the cache may be told of before the page itself; so often it waits for it.
MOST_TRIES = 5


def ingest(*, settle: float = spool.SETTLE_SECONDS) -> int:
    """Take waiting lines into the database; how many there were."""
    written = 0
    for path, lines in spool.take(settle=settle):
        for start in range(0, len(lines), BATCH):
            written += _write(lines[start : start + BATCH])
        path.unlink(missing_ok=True)
    return written


def _write(lines: Sequence[Line]) -> int:
    chosen = _without_refusals(lines)
    with transaction.atomic():
        searches = [row for line in chosen if (row := _event(line)) is not None]
        SearchEvent.objects.bulk_create(searches, ignore_conflicts=True)
        again = _shown_again([line for line in chosen if line.get("kind") == "again"])
        opened = [line for line in chosen if line.get("kind") == "click"]
        # Who opened something has seen the page, also where a proxy in front answered for us.
        SearchEvent.objects.bulk_create([*again, *_shown_again(opened)], ignore_conflicts=True)
        clicks = _clicks(opened)
        SearchClick.objects.bulk_create(clicks, ignore_conflicts=True)
        _name_companies(clicks)
    return len(searches) + len(again) + len(clicks)


def _without_refusals(lines: Sequence[Line]) -> list[Line]:
    """Without those of people who chose not to be kept."""
    people = {line["user"] for line in lines if line.get("user")}
    refused = set(LogChoice.objects.filter(user_id__in=people).values_list("user_id", flat=True))
    return [line for line in lines if line.get("user") not in refused or not line.get("user")]


def _stamp(line: Line) -> dict[str, Any]:
    at = datetime.fromisoformat(line["at"])
    return {
        "query_id": line["id"],
        "visitor": line["visitor"],
        "at": at,
        "day": clock.business_date(at),
        "company_id": line.get("company"),
    }


def _event(line: Line) -> SearchEvent | None:
    if line.get("kind") != "search":
        return None
    return SearchEvent(
        **_stamp(line),
        q=line["q"],
        locale=line["locale"],
        portal=line["portal"],
        filters=line["filters"],
        quantity=line["quantity"],
        engine=line["engine"],
        degraded=line["degraded"],
        took_ms=line["took"],
        total=line["total"],
        corrected=line["corrected"],
        relaxed=line["relaxed"],
        first=line["first"],
        shown=line["shown"],
    )


def _shown_again(lines: Sequence[Line]) -> list[SearchEvent]:
    """Copies of searches for further visitors; what is not known yet goes back to wait."""
    known: dict[str, SearchEvent] = {
        row.query_id: row for row in SearchEvent.objects.filter(query_id__in={line["id"] for line in lines})
    }
    rows = []
    for line in lines:
        source = known.get(line["id"])
        if source is None:
            _wait(line)
            continue
        names = [field.attname for field in SearchEvent._meta.concrete_fields if not field.primary_key]
        copied = {name: getattr(source, name) for name in names}
        rows.append(SearchEvent(**{**copied, **_stamp(line), "took_ms": 0}))
    return rows


def _wait(line: Line) -> None:
    tries = int(line.get("tries", 0)) + 1
    if tries <= MOST_TRIES:
        spool.append({**line, "tries": tries})
    else:
        log.warning("search_log_unknown_query", query_id=line["id"])


def _clicks(lines: Sequence[Line]) -> list[SearchClick]:
    """Clicks on listings there are. Whether the page showed them is asked when days are added up."""
    names = {line["listing"] for line in lines if is_public_id(line["listing"])}
    keys = dict(Listing.objects.filter(public_id__in=names).values_list("public_id", "pk")) if names else {}
    return [
        SearchClick(**_stamp(line), listing_id=keys[line["listing"]], position=line["position"])
        for line in lines
        if line["listing"] in keys
    ]


def _name_companies(clicks: Sequence[SearchClick]) -> None:
    """A visitor who signed in after the click is told of again, now with a company."""
    for click in clicks:
        if click.company_id is not None:
            same = {name: getattr(click, name) for name in ("query_id", "visitor", "listing_id")}
            SearchClick.objects.filter(**same, company_id=None).update(company_id=click.company_id)
