"""Telling the log what was shown and opened. Nothing here asks the database or can fail a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from marketplace.companies.acting import acting_of
from marketplace.core import clock, ids
from marketplace.core.ratelimits import client_address

from . import spool
from .rules import is_robot, kept_query, visitor_of

if TYPE_CHECKING:
    from search.queries import Found

HEADER = "X-Query-Id"
"""On a results page: which search it is. A page that is answered from the page cache is counted by it."""


def _counts(request: HttpRequest) -> bool:
    """Whether somebody is there who has not asked not to be counted (Global Privacy Control, Do Not
    Track).
    """
    headers = request.headers
    refuses = headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1"
    ahead = "prefetch" in headers.get("Sec-Purpose", "") or headers.get("Purpose") == "prefetch"
    return not (refuses or ahead or request.method == "HEAD" or is_robot(headers.get("User-Agent", "")))


def _who(request: HttpRequest) -> dict[str, Any]:
    """Moment and visitor; for a signed-in person also who it is (only to honour their choice) and for
    whom.
    """
    day = clock.today()
    agent = request.headers.get("User-Agent", "")
    line: dict[str, Any] = {
        "at": clock.now().isoformat(),
        "visitor": visitor_of(client_address(request), agent, day),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        acting = acting_of(request)
        line |= {"user": user.pk, "company": acting.company.pk if acting else None}
    return line


def note_search(request: HttpRequest, found: Found, *, portal: Any, first: int) -> str:
    """Note a results page whose first place is `first`; the id it is known by, "" where nobody is counted."""
    if not _counts(request):
        return ""
    address, result = found.address, found.result
    query_id = ids.new_public_id()
    spool.append(
        {
            "kind": "search",
            "id": query_id,
            **_who(request),
            "q": kept_query(address.q),
            "locale": get_language() or "zh-hans",
            "portal": portal.code if portal else "",
            "filters": _filters(found),
            "quantity": address.quantity,
            "engine": result.engine,
            "degraded": result.degraded,
            "took": round(result.took_ms),
            "total": result.total,
            "corrected": kept_query(result.corrected or ""),
            "relaxed": bool(result.relaxations),
            "first": first,
            "shown": result.ids,
        }
    )
    return query_id


def _filters(found: Found) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for name, value in found.address.pairs(q=None, quantity=None):
        filters.setdefault(name, []).append(value[:80])
    return filters


def mark(response: HttpResponse, query_id: str) -> HttpResponse:
    """Say on the answer which search it is, for the page cache."""
    if query_id:
        response[HEADER] = query_id
    return response


def note_again(request: HttpRequest, headers: dict[str, str]) -> None:
    """A results page was answered from the page cache: somebody else saw the same search."""
    query_id = headers.get(HEADER)
    if query_id and _counts(request):
        spool.append({"kind": "again", "id": query_id, **_who(request)})


def note_click(request: HttpRequest, *, query_id: str, listing: str, position: int) -> None:
    """Note that a listing was opened from a results page."""
    if _counts(request):
        who = _who(request)
        spool.append({"kind": "click", "id": query_id, "listing": listing, "position": position, **who})
