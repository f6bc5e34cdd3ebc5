"""What changed, held against every saved search: new goods and fallen prices become alerts.

The changed listings are indexed in memory and the searches that could match are asked of it. Nothing is sent
here: alerts are rows, unique by search, listing, reason and price, so a batch may be worked on twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import transaction

from marketplace.catalog.cards import CardFacts, facts_of
from marketplace.catalog.models import Listing
from marketplace.core import clock
from marketplace.core.kept import Kept
from search import documents
from search.analysis.spelling import EMPTY, Vocabulary
from search.backends import serving
from search.backends.embedded_memory import MemoryBackend
from search.backends.interface import EngineError, SearchRequest
from search.backends.reading import read
from search.documents import ListingDocument
from search.models import SavedAlert, SeenPrice
from search.plan import TextPlan
from search.queries import running_festivals
from search.rulebook.book import Book
from search.rulebook.live import live_book

from .queries import price_at, request_of, running
from .rules import Told, batch_of, filters_may_match, may_match, worth_telling

log = structlog.get_logger(__name__)
# How many pairs are looked up and written together.
PART = 1000
_requests: Kept[SearchRequest] = Kept(most=20_000, seconds=600)
_plans: Kept[TextPlan] = Kept(most=20_000, seconds=600)


class Running(NamedTuple):
    """What of a saved search matching needs."""

    pk: int
    query: str
    portal: str | None
    locale: str
    quantity: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """A saved search that finds one of the changed listings."""

    saved: Running
    listing_id: int


def match_changes(listing_ids: Iterable[int]) -> list[int]:
    """Write alerts for changed listings; the ids of the saved searches that have new ones."""
    searches = [Running(*row) for row in running().values_list(*_FIELDS)]
    found = documents.build(list(listing_ids)) if searches else []
    pairs = find_pairs(found, searches) if found else []
    return write_alerts(pairs) if pairs else []


_FIELDS = ("pk", "query", "portal__code", "locale", "quantity", "created_at")


def find_pairs(found: Sequence[ListingDocument], searches: Iterable[Running]) -> list[Pair]:
    """Which saved searches find which documents. Equal searches of several people are asked once."""
    batch = batch_of(found)
    vocabulary, book = _vocabulary(), live_book()
    groups: dict[SearchRequest, list[Running]] = defaultdict(list)
    for saved in searches:
        request = _request(saved)
        if filters_may_match(request, batch):
            groups[request].append(saved)
    plans = {request: _plan(request, vocabulary, book) for request in groups}
    asked = [request for request, plan in plans.items() if may_match(plan.must, batch.tokens)]
    if not asked:
        return []
    engine = MemoryBackend(found, vocabulary)
    pairs, now = [], int(clock.now().timestamp())
    festivals, _titles = running_festivals()
    for request in asked:
        for key in engine.matching(request.but(now=now, festivals=festivals), plans[request]):
            pairs += [Pair(saved, key) for saved in groups[request]]
    log.info("saved_searches_matched", listings=len(found), asked=len(asked), pairs=len(pairs))
    return pairs


def _vocabulary() -> Vocabulary:
    try:
        return serving.vocabulary()
    except EngineError:
        return EMPTY


def _request(saved: Running) -> SearchRequest:
    key = (saved.query, saved.portal, saved.locale)
    request = _requests.get(key)
    if request is None:
        request = request_of(saved.query, saved.portal, saved.locale)
        _requests.put(key, request)
    return request


def _plan(request: SearchRequest, vocabulary: Vocabulary, book: Book) -> TextPlan:
    """The words of a request as its page reads them, with the live rules about words; made once."""
    ruled = (book.key, clock.today(), request.portal, request.locale) if book.lines else ()
    key = (request.q, request.mend, request.loose, id(vocabulary), ruled)
    plan = _plans.get(key)
    if plan is None:
        plan = _read(request, vocabulary, book)
        _plans.put(key, plan)
    return plan


def _read(request: SearchRequest, vocabulary: Vocabulary, book: Book) -> TextPlan:
    """Without what is pinned: that is shown to who looks, not told to who waits for what fits."""
    asked, _rules = book.applied(request, clock.today())
    parsed, plan = read(request.but(wording=asked.wording), vocabulary)
    if parsed.corrected:
        again, _rules = book.applied(request, clock.today(), read_as=parsed.corrected)
        if again.wording is not asked.wording:
            _parsed, plan = read(request.but(wording=again.wording), vocabulary)
    return plan


# Alerts


def write_alerts(pairs: Sequence[Pair]) -> list[int]:
    """Alerts for what is worth telling, and the prices now seen; ids of the searches with new alerts."""
    keys = list({pair.listing_id for pair in pairs})
    facts = facts_of(keys, images={})
    published = dict(Listing.objects.filter(pk__in=keys).values_list("pk", "published_at"))
    there = [pair for pair in pairs if pair.listing_id in facts]
    found: list[int] = []
    for start in range(0, len(there), PART):
        found += _write_part(there[start : start + PART], facts, published)
    return sorted(set(found))


@transaction.atomic
def _write_part(
    pairs: Sequence[Pair], facts: Mapping[int, CardFacts], published: Mapping[int, datetime | None]
) -> list[int]:
    seen = _seen(pairs)
    alerts, prices = [], []
    for pair in pairs:
        place = (pair.saved.pk, pair.listing_id)
        price = price_at(facts[pair.listing_id], pair.saved.quantity)
        told = worth_telling(
            known=place in seen,
            before=seen.get(place),
            now=price.amount,
            published_at=published.get(pair.listing_id),
            since=pair.saved.created_at,
        )
        if told:
            alerts.append(_alert(pair, told, price.amount, price.currency))
        prices.append(_seen_row(pair, price.amount, price.currency))
    _keep_prices(prices)
    return _keep_alerts(alerts)


def _alert(pair: Pair, told: Told, price: int | None, currency: str) -> SavedAlert:
    return SavedAlert(
        saved_id=pair.saved.pk,
        listing_id=pair.listing_id,
        reason=told.reason,
        price=price or 0,
        before=told.before,
        currency=currency,
        at=clock.now(),
    )


def _seen_row(pair: Pair, price: int | None, currency: str) -> SeenPrice:
    return SeenPrice(
        saved_id=pair.saved.pk, listing_id=pair.listing_id, price=price, currency=currency, at=clock.now()
    )


def _seen(pairs: Sequence[Pair]) -> dict[tuple[int, int], int | None]:
    rows = SeenPrice.objects.filter(
        saved__in={pair.saved.pk for pair in pairs}, listing_id__in={pair.listing_id for pair in pairs}
    )
    return {(saved, key): price for saved, key, price in rows.values_list("saved_id", "listing_id", "price")}


def _keep_prices(rows: Sequence[SeenPrice]) -> None:
    SeenPrice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["saved", "listing_id"],
        update_fields=["price", "currency", "at"],
        batch_size=500,
    )


def _keep_alerts(rows: Sequence[SavedAlert]) -> list[int]:
    """Write what is not there yet; a search with no new row is not named."""
    if not rows:
        return []
    there = set(
        SavedAlert.objects.filter(
            saved__in={r.saved_id for r in rows}, listing__in={r.listing_id for r in rows}
        ).values_list("saved_id", "listing_id", "reason", "price")
    )
    fresh = [r for r in rows if (r.saved_id, r.listing_id, r.reason, r.price) not in there]
    SavedAlert.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return sorted({row.saved_id for row in fresh})
