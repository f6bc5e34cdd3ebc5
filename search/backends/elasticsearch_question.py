"""One request as Elasticsearch searches: constraints no facet shows in the query, chosen values after the
counts; what the first answer asks for further.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import A, Search
from elasticsearch.dsl import query as dq

from search.keywords import span_pattern, token
from search.plan import (
    MAX_SLOTS,
    Everything,
    Node,
    TextPlan,
    Without,
    both,
    in_slot,
    slot_field,
)
from search.unscored import unscored

from . import elasticsearch_schema as shape
from .boosts import parted
from .constraints import (
    Counting,
    are_spanned,
    attributes_node,
    band_value,
    base_of,
    by_distance,
    counting,
    facet_filters,
    has_price,
    is_joined,
    order_of,
    priced_by_key,
    priced_node,
    with_value,
)
from .counts import MOST_SPANS, cut_values, read_points, span_parts, sums
from .interface import MOST_VALUES, WINDOW, Facet, FacetCount, Hit, Point, SearchRequest, Sort

_TERMS = 10_000
_NEAR, _SPARE = 480, 32
_REST = "rest"
_BY_KEY = "_by_key"
Answer = Mapping[str, Any]


class Question:
    """One request. `search()` is the first trip; attributes take a second, and a third where two options of
    variants are chosen together.
    """

    def __init__(self, request: SearchRequest, text: TextPlan, *, by_span: bool = True) -> None:
        self.request, self.text = request, text
        self._by_span = by_span and are_spanned(request.price_bands)
        self.chosen = facet_filters(request, MAX_SLOTS)
        self.wanted = request.filters.attributes
        self.counted = [facet for facet in self.chosen if facet in request.facets]
        self.plans = {facet: counting(facet, request) for facet in request.facets}
        before = [node for facet, node in self.chosen.items() if facet not in self.counted]
        if not request.attributes:
            before.append(attributes_node(self.wanted))
        self.before = both(before)
        self.after = self.others()

    def others(self, facet: Facet | None = None, *, attribute: str = "") -> Node:
        """What is chosen and counted, but for one facet or attribute. Features add up: theirs do count."""
        nodes = [self.chosen[name] for name in self.counted if name is not facet or name is Facet.FEATURE]
        if self.request.attributes:
            nodes.append(attributes_node(self.wanted, but=attribute))
        return both(nodes)

    # Searches

    def _words(self, *, scored: bool) -> dq.Query:
        limits = [*shape.filtering(base_of(self.request)), *shape.filtering(self.before)]
        keys = self.request.filters.exclude
        words = shape.translate(self.text.must if scored else unscored(self.text.must))
        excluded = [dq.Terms(id=list(keys))] if keys else []
        if not scored:
            return dq.Bool(filter=[words, *limits], must_not=excluded)
        rank: Any = {"field_value_factor": {"field": "rank", "missing": 1.0}}
        weights: list[Any] = [
            {"filter": shape.translate(node).to_dict(), "weight": factor}
            for node, factor in parted(self.request.boosts)[:-1]
        ]
        return dq.FunctionScore(
            query=dq.Bool(
                must=[words],
                should=[shape.translate(node) for node in self.text.should],
                filter=limits,
                must_not=excluded,
            ),
            functions=[rank, *weights],
            score_mode="multiply",
            boost_mode="multiply",
        )

    @property
    def _by_score(self) -> bool:
        by_words = self.request.sort in (Sort.RELEVANCE, Sort.DISTANCE) and not by_distance(self.request)
        return by_words and order_of(self.request) is None

    @property
    def by_price(self) -> bool:
        """Whether hits come from one search per slot."""
        return self.request.sort is Sort.PRICE

    @property
    def stop(self) -> int:
        return min(self.request.offset + self.request.limit, WINDOW)

    def nearest_search(self, most: int) -> Search[Any]:
        """The nearest by the looks of their picture behind all constraints."""
        vector: list[float] = [byte - 256 if byte > 127 else byte for byte in self.request.picture or b""]
        behind = dq.Bool(filter=[self._words(scored=False), *shape.filtering(self.after)])
        return (
            Search()
            .knn("picture", k=most, num_candidates=2 * most, query_vector=vector, filter=behind)
            .extra(size=most, _source=False)
        )

    @property
    def _untied(self) -> bool:
        """Whether hits are asked for in the order of scores alone, which takes two thirds of the time of
        putting equal ones in order, too: a few more than wanted, so that this can be done here.
        """
        return self._by_score and self.request.offset < self.stop <= _NEAR

    def search(self) -> Search[Any]:
        """Hits (but for those by price), total and counts."""
        request = self.request
        search = self._found()
        size = 0 if self.by_price else max(0, self.stop - request.offset)
        if self._untied:
            search = search.extra(size=self.stop + _SPARE)
        elif size:
            search = self._in_order(search, size)
        else:
            search = search.extra(size=0)
        search = search.extra(track_total_hits=True)
        self._add_counts(search)
        return search

    def tied_search(self) -> Search[Any]:
        """The hits of the page alone, equal ones put in order by the engine."""
        return self._in_order(self._found(), self.stop - self.request.offset).extra(track_total_hits=False)

    def _found(self) -> Search[Any]:
        search: Search[Any] = Search().query(self._words(scored=self._by_score))
        for node in shape.filtering(self.after):
            search = search.post_filter(node)
        return search.extra(_source=False, timeout="800ms")

    def _in_order(self, search: Search[Any], size: int) -> Search[Any]:
        return search.sort(*self._sort()).extra(
            from_=min(self.request.offset, WINDOW - size), size=size, track_scores=self._by_score
        )

    def page(self, rows: Sequence[Answer]) -> list[Hit] | None:
        """The hits of the page; None where its last score goes on beyond what was answered."""
        hits = [Hit(int(row["_id"]), float(row.get("_score") or 0.0)) for row in rows]
        if not self._untied:
            return hits
        if len(hits) == self.stop + _SPARE and hits[-1].score == hits[self.stop - 1].score:
            return None
        hits.sort(key=lambda hit: (-hit.score, hit.listing_id))
        return hits[self.request.offset : self.stop]

    def _sort(self) -> list[Any]:
        order = order_of(self.request)
        if by_distance(self.request) and self.request.near:
            lat, lng = self.request.near
            spot: dict[str, Any] = {"lat": lat, "lon": lng}
            how: dict[str, Any] = {"spot": spot, "order": "asc", "unit": "m", "distance_type": "arc"}
            return [{"_geo_distance": how}, {"id": "asc"}]
        if order is not None:
            return [{order.field: "desc" if order.descending else "asc"}, {"id": "asc"}]
        return [{"_score": "desc"}, {"id": "asc"}]

    def price_searches(self, slots: Iterable[int]) -> list[Search[Any]]:
        """The cheapest of each slot, then what has no price for this reader. Slots part the listings."""
        priced = has_price(self.request)
        parts = [
            (both((priced, *in_slot(slot, self.request.quantity))), slot_field("price", slot))
            for slot in slots
        ]
        return [self._plain(node, field) for node, field in (*parts, (Without(priced), ""))]

    def _plain(self, node: Node, field: str) -> Search[Any]:
        search: Search[Any] = Search().query(
            dq.Bool(filter=[self._words(scored=False), *shape.filtering(both((self.after, node)))])
        )
        sort: list[Any] = [{field: {"order": "asc", "unmapped_type": "long"}}] if field else []
        sort.append({"id": "asc"})
        return search.sort(*sort).extra(
            size=max(1, self.stop), track_total_hits=False, _source=False, timeout="800ms"
        )

    # Counts

    def _add_counts(self, search: Search[Any]) -> None:
        """Facets without a chosen value of their own share one filter, or none where nothing is chosen."""
        if self.by_price:
            search.aggs.bucket("steps", A("max", field="steps"))
        shared: Any = search.aggs
        if not isinstance(self.after, Everything):
            shared = search.aggs.bucket(_REST, "filter", filter=shape.translate(self.after))
        for facet, plan in self.plans.items():
            place = shared
            if facet in self.counted and facet is not Facet.FEATURE:
                own = shape.translate(self.others(facet))
                place = search.aggs.bucket(f"but_{facet.value}", "filter", filter=own)
            self._add_facet(place, facet.value, plan)
        if self.request.attributes:
            size = self.request.attributes + len(self.wanted)
            shared.bucket("attribute_name", A("terms", field="attribute_name", size=size, shard_size=_TERMS))
        if self.request.points is not None:
            cells = A("terms", field=f"cell_{self.request.points}", size=_TERMS)
            shared.bucket("points", cells).metric("lat", "sum", field="lat").metric("lng", "sum", field="lng")

    def _add_facet(self, place: Any, name: str, plan: Counting) -> None:
        if plan.bands:
            self._add_prices(place, name, plan)
        elif plan.ranges:
            ranges = [_bounds(*part) for part in plan.ranges]
            place.bucket(name, "range", field=plan.field, ranges=ranges)
        elif plan.field:
            place.bucket(name, "terms", field=plan.field, size=_TERMS)
        elif plan.values:
            filters = {value: shape.translate(node) for value, node in plan.values}
            place.bucket(name, "filters", filters=filters)

    def _add_prices(self, place: Any, name: str, plan: Counting) -> None:
        """Bands by the tokens of spans, and by the steps of ladders what these do not tell."""
        whose: Node | None = priced_node(self.request)
        if self._by_span:
            pattern = span_pattern(self.request.currency, self.request.quantity)
            place.bucket(name, "terms", field="span", include=pattern, size=MOST_SPANS)
            name, whose = name + _BY_KEY, priced_by_key(self.request)
        if whose is None:
            return
        priced = place.bucket(name, "filter", filter=shape.translate(whose))
        ranges = [_bounds(band_value(band), band.low, band.high) for band in plan.bands]
        for slot in range(MAX_SLOTS):
            held = shape.translate(both(in_slot(slot, self.request.quantity)))
            group = priced.bucket(str(slot), "filter", filter=held)
            group.bucket("prices", "range", field=slot_field("price", slot), ranges=ranges)

    def cut_short(self, answer: Answer) -> bool:
        """Whether there are more spans than were answered: prices have to be counted by steps then."""
        prices = self._place(Facet.PRICE, answer).get(Facet.PRICE.value, {})
        return bool(prices.get("sum_other_doc_count"))

    def _place(self, facet: Facet, answer: Answer) -> Answer:
        place: Answer = answer.get(f"but_{facet.value}", answer.get(_REST, answer))
        return place

    def facets(self, answer: Answer) -> dict[Facet, tuple[FacetCount, ...]]:
        """The counts, ordered as the embedded engine orders them."""
        return {
            facet: _read(plan, facet.value, self._place(facet, answer)) for facet, plan in self.plans.items()
        }

    def points(self, answer: Answer) -> tuple[Point, ...]:
        if self.request.points is None:
            return ()
        return read_points(answer.get(_REST, answer)["points"]["buckets"])

    # Attributes

    def names(self, answer: Answer) -> list[str]:
        """The names most results have, and those chosen."""
        if not self.request.attributes:
            return []
        buckets = answer.get(_REST, answer)["attribute_name"]["buckets"]
        found = [str(b["key"]) for b in buckets][: self.request.attributes]
        return list(dict.fromkeys((*found, *dict(self.wanted))))

    def value_search(self, names: Sequence[str]) -> Search[Any]:
        """The second trip: values of each name."""
        search = self._counting()
        chosen = dict(self.wanted)
        for number, name in enumerate(names):
            own = self.others(attribute=name)
            group = search.aggs.bucket(str(number), "filter", filter=shape.translate(own))
            pattern = re.sub(r"([^a-z0-9_])", r"\\\1", token(name, "")) + ".*"
            size = _TERMS if name in chosen or is_joined(self.wanted, name) else MOST_VALUES
            group.bucket("values", "terms", field="attribute", include=pattern, size=size, shard_size=_TERMS)
        return search

    def joined_search(self, found: Mapping[str, Sequence[tuple[str, int]]]) -> Search[Any]:
        """The third trip: each value of a name together, in one variant, with the other options chosen."""
        search = self._counting()
        base = both(self.chosen[name] for name in self.counted)
        for name, buckets in found.items():
            values = [text.removeprefix(token(name, "")) for text, _count in buckets]
            nodes = {
                token(name, value): both((base, attributes_node(with_value(self.wanted, name, value))))
                for value in values
            }
            filters = {text: shape.translate(node) for text, node in nodes.items()}
            search.aggs.bucket(name, "filters", filters=filters)
        return search

    def _counting(self) -> Search[Any]:
        search: Search[Any] = Search().query(self._words(scored=False))
        return search.extra(size=0, track_total_hits=False, timeout="800ms")

    def values(self, names: Sequence[str], answer: Answer) -> dict[str, list[tuple[str, int]]]:
        """What the second trip brought, by name."""
        return {
            name: [(str(b["key"]), int(b["doc_count"])) for b in answer[str(number)]["values"]["buckets"]]
            for number, name in enumerate(names)
        }

    def joined_names(self, names: Iterable[str]) -> list[str]:
        """Options whose counts are of pairs."""
        return [name for name in names if is_joined(self.wanted, name)]

    def cut(self, found: Mapping[str, Sequence[tuple[str, int]]]) -> dict[str, tuple[FacetCount, ...]]:
        """Counts as they are answered."""
        chosen = dict(self.wanted)
        cut = {name: cut_values(name, buckets, chosen.get(name, ())) for name, buckets in found.items()}
        return {name: values for name, values in cut.items() if values}


def _bounds(value: str, low: int | None, high: int | None) -> dict[str, Any]:
    """A range with both bounds included, in a notation that excludes the upper one."""
    bounds: dict[str, Any] = {"key": value}
    if low is not None:
        bounds["from"] = low
    if high is not None:
        bounds["to"] = high + 1
    return bounds


def _read(plan: Counting, name: str, place: Answer) -> tuple[FacetCount, ...]:
    answer = place.get(name, {})
    if plan.bands:
        return _read_prices(plan, answer, place.get(name + _BY_KEY))
    if plan.ranges:
        counts = {b["key"]: int(b["doc_count"]) for b in answer["buckets"]}
        return tuple(FacetCount(value, counts[value]) for value, _low, _high in plan.ranges)
    if plan.field:
        terms = [FacetCount(str(b["key"]), int(b["doc_count"])) for b in answer["buckets"]]
        return tuple(sorted(terms, key=lambda c: (-c.count, c.value)))
    found = answer.get("buckets", {})
    return tuple(FacetCount(value, int(found[value]["doc_count"])) for value, _node in plan.values)


def _read_prices(plan: Counting, answer: Answer, by_key: Answer | None) -> tuple[FacetCount, ...]:
    by_span = "buckets" in answer
    parts = span_parts(answer) if by_span else []
    ranges = [(band_value(band), band.low, band.high) for band in plan.bands]
    found = {count.value: count.count for count in sums(ranges, parts)}
    steps = (by_key or {}) if by_span else answer
    for slot in range(MAX_SLOTS) if steps else ():
        for bucket in steps[str(slot)]["prices"]["buckets"]:
            found[bucket["key"]] += int(bucket["doc_count"])
    return tuple(FacetCount(value, count) for value, count in found.items())
