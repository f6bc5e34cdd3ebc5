"""Counts of the embedded engine: facets, attributes and points of the map, in as few passes as there are
different sets of filters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from search.keywords import token
from search.plan import MAX_SLOTS, slot_field

from .constraints import (
    Counting,
    all_but,
    attributes_node,
    band_value,
    counting,
    is_joined,
    priced_node,
    with_value,
)
from .counts import by_count, cut_values, read_points
from .embedded_run import Run
from .embedded_schema import ID_BITS
from .interface import MOST_NAMES, Facet, FacetCount, Point

# Terms a segment may hold: ten times as many are counted before the rarest are dropped.
_TERMS = 10_000
_SPECIAL = set(r"\.+*?()|[]{}^$#&-~")
Ranges = Sequence[tuple[str, int | None, int | None]]


class Counter:
    """All counts of one question."""

    def __init__(self, run: Run) -> None:
        self.run, self.request = run, run.request

    def _aggregate(self, query: Any, wanted: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.run.searcher.aggregate(query, wanted) if wanted else {}
        return found

    # Facets

    def facets(self) -> dict[Facet, tuple[FacetCount, ...]]:
        """Counts by facet. Facets without a chosen value of their own share one pass."""
        plans = {facet: counting(facet, self.request) for facet in self.request.facets}
        found: dict[Facet, tuple[FacetCount, ...]] = {}
        shared: dict[str, Any] = {}
        for facet, plan in plans.items():
            if plan.bands:
                found[facet] = self._prices(facet, plan)
            elif not plan.field:
                found[facet] = self._one_by_one(facet, plan)
            elif facet in self.run.chosen and facet is not Facet.FEATURE:
                query = self.run.query(*self.run.others(facet))
                answer = self._aggregate(query, {facet.value: _aggregation(plan)})
                found[facet] = _read(plan, answer[facet.value])
            else:
                shared[facet.value] = _aggregation(plan)
        answer = self._aggregate(self.run.query(*self.run.others()), shared)
        for facet, plan in plans.items():
            if facet.value in shared:
                found[facet] = _read(plan, answer[facet.value])
        return {facet: found[facet] for facet in plans}

    def _one_by_one(self, facet: Facet, plan: Counting) -> tuple[FacetCount, ...]:
        others = self.run.others(facet)
        return tuple(FacetCount(value, self.run.count(*others, node)) for value, node in plan.values)

    def _prices(self, facet: Facet, plan: Counting) -> tuple[FacetCount, ...]:
        """All bands in one pass: of the slots a listing has, the quantity falls into exactly one."""
        above = self.request.quantity + 1
        edges = _edges([(band_value(b), b.low, b.high) for b in plan.bands], ID_BITS)
        wanted: dict[str, Any] = {}
        for slot in range(min(self.run.slots, MAX_SLOTS)):
            prices = {"prices": _range(slot_field("price", slot), edges)}
            held = {"until": {**_range(slot_field("until", slot), [above]), "aggs": prices}}
            wanted[str(slot)] = {**_range(slot_field("from", slot), [above]), "aggs": held}
        query = self.run.query(*self.run.others(facet), priced_node(self.request))
        answer = self._aggregate(query, wanted)
        buckets = [
            bucket
            for slot in answer.values()
            for begun in slot["buckets"]
            if begun.get("to") == above
            for lasting in begun["until"]["buckets"]
            if lasting.get("from") == above
            for bucket in lasting["prices"]["buckets"]
        ]
        ranges = [(band_value(b), b.low, b.high) for b in plan.bands]
        return _sums(ranges, buckets, ID_BITS)

    # Attributes

    def attributes(self) -> dict[str, tuple[FacetCount, ...]]:
        """Values of the names most results have, and of those chosen."""
        wanted = self.request.attributes
        if not wanted:
            return {}
        query = self.run.query(*self.run.others())
        terms = {"names": {"terms": {"field": "attribute_name", "size": MOST_NAMES}}}
        names = sorted(_buckets(self._aggregate(query, terms)["names"]), key=by_count)
        chosen = dict(self.request.filters.attributes)
        order = list(dict.fromkeys((*(name for name, _count in names[:wanted]), *chosen)))
        alone = [n for n in order if n in chosen or is_joined(self.request.filters.attributes, n)]
        together = {n: _values_of(n) for n in order if n not in alone}
        answer = self._aggregate(query, together)
        found = {n: self._cut(n, _buckets(answer[n])) for n in together}
        found.update({n: self._alone(n) for n in alone})
        return {n: found[n] for n in order if found[n]}

    def _alone(self, name: str) -> tuple[FacetCount, ...]:
        """A name with filters of its own: without its chosen values; options in one variant with others."""
        wanted = self.request.filters.attributes
        query = self.run.query(*self.run.others(attribute=name))
        buckets = _buckets(self._aggregate(query, {name: _values_of(name)})[name])
        if not is_joined(wanted, name):
            return self._cut(name, buckets)
        base = all_but(self.run.chosen, None)
        exact: list[tuple[str, int]] = []
        for text, _count in buckets:
            value = text.removeprefix(token(name, ""))
            count = self.run.count(base, attributes_node(with_value(wanted, name, value)))
            exact.append((text, count))
        return self._cut(name, [pair for pair in exact if pair[1]])

    def _cut(self, name: str, buckets: Iterable[tuple[str, int]]) -> tuple[FacetCount, ...]:
        """The commonest values of a name, and those chosen."""
        chosen = dict(self.request.filters.attributes).get(name, ())
        return cut_values(name, buckets, chosen)

    # Map

    def points(self) -> tuple[Point, ...]:
        """Places of all results on the grid asked for, the fullest cells first."""
        level = self.request.points
        if level is None:
            return ()
        middle = {"lat": {"avg": {"field": "lat"}}, "lng": {"avg": {"field": "lng"}}}
        cells = {"cells": {"terms": {"field": f"cell_{level}", "size": _TERMS}, "aggs": middle}}
        buckets = self._aggregate(self.run.query(*self.run.others()), cells)["cells"]["buckets"]
        return read_points(buckets)


def _buckets(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for bucket in answer["buckets"]:
        yield str(bucket["key"]), int(bucket["doc_count"])


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def _values_of(name: str) -> dict[str, Any]:
    return {
        "terms": {"field": "attribute", "size": _TERMS, "include": f"{_escaped(token(name, ''))}.*"},
    }


# Ranges


def _edges(ranges: Ranges, shift: int = 0) -> list[int]:
    """Where ranges begin and end; the engine's own ranges must not overlap."""
    lows = {low for _value, low, _high in ranges if low is not None}
    ends = {high + 1 for _value, _low, high in ranges if high is not None}
    return [edge << shift for edge in sorted(lows | ends)]


def _range(field: str, edges: Sequence[int]) -> dict[str, Any]:
    parts = [{"from": low, "to": high} for low, high in pairwise(edges)]
    return {"range": {"field": field, "ranges": parts or [{"to": edge} for edge in edges]}}


def _sums(ranges: Ranges, buckets: Iterable[Mapping[str, Any]], shift: int = 0) -> tuple[FacetCount, ...]:
    parts = [
        (float(b.get("from", -math.inf)), float(b.get("to", math.inf)), int(b["doc_count"])) for b in buckets
    ]
    found = []
    for value, low, high in ranges:
        start = -math.inf if low is None else float(low << shift)
        end = math.inf if high is None else float((high + 1) << shift)
        found.append(FacetCount(value, sum(n for a, z, n in parts if start <= a and z <= end)))
    return tuple(found)


def _aggregation(plan: Counting) -> dict[str, Any]:
    if plan.ranges:
        return _range(plan.field, _edges(plan.ranges))
    return {"terms": {"field": plan.field, "size": _TERMS}}


def _read(plan: Counting, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    if plan.ranges:
        return _sums(plan.ranges, answer["buckets"])
    return tuple(FacetCount(value, count) for value, count in sorted(_buckets(answer), key=by_count))
