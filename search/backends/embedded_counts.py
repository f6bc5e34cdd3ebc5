"""Counts of the embedded engine: facets, attributes and points of the map, in as few passes as there are
different sets of filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from search.keywords import JOIN, OPTIONS, token

from . import embedded_ranges as ranges
from .constraints import (
    Counting,
    attributes_node,
    counting,
    is_joined,
    with_value,
)
from .counts import by_count, cut_values, read_points, sums
from .embedded_prices import PriceCounter
from .embedded_run import Run
from .interface import MOST_NAMES, Facet, FacetCount, Point

# Terms a segment may hold: ten times as many are counted before the rarest are dropped.
_TERMS = 10_000
_VALUES = 50_000
_SPECIAL = set(r"\.+*?()|[]{}^$#&-~")


class Counter:
    """All counts of one question."""

    def __init__(self, run: Run) -> None:
        self.run, self.request = run, run.request

    # Facets

    def facets(self) -> dict[Facet, tuple[FacetCount, ...]]:
        """Counts by facet. Facets without a chosen value of their own share one pass; features always do."""
        plans = {facet: counting(facet, self.request) for facet in self.request.facets}
        alone = self.run.chosen.keys() - {Facet.FEATURE}
        wanted = {facet: self._wanted(facet, plan) for facet, plan in plans.items()}
        shared = {name: what for f in plans if f not in alone for name, what in wanted[f].items()}
        together = self.run.aggregate(self.run.others(), shared)
        found: dict[Facet, tuple[FacetCount, ...]] = {}
        for facet, plan in plans.items():
            apart = facet in alone
            answer = self.run.aggregate(self.run.others(facet), wanted[facet]) if apart else together
            found[facet] = self._counted(facet, plan, answer)
        return found

    def _wanted(self, facet: Facet, plan: Counting) -> dict[str, Any]:
        """What to ask for of a facet; nothing where its values are counted one by one."""
        if plan.bands:
            return PriceCounter(self.run, plan).wanted()
        return {facet.value: _aggregation(plan)} if plan.field else {}

    def _counted(self, facet: Facet, plan: Counting, answer: dict[str, Any]) -> tuple[FacetCount, ...]:
        if plan.bands:
            return PriceCounter(self.run, plan).read(answer)
        return _read(plan, answer[facet.value]) if plan.field else self._one_by_one(facet, plan)

    def _one_by_one(self, facet: Facet, plan: Counting) -> tuple[FacetCount, ...]:
        return tuple(
            FacetCount(value, self.run.count(self.run.others(facet, node))) for value, node in plan.values
        )

    # Attributes

    def attributes(self) -> dict[str, tuple[FacetCount, ...]]:
        """Values of the names most results have, and of those chosen."""
        wanted = self.request.attributes
        if not wanted:
            return {}
        terms = {"names": {"terms": {"field": "attribute_name", "size": MOST_NAMES}}}
        names = sorted(_buckets(self.run.aggregate(self.run.others(), terms)["names"]), key=by_count)
        chosen = dict(self.request.filters.attributes)
        order = list(dict.fromkeys((*(name for name, _count in names[:wanted]), *chosen)))
        alone = [n for n in order if n in chosen or is_joined(self.request.filters.attributes, n)]
        together = [n for n in order if n not in alone]
        found: dict[str, tuple[FacetCount, ...]] = {}
        if together:
            # All names in one pass: the engine reads every attribute of a listing for each that is asked for.
            answer = self.run.aggregate(self.run.others(), {"values": _values_of(*together)})
            pairs: dict[str, list[tuple[str, int]]] = {n: [] for n in together}
            for text, count in _buckets(answer["values"]):
                pairs[text.partition("=")[0]].append((text, count))
            found = {n: self._cut(n, pairs[n]) for n in together}
        found.update({n: self._alone(n) for n in alone})
        return {n: found[n] for n in order if found[n]}

    def _alone(self, name: str) -> tuple[FacetCount, ...]:
        """A name with filters of its own: without its chosen values; options in one variant with others."""
        wanted = self.request.filters.attributes
        others = {n: values for n, values in wanted if n in OPTIONS and n != name}
        if is_joined(wanted, name) and all(len(values) == 1 for values in others.values()):
            return self._of_variants(name, {n: values[0] for n, values in others.items()})
        answer = self.run.aggregate(self.run.others(attribute=name), {name: _values_of(name)})
        buckets = _buckets(answer[name])
        if not is_joined(wanted, name):
            return self._cut(name, buckets)
        exact: list[tuple[str, int]] = []
        for text, _count in buckets:
            value = text.removeprefix(token(name, ""))
            node = attributes_node(with_value(wanted, name, value))
            exact.append((text, self.run.count(self.run.others(swap=node))))
        return self._cut(name, [pair for pair in exact if pair[1]])

    def _of_variants(self, name: str, others: Mapping[str, str]) -> tuple[FacetCount, ...]:
        """An option beside one value each of the others: the tokens of variants say it in one pass."""
        parts = {n: _escaped(token(n, value)) for n, value in others.items()}
        parts[name] = f"{_escaped(name)}=.*"
        pattern = JOIN.join(part for _name, part in sorted(parts.items()))
        wanted = {"pairs": {"terms": {"field": "variant", "size": _VALUES, "include": pattern}}}
        answer = self.run.aggregate(self.run.others(attribute=name), wanted)
        place = sorted(parts).index(name)
        buckets = [(text.split(JOIN)[place], count) for text, count in _buckets(answer["pairs"])]
        return self._cut(name, buckets)

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
        middle = {"lat": {"sum": {"field": "lat"}}, "lng": {"sum": {"field": "lng"}}}
        cells = {"cells": {"terms": {"field": f"cell_{level}", "size": _TERMS}, "aggs": middle}}
        return read_points(self.run.aggregate(self.run.others(), cells)["cells"]["buckets"])


def _buckets(answer: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for bucket in answer["buckets"]:
        yield str(bucket["key"]), int(bucket["doc_count"])


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def _values_of(*names: str) -> dict[str, Any]:
    pattern = "|".join(_escaped(name) for name in names)
    return {"terms": {"field": "attribute", "size": _VALUES, "include": f"({pattern})=.*"}}


def _aggregation(plan: Counting) -> dict[str, Any]:
    if plan.ranges:
        return ranges.aggregation(plan.field, ranges.edges(plan.ranges))
    return {"terms": {"field": plan.field, "size": _TERMS}}


def _read(plan: Counting, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    if plan.ranges:
        return sums(plan.ranges, ranges.parts_of(answer["buckets"]))
    return tuple(FacetCount(value, count) for value, count in sorted(_buckets(answer), key=by_count))
