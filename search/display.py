"""The words and links around results: facets, chips, pages, what was done to the query. Built per page, not
per row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.queries import ClusterLine, cluster_line
from marketplace.core.i18n import pick
from marketplace.ui.formats import format_count, format_money, format_span
from marketplace.ui.links import door

from .backends.interface import Band, Facet, FacetCount
from .offers import FEATURES, SORTS
from .queries import CategoryLine, Found, category_lines
from .rules import LAST_PAGE, PAGE_SIZE, Address

MOST_OPTIONS = 20
# label, count, URL, whether it is on, code (the parts' own order)
Option = tuple[str, int, str, bool, str]
FacetView = tuple[str, bool, list[Option]]
Link = tuple[str, str]


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


def around(found: Found, portal: ClusterLine | None) -> Around:
    """All of it for one page; one query for the names of categories."""
    address = found.address
    listed = found.result.facets.get(Facet.CATEGORY, ())
    categories = category_lines([*(c.value for c in listed), *address.categories])
    return Around(
        heading=_heading(found),
        facets=_facets(found, categories),
        chips=_chips(address, categories),
        clear=address.query(**_NO_FILTERS) if address.narrowed > 1 else "",
        notes=_notes(found),
        sorts=[(sort.value, str(words), sort is address.sort) for sort, words in SORTS.items()],
        hidden=[(k, v) for k, v in address.pairs() if k not in ("quantity", "sort")],
        pager=_pager(found),
        empty=_empty(found, portal),
    )


_NO_FILTERS: dict[str, object] = dict.fromkeys(
    ("cluster", "category", "feature", "moq", "ships", "low", "high")
)


def _heading(found: Found) -> str:
    words = {"n": format_count(found.total)}
    if not found.address.q:
        return ngettext("%(n)s listing", "%(n)s listings", found.total) % words
    words["q"] = found.result.corrected or found.address.q
    return ngettext("%(n)s result for “%(q)s”", "%(n)s results for “%(q)s”", found.total) % words


# Facets


def _facets(found: Found, categories: dict[str, CategoryLine]) -> list[FacetView]:
    address, counts = found.address, found.result.facets
    makers: dict[Facet, tuple[str, Callable[[Iterable[FacetCount]], list[Option]]]] = {
        Facet.CLUSTER: (_("Town"), lambda c: _terms(address, "cluster", address.clusters, c, _town)),
        Facet.CATEGORY: (_("Category"), lambda c: _categories(address, c, categories)),
        Facet.PRICE: (_price_title(address), lambda c: _prices(address, c)),
        Facet.MOQ: (
            _("Minimum order"),
            lambda c: _steps(address, "moq", address.moq, c, _moq_words(address)),
        ),
        Facet.SHIPS: (_("Ships within"), lambda c: _steps(address, "ships", address.ships, c, _ship_words)),
        Facet.FEATURE: (
            _("Also"),
            lambda c: _terms(address, "feature", address.features, c, lambda n: str(FEATURES.get(n, ""))),
        ),
    }
    views: list[FacetView] = []
    for facet, (title, make) in makers.items():
        options = make(counts.get(facet, ()))
        if options:
            views.append((title, True, options))
    return views


def _categories(
    address: Address, counts: Iterable[FacetCount], lines: dict[str, CategoryLine]
) -> list[Option]:
    """The tree as far as it is open: the roots, or what lies below a lone root, and around what is chosen."""
    found = [c for c in counts if c.value in lines]
    opened = {parent for slug in address.categories if slug in lines for parent in (slug, lines[slug].parent)}
    roots = {c.value for c in found if not lines[c.value].parent}
    opened |= {""} if len(roots) > 1 or not roots else roots
    shown = [c for c in found if lines[c.value].parent in opened]
    return _terms(
        address,
        "category",
        address.categories,
        shown or found,
        lambda slug: lines[slug].name if slug in lines else "",
    )


def _town(code: str) -> str:
    line = cluster_line(code)
    return line.name if line else ""


def _terms(
    address: Address,
    name: str,
    chosen: tuple[str, ...],
    counts: Iterable[FacetCount],
    word: Callable[[str], str],
) -> list[Option]:
    """Several values at once; one that is on stays in sight even when nothing has it."""
    found = {c.value: c.count for c in counts}
    for value in chosen:
        found.setdefault(value, 0)
    options: list[Option] = []
    for value, count in found.items():
        label = word(value)
        on = value in chosen
        if label and (count or on):
            rest = tuple(v for v in chosen if v != value)
            options.append(
                (label, count, address.query(**{name: rest if on else (*chosen, value)}), on, value)
            )
    return options[:MOST_OPTIONS]


def _steps(
    address: Address, name: str, chosen: int | None, counts: Iterable[FacetCount], word: Callable[[int], str]
) -> list[Option]:
    """One value at a time; steps that find no more than the one before say nothing new and are left out."""
    options: list[Option] = []
    before = 0
    for c in counts:
        number = int(c.value)
        on = number == chosen
        if on or c.count > before or (c.count and number == address.quantity):
            url = address.query(**{name: None if on else number})
            options.append((word(number), c.count, url, on, c.value))
        before = max(before, c.count)
    return options


def _moq_words(address: Address) -> Callable[[int], str]:
    def words(number: int) -> str:
        if number == address.quantity:
            return _("takes my %(n)s") % {"n": format_count(number)}
        return _("up to %(n)s") % {"n": format_count(number)}

    return words


def _ship_words(hours: int) -> str:
    return _("%(n)s h") % {"n": hours} if hours <= 72 else format_span(hours // 24)


def _price_title(address: Address) -> str:
    if address.quantity:
        return _("Unit price at %(n)s") % {"n": format_count(address.quantity)}
    return _("Unit price")


def band_words(band: Band, currency: str) -> str:
    """ "¥2.00–4.99", "under ¥1.00", "from ¥100.00"."""
    if band.low is None or (band.low == 0 and band.high is not None):
        return _("up to %(price)s") % {"price": format_money(band.high or 0, currency)}
    if band.high is None:
        return _("from %(price)s") % {"price": format_money(band.low, currency)}
    return f"{format_money(band.low, currency)}–{format_money(band.high, currency)}"


def _prices(address: Address, counts: Iterable[FacetCount]) -> list[Option]:
    options: list[Option] = []
    for c in counts:
        low, high = (int(part) if part else None for part in c.value.split("-"))
        on = (address.low, address.high) == (low, high)
        if c.count or on:
            asked = Address(low=low, high=high, currency=address.currency)
            values = dict(asked.pairs())
            change = {"low": None, "high": None} if on else {k: values.get(k) for k in ("low", "high")}
            words = band_words(Band(low, high), address.currency)
            options.append((words, c.count, address.query(**change), on, c.value))
    return options


# Chips


def _category(slug: str, categories: dict[str, CategoryLine]) -> str:
    return categories[slug].name if slug in categories else slug


def _chips(address: Address, categories: dict[str, CategoryLine]) -> list[Link]:
    chips: list[Link] = []
    several: tuple[tuple[str, tuple[str, ...], dict[str, str | Promise]], ...] = (
        ("cluster", address.clusters, {code: _town(code) or code for code in address.clusters}),
        ("category", address.categories, {slug: _category(slug, categories) for slug in address.categories}),
        ("feature", address.features, {name: FEATURES[name] for name in address.features}),
    )
    for name, chosen, words in several:
        for value in chosen:
            rest = tuple(v for v in chosen if v != value)
            chips.append((str(words[value]), address.query(**{name: rest})))
    if address.low is not None or address.high is not None:
        band = Band(address.low, address.high)
        chips.append((band_words(band, address.currency), address.query(low=None, high=None)))
    if address.moq is not None:
        words_ = _("minimum up to %(n)s") % {"n": format_count(address.moq)}
        chips.append((words_, address.query(moq=None)))
    if address.ships is not None:
        words_ = _("ships within %(span)s") % {"span": _ship_words(address.ships)}
        chips.append((words_, address.query(ships=None)))
    return chips


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


def _pager(found: Found) -> dict[str, object]:
    last = min(found.pages, LAST_PAGE)
    page = found.address.page
    if last < 2:
        return {}
    shown = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    pages: list[tuple[int, str, bool]] = []
    for number in shown:
        if pages and number > pages[-1][0] + 1:
            pages.append((0, "", False))
        pages.append((number, found.address.query(page=number if number > 1 else None), number == page))
    first = (page - 1) * PAGE_SIZE + 1
    note = _("%(a)s–%(b)s of %(n)s") % {
        "a": format_count(first),
        "b": format_count(min(first + PAGE_SIZE - 1, found.total)),
        "n": format_count(found.total),
    }
    return {
        "pages": pages,
        "previous": found.address.query(page=page - 1 if page > 2 else None) if page > 1 else "",
        "next": found.address.query(page=page + 1) if page < last else "",
        "note": note if page <= last else "",
    }


# Nothing found


def _empty(found: Found, portal: ClusterLine | None) -> dict[str, object]:
    """Where to go from an empty page: never nowhere."""
    address = found.address
    more: list[Link] = []
    if found.total and address.page > 1:
        return {
            "title": _("There are no more results."),
            "text": _("These are all, on %(n)s pages.") % {"n": format_count(min(found.pages, LAST_PAGE))},
            "url": address.query(),
            "action": _("Back to the first page"),
        }
    market = door(None, "search:results")
    if found.unfiltered:
        words = ngettext(
            "Without filters: %(n)s listing", "Without filters: %(n)s listings", found.unfiltered
        )
        more.append((words % {"n": format_count(found.unfiltered)}, address.query(**_NO_FILTERS)))
    if found.elsewhere and portal:
        words = ngettext("In other towns: %(n)s listing", "In other towns: %(n)s listings", found.elsewhere)
        more.append((words % {"n": format_count(found.elsewhere)}, market + address.query()))
    if address.q:
        asked = {"subject": address.q, "quantity": address.quantity or ""}
        wanted = urlencode({name: value for name, value in asked.items() if value})
        name = pick(portal, "name") if portal else ""
        words = _("Ask %(town)s for it") % {"town": name} if portal else _("Ask the factories for it")
        more.append((words, f"{door(portal, 'sourcing:ask_cluster')}?{wanted}"))
    more.append((_("Everything on sale"), door(portal, "search:results")))
    more.append((_("All towns"), door(None, "ui:clusters")))
    return {
        "picture": "search",
        "title": _("Nothing found for “%(q)s”.") % {"q": address.q}
        if address.q
        else _("Nothing fits all of this."),
        "text": _("Try fewer or other words, in Chinese, English or pinyin."),
        "url": more[0][1],
        "action": more[0][0],
        "more": more[1:],
    }
