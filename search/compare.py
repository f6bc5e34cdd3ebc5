"""Listings beside each other: what each costs at one quantity with freight and VAT, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from clusters.queries import ClusterLine
from marketplace.catalog import gates
from marketplace.catalog.cards import CardFacts, card_of, facts_of, ships_text
from marketplace.catalog.models import Certificate, Listing
from marketplace.catalog.queries import on_sale
from marketplace.catalog.rules import first_valid, nearest_valid, order_sums, reach
from marketplace.catalog.units import pieces_text
from marketplace.core import clock
from marketplace.core.i18n import is_chinese, pick
from marketplace.core.ids import is_public_id
from marketplace.ui.cards import ListingCard
from marketplace.ui.formats import format_count, format_money, format_span
from marketplace.ui.links import here_url, url_maker

MOST = 4
COOKIE = "compare"
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Tray:
    """Outward ids of what is to be compared, in the reader's browser and nowhere else."""

    listings: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> Tray:
        """The tray of a request; empty where the cookie is absent or makes no sense."""
        parts = re.split(r"[.]", request.COOKIES.get(COOKIE, "")[:100])
        return cls(tuple(dict.fromkeys(part for part in parts if is_public_id(part)))[:MOST])

    def changed(self, *, add: str, remove: str, clear: bool) -> Tray:
        """The tray with a listing more or less; of five the oldest goes."""
        kept = [] if clear else [one for one in self.listings if one not in (add, remove)]
        return Tray(tuple([*kept, *([add] if add else [])][-MOST:]))

    def keep(self, response: HttpResponse) -> None:
        """Write the cookie, or take it away where nothing is left."""
        if self.listings:
            age = _DAYS * 86_400
            response.set_cookie(COOKIE, ".".join(self.listings), max_age=age, httponly=True, samesite="Lax")
        else:
            response.delete_cookie(COOKIE, samesite="Lax")

    @property
    def query(self) -> str:
        """The tray as an address one can send to a colleague."""
        return "?" + urlencode([("listing", one) for one in self.listings])


def compare_address(portal: ClusterLine | None, quantity: int | None) -> Callable[[str], str]:
    """A function public id → address that puts the listing into the tray."""
    head = here_url(portal, "search:compare")
    tail = f"&quantity={quantity}" if quantity else ""
    return lambda public_id: f"{head}?add={public_id}{tail}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its name, one text per listing, and whether they differ."""

    name: str
    texts: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.texts)) > 1


@dataclass(frozen=True, slots=True)
class Column:
    """One listing at the head of the table, and the address without it."""

    card: ListingCard
    public_id: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole table; `quantity` is what it is worked out for."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    quantity: int


def comparison(
    public_ids: Sequence[str],
    *,
    quantity: int | None,
    portal: ClusterLine | None,
    access: gates.Access,
) -> Comparison | None:
    """The listings on sale of these, in their order; None when none is. At most six
    queries."""
    rows = on_sale().filter(public_id__in=public_ids[:MOST]).select_related("supplier", "cluster")
    found = {row.public_id: row for row in rows} if public_ids else {}
    listings = [found[one] for one in public_ids if one in found][:MOST]
    if not listings:
        return None
    facts = facts_of([one.pk for one in listings])
    wanted = quantity or max(first_valid(one.moq, one.multiple) for one in listings)
    url = url_maker(portal, "catalog:listing")
    columns = tuple(
        Column(card_of(facts[one.pk], wanted, url=url, access=access), one.public_id) for one in listings
    )
    priced = [_priced(one, facts[one.pk], wanted, access) for one in listings]
    papers = _certificates(listings)
    none = _("none")
    lines = [
        Line(_("Unit price"), tuple(row[0] for row in priced)),
        Line(_("Goods"), tuple(row[1] for row in priced)),
        Line(_("Freight"), tuple(row[2] for row in priced)),
        Line(_("VAT"), tuple(row[3] for row in priced)),
        Line(_("To pay"), tuple(row[4] for row in priced)),
        Line(_("Worked out for"), tuple(row[5] for row in priced)),
        Line(_("Minimum order"), tuple(pieces_text(one, one.moq) for one in listings)),
        Line(_("Sold in steps of"), tuple(format_count(one.multiple) for one in listings)),
        Line(_("Lead time"), tuple(format_span(one.lead_days) for one in listings)),
        Line(_("Ships"), tuple(ships_text(facts[one.pk]) for one in listings)),
        Line(_("Certificates"), tuple(", ".join(papers[one.pk]) or none for one in listings)),
        Line(_("Samples"), tuple(_yes(one.has_samples) for one in listings)),
        Line(_("Factory"), tuple(pick(facts[one.pk], "factory") for one in listings)),
        Line(_("Town"), tuple(pick(facts[one.pk], "cluster") for one in listings)),
        *_attribute_lines(listings),
    ]
    return Comparison(columns, tuple(lines), wanted)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _priced(one: Listing, facts: CardFacts, wanted: int, access: gates.Access) -> tuple[str, ...]:
    """Unit price, goods, freight, VAT and sum in words, and how many pieces they are for.

    A quantity the listing does not take is worked out for the next one it takes, and said.
    """
    nearest = nearest_valid(wanted, moq=one.moq, multiple=one.multiple)
    pieces = wanted if wanted in nearest else nearest[-1]
    if not gates.is_open(facts.gates, access) or not facts.ladder:
        words = gates.hidden_words(facts.gates) if facts.ladder else _("on request")
        return (words, "–", "–", "–", "–", pieces_text(one, pieces))
    price = reach(facts.ladder, pieces).tier.unit_price
    sums = order_sums(
        [(price * pieces, one.vat_rate_bp)],
        freight_flat=one.supplier.freight_flat,
        freight_free_over=one.supplier.freight_free_over,
    )
    amounts = (price, sums.net, sums.freight, sums.vat, sums.total)
    return (*(format_money(amount, one.currency) for amount in amounts), pieces_text(one, pieces))


def _certificates(listings: Iterable[Listing]) -> dict[int, list[str]]:
    """Kinds of certificates in force by listing; one query."""
    rows = list(listings)
    today = clock.today()
    found: dict[int, list[str]] = {one.pk: [] for one in rows}
    papers = Certificate.objects.filter(
        factory_id__in={one.factory_id for one in rows}, valid_from__lte=today, valid_until__gte=today
    ).values_list("factory_id", "covers_all", "listings", "kind")
    for factory_id, covers_all, listing_id, kind in papers.order_by("kind"):
        for one in rows:
            covered = covers_all or listing_id == one.pk
            if one.factory_id == factory_id and covered and kind not in found[one.pk]:
                found[one.pk].append(kind)
    return found


def _attribute_lines(listings: Sequence[Listing]) -> list[Line]:
    """Attributes by key, in the order they are first met; a dash where a listing does not say."""
    language = "zh" if is_chinese() else "en"
    names: dict[str, str] = {}
    values: list[dict[str, str]] = []
    for one in listings:
        mine: dict[str, str] = {}
        for row in one.attributes:
            words: Any = row.get(language) or row.get("en") or row.get("zh") or ()
            if len(words) == 2:
                names.setdefault(str(row.get("key")), str(words[0]))
                mine[str(row.get("key"))] = str(words[1])
        values.append(mine)
    return [Line(name, tuple(mine.get(key, "–") for mine in values)) for key, name in names.items()]
