"""Days added up: what each query showed, found and led to. Adding up a day again gives the same.

What people ask, put into their basket and order within seven days of a click is led back to the search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Min, Q

from marketplace.core import clock
from marketplace.core.jobs import missed_days, run_once
from marketplace.orders.models import CartLine, OrderLine
from marketplace.sourcing.models import Inquiry
from search.models import ListingQueryDay, QueryDay, SearchClick, SearchEvent, SearchOutcome

from .rules import ATTRIBUTION, RAW_DAYS, nth_percentile

FEW = 3
QUERY_DAYS = 730
JOB = "search.log"
Kind = SearchOutcome.Kind


def add_up_due() -> None:
    """Close the days that are over, once each, and add up today so far."""
    today = clock.today()
    for day in missed_days(JOB, until=today - timedelta(days=1), at_most=7):
        run_once(JOB, day, close_day)
    add_up(today)


def close_day(day: date) -> dict[str, Any]:
    """Add up a day that is over and forget what is too old."""
    return {**add_up(day), "forgotten": forget(day)}


@transaction.atomic
def add_up(day: date) -> dict[str, int]:
    """Write a day's sums anew; counts of what was written."""
    outcomes = lead_back(day)
    sums, shown = _sums(day)
    QueryDay.objects.filter(day=day).delete()
    QueryDay.objects.bulk_create([one.row(day, *key) for key, one in sums.items()], batch_size=500)
    ListingQueryDay.objects.filter(day=day).delete()
    ListingQueryDay.objects.bulk_create(
        [ListingQueryDay(day=day, listing_id=k, q=q, **counts) for (k, q), counts in shown.items()],
        batch_size=1000,
    )
    return {"queries": len(sums), "listings": len(shown), "outcomes": outcomes}


@transaction.atomic
def forget(day: date) -> int:
    """Delete raw rows older than ninety days and sums older than two years; how many rows."""
    edge = day - timedelta(days=RAW_DAYS)
    raw = (SearchEvent, SearchClick, SearchOutcome, ListingQueryDay)
    count = sum(model._default_manager.filter(day__lt=edge).delete()[0] for model in raw)
    return count + QueryDay.objects.filter(day__lt=day - timedelta(days=QUERY_DAYS)).delete()[0]


# Sums


@dataclass(slots=True)
class _Sum:
    """One query's day while it is added up."""

    searches: int = 0
    found_nothing: int = 0
    found_few: int = 0
    relaxed: int = 0
    corrected: int = 0
    degraded: int = 0
    clicked: int = 0
    clicked_first: int = 0
    clicked_ten: int = 0
    clicks: int = 0
    reciprocals: int = 0
    inquiries: int = 0
    baskets: int = 0
    orders: int = 0
    last_total: int = 0
    people: set[str] = field(default_factory=set)
    took: list[int] = field(default_factory=list)

    def row(self, day: date, q: str, portal: str, locale: str) -> QueryDay:
        """As it is kept."""
        counts = {name: getattr(self, name) for name in self.__slots__ if name not in ("people", "took")}
        return QueryDay(
            day=day,
            q=q,
            portal=portal,
            locale=locale,
            visitors=len(self.people),
            took_p95_ms=nth_percentile(self.took, 0.95),
            **counts,
        )


_PLURAL = {Kind.INQUIRY: "inquiries", Kind.BASKET: "baskets", Kind.ORDER: "orders"}
_Shown = dict[tuple[int, str], dict[str, int]]
_Key = tuple[str, str, str]


def _empty() -> dict[str, int]:
    return dict.fromkeys(("shown", "positions", "clicks", "inquiries", "baskets", "orders"), 0)


def _sums(day: date) -> tuple[dict[_Key, _Sum], _Shown]:
    clicks = _clicks_of(day)
    led = _outcomes_of(day)
    sums: dict[_Key, _Sum] = defaultdict(_Sum)
    shown: _Shown = defaultdict(_empty)
    for event in SearchEvent.objects.filter(day=day).order_by("pk").iterator(chunk_size=2000):
        one = sums[event.q, event.portal, event.locale]
        _count_event(one, event)
        for place, key in enumerate(event.shown, event.first):
            cell = shown[key, event.q]
            cell["shown"] += 1
            cell["positions"] += place
        # Only what the page really showed was opened from it.
        opened = [(p, k) for p, k in clicks.get((event.query_id, event.visitor), ()) if k in event.shown]
        _count_clicks(one, opened)
        for _place, key in opened:
            shown[key, event.q]["clicks"] += 1
    for event_key, kind, listing_id in led:
        one, name = sums[event_key], _PLURAL[Kind(kind)]
        setattr(one, name, getattr(one, name) + 1)
        shown[listing_id, event_key[0]][name] += 1
    return sums, shown


def _count_event(one: _Sum, event: SearchEvent) -> None:
    one.searches += 1
    one.people.add(event.visitor)
    one.found_nothing += event.total == 0
    one.found_few += 0 < event.total < FEW
    one.relaxed += event.relaxed
    one.corrected += bool(event.corrected)
    one.degraded += event.degraded
    one.last_total = event.total
    if event.took_ms:
        one.took.append(event.took_ms)


def _count_clicks(one: _Sum, opened: list[tuple[int, int]]) -> None:
    if not opened:
        return
    best = min(place for place, _key in opened)
    one.clicks += len(opened)
    one.clicked += 1
    one.clicked_first += best == 1
    one.clicked_ten += best <= 10
    one.reciprocals += 10_000 // best


def _clicks_of(day: date) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(place, listing) of the clicks on a day's pages; a page of late evening may be clicked after
    midnight.
    """
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    rows = SearchClick.objects.filter(day__range=(day, day + timedelta(days=1))).order_by("at", "pk")
    for query_id, visitor, place, key in rows.values_list("query_id", "visitor", "position", "listing_id"):
        found[query_id, visitor].append((place, key))
    return found


def _outcomes_of(day: date) -> list[tuple[_Key, str, int]]:
    """What happened on a day with the query it is led back to."""
    rows = list(SearchOutcome.objects.filter(day=day).values_list("query_id", "kind", "listing_id"))
    events = SearchEvent.objects.filter(query_id__in={row[0] for row in rows})
    keys = {e[0]: (e[1], e[2], e[3]) for e in events.values_list("query_id", "q", "portal", "locale")}
    return [(keys[query_id], kind, key) for query_id, kind, key in rows if query_id in keys]


# Leading back


class Deed(NamedTuple):
    """Something a company did with a listing."""

    kind: str
    source_id: int
    listing_id: int
    company_id: int
    at: datetime


def lead_back(day: date) -> int:
    """Write what was asked, basketed and ordered on a day and came from a click; how much there is of it."""
    deeds = list(_deeds(day))
    clicks = _clicks_before(deeds, day) if deeds else {}
    rows = []
    for deed in deeds:
        since = deed.at - ATTRIBUTION
        before = [c for c in clicks.get((deed.company_id, deed.listing_id), ()) if since <= c.at <= deed.at]
        if before:
            click = max(before, key=lambda c: (c.at, c.pk))
            rows.append(
                SearchOutcome(
                    kind=deed.kind,
                    source_id=deed.source_id,
                    query_id=click.query_id,
                    visitor=click.visitor,
                    listing_id=deed.listing_id,
                    at=deed.at,
                    day=day,
                )
            )
    SearchOutcome.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a business day and of the next one."""
    start = datetime.combine(day, time.min, tzinfo=clock.BUSINESS_ZONE)
    return start, start + timedelta(days=1)


def _deeds(day: date) -> Iterator[Deed]:
    start, end = bounds(day)
    asked = Inquiry.objects.filter(created_at__gte=start, created_at__lt=end, listing__isnull=False)
    for row in asked.values_list("pk", "listing_id", "buyer_id", "created_at"):
        yield Deed(Kind.INQUIRY, *row)
    # A listing in an order or a basket counts once, in however many colours and sizes.
    lines = CartLine.objects.filter(created_at__gte=start, created_at__lt=end)
    carts = lines.values_list("cart", "variant__listing_id", "cart__company_id")
    for _cart, listing, company, key, at in carts.annotate(key=Min("pk"), at=Min("created_at")):
        yield Deed(Kind.BASKET, key, listing, company, at)
    ordered = OrderLine.objects.filter(order__created_at__gte=start, order__created_at__lt=end)
    orders = ordered.values_list("order", "listing_id", "order__buyer_id")
    for _order, listing, company, key, at in orders.annotate(key=Min("pk"), at=Min("order__created_at")):
        yield Deed(Kind.ORDER, key, listing, company, at)


def _clicks_before(deeds: Iterable[Deed], day: date) -> dict[tuple[int, int], list[SearchClick]]:
    """Clicks of those companies on those listings; one made before signing in counts for the company that
    the same visitor acted for that day, if it was one.
    """
    start, end = bounds(day)
    days = (day - timedelta(days=ATTRIBUTION.days + 1), day)
    wanted = {(deed.company_id, deed.listing_id) for deed in deeds}
    rows = SearchClick.objects.filter(
        Q(company_id__in={c for c, _ in wanted}) | Q(company_id=None),
        listing_id__in={k for _, k in wanted},
        at__gte=start - ATTRIBUTION,
        at__lt=end,
    )
    acted: dict[tuple[date, str], set[int]] = defaultdict(set)
    for model in (SearchEvent, SearchClick):
        named = model._default_manager.filter(day__range=days, company_id__isnull=False)
        for when, visitor, company in named.values_list("day", "visitor", "company_id").distinct():
            acted[when, visitor].add(int(company or 0))
    found: dict[tuple[int, int], list[SearchClick]] = defaultdict(list)
    for click in rows:
        companies = acted.get((click.day, click.visitor), set())
        company = click.company_id or (next(iter(companies)) if len(companies) == 1 else None)
        if company is not None and (company, click.listing_id) in wanted:
            found[company, click.listing_id].append(click)
    return found
