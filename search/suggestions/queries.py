"""Suggestions for what stands in the box: from the table by its beginning, goods from the engine."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.queries import ClusterLine
from marketplace.catalog import gates
from marketplace.catalog.cards import cards_for
from marketplace.core.i18n import is_chinese, pick
from marketplace.ui.cards import ListingCard
from marketplace.ui.formats import format_count
from marketplace.ui.links import door, here_url
from search.analysis.normalise import normalise
from search.backends import serving
from search.backends.interface import EngineError, SearchRequest

from .hidden import hidden_queries
from .kept import table_of
from .table import Entry, Kind

log = structlog.get_logger(__name__)
LIMITS: dict[Kind, int] = {"query": 4, "category": 3, "cluster": 3, "supplier": 3}
LISTINGS = 4
_ICONS: dict[Kind, str] = {
    "query": "search", "category": "layout-grid", "cluster": "map-pin", "supplier": "factory",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One line: its text, what stands beside it, where it leads. `number` makes its id."""

    number: int
    text: str
    url: str
    icon: str = ""
    note: str = ""
    card: ListingCard | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind under their name."""

    title: str
    options: tuple[Option, ...]


def suggest(
    typed: str, *, quantity: int | None, portal: ClusterLine | None, access: gates.Access = gates.NOBODY
) -> list[Group]:
    """Groups of suggestions; three queries (four every few seconds) and at most three questions to an engine.

    Inside a portal only what is of its town. An engine that is away leaves out the goods.
    """
    if not normalise(typed):
        return []
    entries = table_of(portal.code if portal else None).find(typed, LIMITS, without=hidden_queries())
    keys = _listings(typed, entries, quantity, portal)
    cards = cards_for(keys, quantity=quantity, portal=portal, access=access) if keys else []
    groups: list[Group] = []
    number = 0
    for kind, title in _titles().items():
        lines = [entry for entry in entries if entry.kind == kind]
        options = tuple(_option(number + i, entry, quantity, portal) for i, entry in enumerate(lines))
        if options:
            groups.append(Group(title, options))
            number += len(options)
    if cards:
        goods = tuple(Option(number + i, c.title, c.url, note=_price(c), card=c) for i, c in enumerate(cards))
        groups.append(Group(_("Goods"), goods))
    return groups


def count_text(groups: list[Group]) -> str:
    """How many there are, for those who cannot see them."""
    number = sum(len(group.options) for group in groups)
    return ngettext("%(n)s suggestion", "%(n)s suggestions", number) % {"n": number}


def _titles() -> dict[Kind, str]:
    return {
        "query": _("Searched for"),
        "category": _("Kinds of goods"),
        "cluster": _("Towns"),
        "supplier": _("Factories"),
    }


def _option(number: int, entry: Entry, quantity: int | None, portal: ClusterLine | None) -> Option:
    text, note = pick(entry, "name"), pick(entry, "note")
    asked = {"quantity": quantity} if quantity else {}
    results = door(portal, "search:results")
    if entry.kind == "cluster":
        return Option(number, text, f"{door(None, 'home')}{entry.value}/", _ICONS[entry.kind], note)
    if entry.kind == "supplier":
        query = f"?{urlencode(asked)}" if asked else ""
        url = here_url(portal, "suppliers:supplier", entry.value) + query
        return Option(number, text, url, _ICONS[entry.kind], note)
    if entry.kind == "category":
        note = ngettext("%(n)s listing", "%(n)s listings", entry.weight) % {"n": format_count(entry.weight)}
        address = {"category": entry.value, **asked}
    else:
        address = {"q": text, **asked}
    return Option(number, text, f"{results}?{urlencode(address)}", _ICONS[entry.kind], note)


def _price(card: ListingCard) -> str:
    """ "¥2.45 / pair at 300", or for whom the price is."""
    if not card.price_text:
        return card.gate_text
    unit = f" / {card.unit_text}" if card.unit_text else ""
    return f"{card.price_text}{unit} · {card.quantity_text}"


def _listings(
    typed: str, entries: list[Entry], quantity: int | None, portal: ClusterLine | None
) -> list[int]:
    """Ids of goods for the words, the last one completed; for the best suggestion where they find none."""
    code = portal.code if portal else None
    try:
        request = SearchRequest(
            q=_completed(typed, code),
            locale="zh-hans" if is_chinese() else "en",
            quantity=quantity or 1,
            portal=code,
            limit=LISTINGS,
        )
        result = serving.search(request)
        named = next((entry for entry in entries if entry.kind != "cluster"), None)
        if not result.hits and named:
            result = serving.search(request.but(q=named.name_zh or named.name_en))
    except EngineError as error:
        log.warning("suggestions_without_goods", error=str(error))
        return []
    return result.ids


def _completed(typed: str, portal: str | None) -> str:
    """The text with its last Latin word as the index has it: "cotton so" → "cotton socks"."""
    words = typed.split()
    last = normalise(words[-1]) if words else ""
    if not last.isascii() or not last.isalpha():
        return typed
    found = serving.suggest(last, portal=portal, limit=LISTINGS)
    if not found or any(word == last for word, _count in found):
        return typed
    return " ".join([*words[:-1], max(found, key=lambda pair: pair[1])[0]])
