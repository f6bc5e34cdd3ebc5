"""Reads of saved searches: one's own only; and what a kept address asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

from django.core.signing import BadSignature, Signer
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from clusters.queries import ClusterLine, cluster_line
from marketplace.accounts.models import User
from marketplace.catalog import gates
from marketplace.catalog.cards import CardFacts, facts_of
from marketplace.catalog.rules import reach
from marketplace.core import clock
from marketplace.core.errors import NotFound, TemporarilyUnavailable
from marketplace.ui.links import here_url
from search.backends.interface import SearchRequest, Sort
from search.forms import read_address
from search.models import SavedAlert, SavedSearch
from search.queries import answer, running_festivals
from search.rules import Address

from .rules import FIRST_SEEN, LONGEST_ADDRESS

ALERTS_SHOWN = 50


def address_of(query: str, portal: ClusterLine | None) -> Address:
    """The address a kept query stands for. Never fails."""
    params: MultiValueDict[str, str] = MultiValueDict()
    for name, value in parse_qsl(query[:LONGEST_ADDRESS], encoding="utf-8", errors="replace"):
        params.appendlist(name, value)
    return read_address(cast(QueryDict, params), portal=portal)


def request_of(query: str, portal: str | None, locale: str) -> SearchRequest:
    """The bare question of a kept query: no counts, no order; prices open to everyone only."""
    line = cluster_line(portal) if portal else None
    return _bare(address_of(query, line).request(portal, locale))


def _bare(request: SearchRequest) -> SearchRequest:
    """Without counts, order and page."""
    return request.but(facets=(), attributes=0, points=None, offset=0, sort=Sort.RELEVANCE)


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price, minor units; None where no price is open to everyone."""

    amount: int | None
    currency: str


def price_at(facts: CardFacts, quantity: int | None) -> Price:
    """What a listing costs at a quantity (its minimum where none is named), as its card says to anyone.

    A price behind a gate is no price here, even for a keeper who may see it: mails are read by others too.
    """
    if not facts.ladder or not gates.is_open(facts.gates, gates.NOBODY):
        return Price(None, facts.currency)
    wanted = max(quantity or facts.moq, 1)
    return Price(reach(facts.ladder, wanted).tier.unit_price, facts.currency)


def prices_at(listing_ids: Iterable[int], quantity: int | None) -> dict[int, Price]:
    """Prices of those listings that are on sale, by id; three queries."""
    facts: Mapping[int, CardFacts] = facts_of(listing_ids)
    return {key: price_at(one, quantity) for key, one in facts.items()}


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """What a search finds as it is saved: prices by listing, and whether words had to be given up."""

    prices: dict[int, Price]
    loose: bool


def first_seen(address: Address, portal: ClusterLine | None, locale: str) -> FirstSeen:
    """What a search finds as it is saved, as its page does; nothing while no engine answers."""
    now = int(clock.now().timestamp())
    festivals, _titles = running_festivals()
    request = _bare(address.request(portal.code if portal else None, locale, festivals=festivals, now=now))
    try:
        found = answer(request.but(limit=FIRST_SEEN))
    except TemporarilyUnavailable:
        return FirstSeen({}, address.any_words)
    prices = prices_at(found.result.ids, address.quantity) if found.result.hits else {}
    return FirstSeen(prices, found.request.loose)


def saved_of(user: User) -> list[Any]:
    """A person's saved searches, newest first, each with `untold` and `alerts_count`."""
    rows = SavedSearch.objects.filter(user=user).select_related("portal").order_by("-pk")
    untold = Count("alerts", filter=Q(alerts__told_at__isnull=True))
    return list(rows.annotate(untold=untold, alerts_count=Count("alerts")))


def saved_search(user: User, public_id: str) -> SavedSearch:
    """One of one's own. Raises NotFound, for another's as for one that never was."""
    found = SavedSearch.objects.filter(user=user, public_id=public_id).select_related("portal").first()
    if found is None:
        raise NotFound
    return found


def alerts_of(saved: SavedSearch) -> list[SavedAlert]:
    """The latest things there were to tell, newest first, with their listings."""
    rows = saved.alerts.select_related("listing").order_by("-pk")
    return list(rows[:ALERTS_SHOWN])


def results_url(saved: SavedSearch) -> str:
    """The saved results page, in the active language."""
    portal = saved.portal.code if saved.portal else None
    url = here_url(portal, "search:results")
    return f"{url}?{saved.query}" if saved.query else url


def running() -> QuerySet[SavedSearch]:
    """All searches whose keepers want to be told."""
    return SavedSearch.objects.filter(silence="", user__is_active=True).filter(
        Q(by_mail=True) | Q(in_app=True)
    )


def untold_of(saved_ids: Iterable[int] | None = None) -> QuerySet[SavedSearch]:
    """Running searches with something untold, it and their keepers read along."""
    rows = running().filter(alerts__told_at__isnull=True, alerts__isnull=False).distinct()
    if saved_ids is not None:
        rows = rows.filter(pk__in=list(saved_ids))
    waiting = SavedAlert.objects.filter(told_at__isnull=True).order_by("pk")
    return rows.select_related("user", "portal").prefetch_related(
        Prefetch("alerts", waiting, to_attr="waiting")
    )


# Stopping by mail

_signer = Signer(salt="search.saved.stop")


def stop_token(saved: SavedSearch) -> str:
    """What an unsubscribe link carries: which search, and that we made it."""
    return _signer.sign(saved.public_id)


def saved_by_token(token: str) -> SavedSearch:
    """The search of an unsubscribe link. Raises NotFound."""
    try:
        public_id = _signer.unsign(token)
    except BadSignature as error:
        raise NotFound from error
    found = SavedSearch.objects.filter(public_id=public_id).select_related("user", "portal").first()
    if found is None:
        raise NotFound
    return found
