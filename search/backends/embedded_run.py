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
    In,
    Near,
    Node,
    Nothing,
    Range,
    Some,
    TextPlan,
    Without,
    in_slot,
    slot_field,
)

from . import embedded_schema as shape
from .boosts import parted
from .constraints import (
    Order,
    all_but,
    attributes_node,
    base_of,
    by_distance,
    facet_filters,
    has_price,
    order_of,
)
from .interface import WINDOW, Facet, Hit, SearchRequest, Sort

_MOST_PLACES = 60_000


class Reader(Protocol):
    """What of an open index a question needs."""

    schema: Any
    searcher: Any
    slots: int

    def places(self) -> Sequence[tuple[str, float, float]]:
        """All places of the index: token, degrees north and east."""
        ...


class Run:
    """One question on one searcher."""

    def __init__(self, reader: Reader, request: SearchRequest, text: TextPlan) -> None:
        self.reader, self.searcher, self.schema = reader, reader.searcher, reader.schema
        self.slots = reader.slots
        self.request = request
        self.words = shape.translate(self.schema, text.must)
        self.bonuses = [shape.translate(self.schema, node) for node in text.should]
        self.base = base_of(request)
        self.chosen = facet_filters(request, self.slots)
        self._far: dict[str, float] | None = None

    # Queries

    def others(self, facet: Facet | None = None, *, attribute: str = "") -> tuple[Node, Node]:
        """What is chosen, but for one facet or one attribute."""
        wanted = self.request.filters.attributes
        return all_but(self.chosen, facet), attributes_node(wanted, but=attribute)

    def query(self, *filters: Node, bonuses: bool = False) -> Any:
        """The words and the base, with constraints; with what only counts for the order when asked."""
        parts = [(tv.Occur.Must, self.words)]
        for node in (self.base, *filters):
            constraint = shape.filtering(self.schema, self._placed(node))
            if constraint is not None:
                parts.append((tv.Occur.Must, constraint))
        if bonuses:
            parts += [(tv.Occur.Should, bonus) for bonus in self.bonuses]
        if self.request.filters.exclude:
            excluded = tv.Query.term_set_query(self.schema, "id", list(self.request.filters.exclude))
            parts.append((tv.Occur.MustNot, excluded))
        return tv.Query.boolean_query(parts)

    def count(self, *filters: Node) -> int:
        """How many listings fit."""
        return int(self.searcher.search(self.query(*filters), 1).count)

    def _placed(self, node: Node) -> Node:
        """The node with the places near a point named one by one: the engine knows no geography."""
        if isinstance(node, Near):
            within = tuple(place for place, far in self.distances().items() if far <= node.metres)
            return In("place", within) if within else Nothing()
        if isinstance(node, All | Some | Best):
            parts = tuple(self._placed(one) for one in node.nodes)
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
            return [], self.count(*chosen)
        order = order_of(request)
        if request.sort is Sort.PRICE:
            found, total = self._by_price(chosen, stop)
        elif by_distance(request):
            found, total = self._by_distance(chosen, stop)
        elif order is not None:
            found, total = self._by_field(order, chosen, stop)
        else:
            found, total = self._by_score(chosen, stop)
        return found[request.offset : stop], total

    def _by_field(self, order: Order, chosen: tuple[Node, ...], stop: int) -> tuple[list[Hit], int]:
        name = shape.DESCENDING.get(order.field) or shape.ASCENDING[order.field]
        direction = tv.Order.Desc if order.descending else tv.Order.Asc
        query = self.query(*chosen)
        result = self.searcher.search(query, max(1, stop), order_by_field=name, order=direction)
        return self._with_ids(result.hits), int(result.count)

    def _with_ids(self, found: list[tuple[Any, Any]]) -> list[Hit]:
        places = [place for _, place in found]
        keys = self.searcher.fast_field_values("id", places) if places else []
        return [
            Hit(int(key), shape.finite(float(score))) for (score, _), key in zip(found, keys, strict=True)
        ]

    def _by_score(self, chosen: tuple[Node, ...], stop: int) -> tuple[list[Hit], int]:
        """By score, equal ones by id. The engine breaks ties by place on disk, so the last tie is read
        whole.
        """
        query = self._weighed(self.query(*chosen, bonuses=True))
        limit = stop + 32
        while True:
            result = self.searcher.search(query, max(1, limit), weight_by_field="rank")
            found = result.hits
            if len(found) < limit or limit >= WINDOW or found[-1][0] < found[stop - 1][0]:
                break
            limit = min(WINDOW, limit * 4)
        ordered: list[Hit] = []
        for _, same in groupby(self._with_ids(found), key=lambda hit: hit.score):
            ordered += sorted(same, key=lambda hit: hit.listing_id)
        return ordered, int(result.count)

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

    def _by_id(self, stop: int, *filters: Node) -> tuple[list[Hit], int]:
        """By ascending id, without scores."""
        query = self.query(*filters)
        result = self.searcher.search(query, max(1, stop), order_by_field="id", order=tv.Order.Asc)
        return [Hit(int(key), 0.0) for key, _ in result.hits[:stop]], int(result.count)

    def _by_price(self, chosen: tuple[Node, ...], stop: int) -> tuple[list[Hit], int]:
        """By unit price at the quantity: exact, because slots part the listings. What has no price for the
        reader comes last.
        """
        priced = has_price(self.request)
        runs: list[list[int]] = []
        total = 0
        for slot in range(self.slots):
            name = slot_field("price", slot)
            query = self.query(*chosen, priced, *in_slot(slot, self.request.quantity))
            result = self.searcher.search(query, max(1, stop), order_by_field=name, order=tv.Order.Asc)
            runs.append([key for key, _ in result.hits])
            total += int(result.count)
        keys = list(heapq.merge(*runs))[:stop]
        hits = [Hit(shape.id_of_ascending(key), 0.0) for key in keys]
        rest, more = self._by_id(stop - len(hits), *chosen, Without(priced))
        return hits + rest, total + more

    def _by_distance(self, chosen: tuple[Node, ...], stop: int) -> tuple[list[Hit], int]:
        """Nearest first; one place after the other, as far as the page reaches. What is made nobody knows
        where comes last.
        """
        terms = {"places": {"terms": {"field": "place", "size": _MOST_PLACES}}}
        buckets = self.searcher.aggregate(self.query(*chosen), terms)["places"]["buckets"]
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
                hits += self._by_id(stop - passed, *chosen, In("place", tokens))[0]
            passed += size
        rest, more = self._by_id(max(0, stop - passed), *chosen, Without(Range("lat")))
        return hits + rest, passed + more
