"""One question on one searcher of the embedded engine: hits in their order, and counts."""

from __future__ import annotations

import heapq
from itertools import groupby
from typing import Any

import tantivy as tv

from search.plan import In, Node, TextPlan, in_slot, slot_field

from . import embedded_schema as shape
from .constraints import Order, all_but, base_of, counting, facet_filters, order_of
from .interface import WINDOW, Facet, FacetCount, Hit, SearchRequest, Sort

_TERMS = 1000


class Run:
    """One question on one searcher."""

    def __init__(
        self, searcher: Any, schema: Any, slots: int, request: SearchRequest, text: TextPlan
    ) -> None:
        self.searcher, self.schema, self.slots = searcher, schema, slots
        self.request = request
        self.words = shape.translate(self.schema, text.must)
        self.bonuses = [shape.translate(self.schema, node) for node in text.should]
        self.base = base_of(request)
        self.chosen = facet_filters(request, self.slots)

    def query(self, *filters: Node, bonuses: bool = False) -> Any:
        """The words and the base, with constraints; with what only counts for the order when asked."""
        parts = [(tv.Occur.Must, self.words)]
        for node in (self.base, *filters):
            constraint = shape.filtering(self.schema, node)
            if constraint is not None:
                parts.append((tv.Occur.Must, constraint))
        if bonuses:
            parts += [(tv.Occur.Should, bonus) for bonus in self.bonuses]
        if self.request.filters.exclude:
            excluded = tv.Query.term_set_query(self.schema, "id", list(self.request.filters.exclude))
            parts.append((tv.Occur.MustNot, excluded))
        return tv.Query.boolean_query(parts)

    # Hits

    def hits(self) -> tuple[list[Hit], int]:
        """The page asked for and how many there are in all."""
        request = self.request
        stop = min(request.offset + request.limit, WINDOW)
        chosen = all_but(self.chosen, None)
        if stop <= request.offset:
            return [], int(self.searcher.search(self.query(chosen), 1).count)
        if request.sort is Sort.PRICE:
            found, total = self._by_price(chosen, stop)
        else:
            order = order_of(request)
            if order is not None:
                found, total = self._by_field(order, chosen, stop)
            else:
                found, total = self._by_score(chosen, stop)
        return found[request.offset : stop], total

    def _by_field(self, order: Order, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        name = shape.DESCENDING.get(order.field) or shape.ASCENDING[order.field]
        direction = tv.Order.Desc if order.descending else tv.Order.Asc
        result = self.searcher.search(self.query(chosen), max(1, stop), order_by_field=name, order=direction)
        return self._with_ids(result.hits), int(result.count)

    def _with_ids(self, found: list[tuple[Any, Any]]) -> list[Hit]:
        places = [place for _, place in found]
        keys = self.searcher.fast_field_values("id", places) if places else []
        return [
            Hit(int(key), shape.finite(float(score))) for (score, _), key in zip(found, keys, strict=True)
        ]

    def _by_score(self, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        """By score, equal ones by id. The engine breaks ties by place on disk, so the last tie is read
        whole.
        """
        query = self.query(chosen, bonuses=True)
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

    def _by_price(self, chosen: Node, stop: int) -> tuple[list[Hit], int]:
        """By unit price at the quantity: exact, because slots part the listings. Other currencies come
        last.
        """
        mine = In("currency", (self.request.currency,))
        runs: list[list[int]] = []
        total = 0
        for slot in range(self.slots):
            name = slot_field("price", slot)
            result = self.searcher.search(
                self.query(chosen, mine, *in_slot(slot, self.request.quantity)),
                max(1, stop), order_by_field=name, order=tv.Order.Asc,
            )  # fmt: skip
            runs.append([key for key, _ in result.hits])
            total += int(result.count)
        keys = list(heapq.merge(*runs))[:stop]
        hits = [Hit(shape.id_of_ascending(key), 0.0) for key in keys]
        others = tv.Query.boolean_query(
            [
                (tv.Occur.Must, self.query(chosen)),
                (tv.Occur.MustNot, shape.translate(self.schema, mine)),
            ]
        )
        rest = self.searcher.search(others, max(1, stop - len(hits)), order_by_field="id", order=tv.Order.Asc)
        hits += [Hit(int(key), 0.0) for key, _ in rest.hits]
        return hits, total + int(rest.count)

    # Facets

    def facets(self) -> dict[Facet, tuple[FacetCount, ...]]:
        return {facet: self._facet(facet) for facet in self.request.facets}

    def _facet(self, facet: Facet) -> tuple[FacetCount, ...]:
        plan = counting(facet, self.request, self.slots)
        others = all_but(self.chosen, facet)
        if plan.field:
            terms = {"values": {"terms": {"field": plan.field, "size": _TERMS}}}
            answer = self.searcher.aggregate(self.query(others), terms)
            counts = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in answer["values"]["buckets"]]
            return tuple(sorted(counts, key=lambda c: (-c.count, c.value)))
        return tuple(
            FacetCount(value, int(self.searcher.search(self.query(others, node), 1).count))
            for value, node in plan.values
        )
