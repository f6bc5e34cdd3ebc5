"""The words and links around results: facets, chips, pages, what was done to the query. Built per page, not
per row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.queries import ClusterLine, cluster_line, cluster_lines
from marketplace.core.geometry import metres_between
from marketplace.ui.formats import format_count
from marketplace.ui.links import door

from .backends import serving
from .backends.interface import Facet, Sort
from .mapping import map_of
from .narrowing import NO_FILTERS, FacetView, Link, chips, facet_views
from .offers import SORTS
from .queries import FEW, Found
from .rules import LAST_PAGE, PAGE_SIZE, Address

MOST_TOWNS = 5
# Towns one can be near to; any other is named by the address.
MOST_NAMED = 60


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the cards."""

    heading: str
    facets: list[FacetView]
    chips: list[Link]
    clear: str
    notes: list[dict[str, str]]
    sorts: list[tuple[str, str, bool]]
    hidden: list[tuple[str, str]]
    pager: dict[str, object] = field(default_factory=dict)
    empty: dict[str, object] = field(default_factory=dict)
    ways: list[Link] = field(default_factory=list)
    near: dict[str, object] = field(default_factory=dict)
    map_url: str = ""
    map: dict[str, object] = field(default_factory=dict)
    without_picture: str = ""


def around(found: Found, portal: ClusterLine | None) -> Around:
    """All of it for one page; no query of its own."""
    address, can = found.address, serving.capabilities()
    sorts = [sort for sort in SORTS if sort in can.sorts and (sort is not Sort.DISTANCE or address.place)]
    return Around(
        heading=_heading(found),
        facets=facet_views(address, found.result, found.names),
        chips=chips(address, found.names),
        clear=address.query(**NO_FILTERS) if address.narrowed > 1 else "",
        notes=_notes(found),
        sorts=[(sort.value, str(SORTS[sort]), sort is address.sort) for sort in sorts],
        hidden=[(k, v) for k, v in address.pairs() if k not in ("quantity", "sort")],
        pager=pager(address, found.total),
        empty=_empty(found, portal),
        ways=_ways(found, portal) if 0 < found.total < FEW else [],
        near=_near(address) if portal is None and Facet.DISTANCE in can.facets else {},
        map_url=address.query(map=None if address.on_map else "1", view=None) if can.points else "",
        map=map_of(address, found.result.points) if address.on_map else {},
        without_picture=address.query(picture=None, looks=None) if address.by_picture else "",
    )


def _heading(found: Found) -> str:
    words = {"n": format_count(found.total)}
    if found.sought:
        return ngettext("%(n)s listing looks alike", "%(n)s listings look alike", found.total) % words
    if not found.address.q:
        return ngettext("%(n)s listing", "%(n)s listings", found.total) % words
    words["q"] = found.result.corrected or found.address.q
    return ngettext("%(n)s result for “%(q)s”", "%(n)s results for “%(q)s”", found.total) % words


# Notes


def _notes(found: Found) -> list[dict[str, str]]:
    address, result = found.address, found.result
    notes: list[dict[str, str]] = []
    if result.corrected:
        notes.append(
            {
                "text": _("Showing results for “%(q)s”.") % {"q": result.corrected},
                "url": address.query(as_typed="1"),
                "action": _("Search for “%(q)s” instead") % {"q": address.q},
            }
        )
    if found.loose and result.total:
        notes.append({"text": _("Few listings have all of these words, so these have some of them.")})
    if found.some_words:
        more = found.some_words - found.total
        words = ngettext("%(n)s more has some of these words.", "%(n)s more have some of these words.", more)
        notes.append(
            {
                "text": words % {"n": format_count(more)},
                "url": address.query(any="1"),
                "action": _("Show them too"),
            }
        )
    if result.trace.get("cut"):
        notes.append({"text": _("Your search was long; only its first words were used.")})
    return notes


# Pages


def pager(address: Address, total: int) -> dict[str, object]:
    """The pages around the one asked for, as `ui/parts/pager.html` shows them; empty where there is one."""
    last = min(-(-total // PAGE_SIZE), LAST_PAGE)
    page = address.page
    if last < 2:
        return {}
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    pages: list[tuple[int, str, bool]] = []
    for number in shown:
        if pages and number > pages[-1][0] + 1:
            pages.append((0, "", False))
        pages.append((number, address.query(page=number if number > 1 else None), number == page))
    first = (page - 1) * PAGE_SIZE + 1
    note = _("%(a)s–%(b)s of %(n)s") % {
        "a": format_count(first),
        "b": format_count(min(first + PAGE_SIZE - 1, total)),
        "n": format_count(total),
    }
    return {
        "pages": pages,
        "previous": address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": address.query(page=page + 1) if page < last else "",
        "note": note if page <= last else "",
    }


# Near me


def _near(address: Address) -> dict[str, object]:
    """The towns one may be near to, with what the form must keep."""
    largest = sorted(cluster_lines(), key=lambda line: (-line.listing_count, line.code))[:MOST_NAMED]
    chosen = cluster_line(address.near)
    lines = dict.fromkeys((*largest, *([chosen] if chosen else [])))
    towns = [(line.code, line.name, line.code == address.near) for line in lines]
    own = address.near if address.place and not any(on for _code, _name, on in towns) else ""
    return {
        "towns": sorted(towns, key=lambda row: row[1]),
        "own": own,
        "hidden": [(k, v) for k, v in address.pairs() if k not in ("near", "within", "sort")],
    }


# Nothing found


def _towns(found: Found, portal: ClusterLine | None) -> list[Link]:
    """Towns that have it, the nearest first, each with its count."""
    address = found.address
    here = portal or next((line for code in address.clusters if (line := cluster_line(code))), None)
    rows: list[tuple[float, str, Link]] = []
    for count in found.towns:
        line = cluster_line(count.value)
        if line is None or (here and line.code == here.code):
            continue
        at = (line.latitude, line.longitude)
        far = metres_between((here.latitude, here.longitude), at) / 1000 if here else 0.0
        words = {"town": line.name, "n": format_count(count.count), "km": format_count(round(far))}
        text = ngettext(
            "%(town)s, %(km)s km away: %(n)s listing", "%(town)s, %(km)s km away: %(n)s listings", count.count
        )
        url = door(None, "search:results") + address.query(cluster=(line.code,))
        rows.append((far, line.code, (text % words, url)))
    return [link for _far, _code, link in sorted(rows)[:MOST_TOWNS]]


def _whom_to_ask(found: Found, portal: ClusterLine | None) -> ClusterLine | None:
    """The town a request goes to: this one, one that was chosen, else the one with most goods."""
    if portal:
        return portal
    chosen = next((line for code in found.address.clusters if (line := cluster_line(code))), None)
    return chosen or max(cluster_lines(), key=lambda line: line.listing_count, default=None)


def _empty(found: Found, portal: ClusterLine | None) -> dict[str, object]:
    """Where to go from an empty page: never nowhere."""
    address = found.address
    if found.total and address.page > 1:
        return {
            "title": _("There are no more results."),
            "text": _("These are all, on %(n)s pages.") % {"n": format_count(min(found.pages, LAST_PAGE))},
            "url": address.query(),
            "action": _("Back to the first page"),
        }
    more = _ways(found, portal)
    more.append((_("Everything on sale"), door(portal, "search:results")))
    more.append((_("All towns"), door(None, "ui:clusters")))
    return {
        "picture": "search",
        "title": _nothing(address),
        "text": _("Photograph one piece from the front, on plain ground.")
        if address.by_picture
        else _("Try fewer or other words, in Chinese, English or pinyin."),
        "url": more[0][1],
        "action": more[0][0],
        "more": more[1:],
    }


def _nothing(address: Address) -> str:
    if address.by_picture:
        return _("Nothing on sale here looks like this picture.")
    return _("Nothing found for “%(q)s”.") % {"q": address.q} if address.q else _("Nothing fits all of this.")


def _ways(found: Found, portal: ClusterLine | None) -> list[Link]:
    """What to give up, where else it is made, and whom to ask for it."""
    address = found.address
    more: list[Link] = []
    market = door(None, "search:results")
    if found.unfiltered and found.unfiltered > found.total:
        words = ngettext(
            "Without filters: %(n)s listing", "Without filters: %(n)s listings", found.unfiltered
        )
        more.append((words % {"n": format_count(found.unfiltered)}, address.query(**NO_FILTERS)))
    more += _towns(found, portal)
    if found.elsewhere and portal:
        words = ngettext("In other towns: %(n)s listing", "In other towns: %(n)s listings", found.elsewhere)
        more.append((words % {"n": format_count(found.elsewhere)}, market + address.query()))
    asked_of = _whom_to_ask(found, portal)
    if address.q and asked_of:
        asked = {"subject": address.q, "quantity": address.quantity or ""}
        wanted = urlencode({name: value for name, value in asked.items() if value})
        words = _("Ask %(town)s for it") % {"town": asked_of.name}
        more.append((words, f"{door(asked_of, 'sourcing:ask_cluster')}?{wanted}"))
    return more
