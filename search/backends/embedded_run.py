"""One question on one searcher of the embedded engine: its queries, and hits in their order."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Protocol

import tantivy as tv

from marketplace.core.geometry import metres_between
from search.plan import (
    All,
    Best,
    Fits,
    In,
    Near,
    Node,
    Nothing,
    Range,
    Some,
    TextPlan,
    Without,
    both,
    in_slot,
    slot_field,
)
from search.unscored import unscored

from . import embedded_schema as shape
from .boosts import parted
from .constraints import (
    Order,
    all_but,
    are_spanned,
    attributes_node,
    base_of,
    by_distance,
    facet_filters,
    has_price,
    order_of,
    priced_by_key,
    priced_node,
    spanned_node,
)
from .embedded_spans import Spans
from .interface import WINDOW, Band, Facet, Hit, SearchRequest, Sort

_MOST_PLACES = 60_000
Ways = list[tuple[Node, ...]]
"""Constraints in alternatives of which each listing fits at most one."""


class Reader(Protocol):
    """What of an open index a question needs."""

    schema: Any
    searcher: Any

    def slots_at(self, quantity: int) -> int:
        """How many steps of ladders can count at a quantity."""
        ...

    def places(self) -> Sequence[tuple[str, float, float]]:
        """All places of the index: token, degrees north and east."""
        ...

    def spans_of(self, searcher: Any) -> Spans:
        """The spans of ladders that a searcher knows."""
        ...


class Run:
    """One question on one searcher."""

    def __init__(self, reader: Reader, request: SearchRequest, text: TextPlan) -> None:
        self.reader, self.searcher, self.schema = reader, reader.searcher, reader.schema
        # A ladder's step counts at a quantity only where some listing has that step so early.
        self.slots = reader.slots_at(request.quantity)
        self.request = request
        self.words = shape.translate(self.schema, text.must)
        self.matches = tv.Query.const_score_query(shape.translate(self.schema, unscored(text.must)), 0.0)
        self.bonuses = [shape.translate(self.schema, node) for node in text.should]
        self.base = base_of(request)
        self.chosen = facet_filters(request, self.slots)
        self.price = self._price_steps() if Facet.PRICE in self.chosen else []
        self._price_ways = self._priced() if self.price else []
        self._far: dict[str, float] | None = None

    @property
    def spans(self) -> Spans:
        """The spans of ladders in the index that is asked."""
        return self.reader.spans_of(self.searcher)

    # Queries

    def _price_steps(self) -> list[Node]:
        """The price filter, one node per step of a ladder."""
        band = self.request.filters.price or Band()
        within = [
            both(
                (*in_slot(slot, self.request.quantity), Range(slot_field("price", slot), band.low, band.high))
            )
            for slot in range(self.slots)
        ]
        return [both((priced_node(self.request), node)) for node in within]

    def _priced(self) -> list[Node]:
        """The price filter in as few alternatives as there are: what spans tell, and steps of the rest."""
        band = self.request.filters.price or Band()
        if not are_spanned((band,)):
            return self.price
        by_key = priced_by_key(self.request)
        gated = [both((by_key, step)) for step in self.price] if by_key is not None else []
        return [spanned_node(band, self.request), *gated]

    def others(
        self, facet: Facet | None = None, *more: Node, attribute: str = "", swap: Node | None = None
    ) -> Ways:
        """What is chosen, but for one facet or one attribute (`swap` stands for all attributes), and more.

        A price filter can be a union over the steps of ladders. The engine reads a union from end to end, but
        of an intersection only what its rarest part leads to, so each step is a question of its own.
        """
        wanted = self.request.filters.attributes
        rest: dict[Facet, Node] = dict(self.chosen)
        rest.pop(Facet.PRICE, None)
        attributes = attributes_node(wanted, but=attribute) if swap is None else swap
        common = (all_but(rest, facet), attributes, *more)
        if not self.price or facet is Facet.PRICE:
            return [common]
        return [(*common, node) for node in self._price_ways]

    def query(self, *filters: Node, bonuses: bool = False) -> Any:
        """The words and the base, with constraints; with what only counts for the order when asked."""
        parts = [(tv.Occur.Must, self.words if bonuses else self.matches)]
        for node in (self.base, *filters):
            constraint = shape.filtering(self.schema, self._named(node))
            if constraint is not None:
                parts.append((tv.Occur.Must, constraint))
        if bonuses:
            parts += [(tv.Occur.Should, bonus) for bonus in self.bonuses]
        if self.request.filters.exclude:
            excluded = tv.Query.term_set_query(self.schema, "id", list(self.request.filters.exclude))
            parts.append((tv.Occur.MustNot, excluded))
        return tv.Query.boolean_query(parts)

    def count(self, ways: Ways) -> int:
        """How many listings fit; no listing fits in two ways."""
        return sum(int(self.searcher.search(self.query(*way), 1).count) for way in ways)

    def _named(self, node: Node) -> Node:
        """The node with spans and the places near a point named one by one: the engine knows no geography."""
        if isinstance(node, Fits):
            fitting = self.spans.fitting(node.pattern)
            return node if fitting is None else In(node.field, fitting) if fitting else Nothing()
        if isinstance(node, Near):
            within = tuple(place for place, far in self.distances().items() if far <= node.metres)
            return In("place", within) if within else Nothing()
        if isinstance(node, All | Some | Best):
            parts = tuple(self._named(one) for one in node.nodes)
            return Some(parts, node.at_least) if isinstance(node, Some) else type(node)(parts)
        return node

    def distances(self) -> dict[str, float]:
        """Metres from the reader to every place of the index; of every question only once."""
        if self._far is None:
            near = self.request.near
            self._far = (
                {token: metres_between(near, (lat, lng)) for token, lat, lng in self.reader.places()}
                if near
                else {}
            )
        return self._far

    # Hits

    def hits(self) -> tuple[list[Hit], int]:
        """The page asked for and how many there are in all."""
        request = self.request
        stop = min(request.offset + request.limit, WINDOW)
        chosen = self.others()
        if stop <= request.offset:
            return [], self.count(chosen)
        order = order_of(request)
        if request.sort is Sort.PRICE:
            found, total = self._by_price(stop)
        elif by_distance(request):
            found, total = self._by_distance(chosen, stop)
        elif order is not None:
            found, total = self._by_field(order, chosen, stop)
        else:
            found, total = self._by_score(chosen, stop)
        return found[request.offset : stop], total

    def _sorted(self, ways: Ways, name: str, order: Any, stop: int) -> tuple[list[tuple[int, Any]], int]:
        """(key, place) by a field whose values no two listings share, over all ways."""
        runs, total = [], 0
        for way in ways:
            result = self.searcher.search(self.query(*way), max(1, stop), order_by_field=name, order=order)
            runs.append(result.hits)
            total += int(result.count)
        falling = order is tv.Order.Desc or order == tv.Order.Desc
        merged = heapq.merge(*runs, key=lambda pair: pair[0], reverse=falling)
        return list(merged)[: max(0, stop)], total

    def _by_field(self, order: Order, chosen: Ways, stop: int) -> tuple[list[Hit], int]:
        name = shape.DESCENDING.get(order.field) or shape.ASCENDING[order.field]
        found, total = self._sorted(chosen, name, tv.Order.Desc if order.descending else tv.Order.Asc, stop)
        return self._with_ids(found), total

    def _with_ids(self, found: list[tuple[Any, Any]]) -> list[Hit]:
        places = [place for _, place in found]
        keys = self.searcher.fast_field_values("id", places) if places else []
        return [
            Hit(int(key), shape.finite(float(score))) for (score, _), key in zip(found, keys, strict=True)
        ]

    def _by_score(self, chosen: Ways, stop: int) -> tuple[list[Hit], int]:
        """By score, equal ones by id. The engine breaks ties by place on disk, so the last tie is read
        whole.
        """
        ordered: list[Hit] = []
        total = 0
        for way in chosen:
            query = self._weighed(self.query(*way, bonuses=True))
            limit = stop + 32
            while True:
                result = self.searcher.search(query, max(1, limit), weight_by_field="rank")
                found = result.hits
                if len(found) < limit or limit >= WINDOW or found[-1][0] < found[stop - 1][0]:
                    break
                limit = min(WINDOW, limit * 4)
            ordered += self._with_ids(found)
            total += int(result.count)
        return sorted(ordered, key=lambda hit: (-hit.score, hit.listing_id)), total

    def _weighed(self, query: Any) -> Any:
        """The query with the scores of some listings multiplied: part by part, no listing in two of them."""
        if not self.request.boosts:
            return query
        ways = []
        for node, factor in parted(self.request.boosts):
            part = tv.Query.const_score_query(shape.translate(self.schema, node), 0.0)
            both = tv.Query.boolean_query([(tv.Occur.Must, query), (tv.Occur.Must, part)])
            ways.append((tv.Occur.Should, both if factor == 1.0 else tv.Query.boost_query(both, factor)))
        return tv.Query.boolean_query(ways)

    def _by_id(self, stop: int, ways: Ways) -> tuple[list[Hit], int]:
        """By ascending id, without scores."""
        found, total = self._sorted(ways, "id", tv.Order.Asc, stop)
        return [Hit(int(key), 0.0) for key, _place in found], total

    def _by_price(self, stop: int) -> tuple[list[Hit], int]:
        """By unit price at the quantity: exact, because slots part the listings. What has no price for the
        reader comes last.
        """
        priced = has_price(self.request)
        keys: list[list[int]] = []
        total = 0
        for slot in range(self.slots):
            held = both((priced, *in_slot(slot, self.request.quantity)))
            if self.price:
                held = both((held, self.price[slot]))
            ways: Ways = [(*self.others(Facet.PRICE)[0], held)]
            found, count = self._sorted(ways, slot_field("price", slot), tv.Order.Asc, stop)
            keys.append([key for key, _place in found])
            total += count
        hits = [Hit(shape.id_of_ascending(key), 0.0) for key in list(heapq.merge(*keys))[:stop]]
        if self.price:
            return hits, total
        rest, more = self._by_id(stop - len(hits), self.others(None, Without(priced)))
        return hits + rest, total + more

    def aggregate(self, ways: Ways, wanted: dict[str, Any]) -> dict[str, Any]:
        """Aggregations over all ways, added up."""
        if not wanted:
            return {}
        return added_up([self.searcher.aggregate(self.query(*way), wanted) for way in ways])

    def _by_distance(self, chosen: Ways, stop: int) -> tuple[list[Hit], int]:
        """Nearest first; one place after the other, as far as the page reaches. What is made nobody knows
        where comes last.
        """
        terms = {"places": {"terms": {"field": "place", "size": _MOST_PLACES}}}
        buckets = self.aggregate(chosen, terms)["places"]["buckets"]
        far = self.distances()
        counts = sorted((far[b["key"]], str(b["key"]), int(b["doc_count"])) for b in buckets)
        hits: list[Hit] = []
        passed = 0
        for _distance, same in groupby(counts, key=lambda place: place[0]):
            places = list(same)
            size = sum(count for _far, _token, count in places)
            if passed + size <= self.request.offset:
                hits += [Hit(0, 0.0)] * size
            elif passed < stop:
                tokens = tuple(token for _far, token, _count in places)
                hits += self._by_id(stop - passed, self.others(None, In("place", tokens)))[0]
            passed += size
        rest, more = self._by_id(max(0, stop - passed), self.others(None, Without(Range("lat"))))
        return hits + rest, passed + more


def added_up(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Aggregations of parts that share no listing, as one: buckets of the same key and sums are added."""
    if len(answers) == 1:
        return answers[0]
    return {name: _added([answer[name] for answer in answers]) for name in answers[0]}


def _added(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if "buckets" not in parts[0]:
        return {"value": sum(part["value"] or 0 for part in parts)}
    same: dict[Any, list[dict[str, Any]]] = {}
    for part in parts:
        for bucket in part["buckets"]:
            same.setdefault(bucket["key"], []).append(bucket)
    buckets = []
    for found in same.values():
        inner = {
            name: [b[name] for b in found] for name, value in found[0].items() if isinstance(value, dict)
        }
        whole = {**found[0], "doc_count": sum(b["doc_count"] for b in found)}
        buckets.append({**whole, **{name: _added(values) for name, values in inner.items()}})
    return {"buckets": buckets}
