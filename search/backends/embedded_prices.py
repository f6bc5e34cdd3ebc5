"""Counts of price bands in the embedded engine.

A listing open to all has its spans as tokens (`search.keywords.span_tokens`), so its band at a quantity is
one value of a keyword, counted beside all other facets. Bands that spans do not know, and listings behind
gates the reader has keys to, are counted by the steps of their ladders.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.keywords import span_pattern
from search.plan import Node, slot_field

from .constraints import Counting, are_spanned, band_value, priced_by_key, priced_node
from .counts import Part, span_parts, sums
from .embedded_ranges import aggregation, edges, parts_of
from .embedded_run import Run
from .embedded_schema import ID_BITS
from .interface import Facet, FacetCount


class PriceCounter:
    """How many listings have a price in each band, at the quantity of a question."""

    def __init__(self, run: Run, plan: Counting) -> None:
        self.run, self.request = run, run.request
        self.ranges = [(band_value(band), band.low, band.high) for band in plan.bands]
        held = run.spans.fitting(span_pattern(self.request.currency, self.request.quantity))
        self._by_span = held is not None and are_spanned(plan.bands)
        self._held = held or ()

    def wanted(self) -> dict[str, Any]:
        """What to ask for beside other facets; nothing where no span holds the quantity."""
        if not self._held:
            return {}
        terms = {"field": "span", "size": len(self._held), "include": list(self._held)}
        return {Facet.PRICE.value: {"terms": terms}}

    def read(self, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
        """The counts, with those that are made by steps."""
        if not self._by_span:
            return sums(self.ranges, self._of_steps(priced_node(self.request)))
        spans = answer.get(Facet.PRICE.value, {"buckets": ()})
        return sums(self.ranges, [*span_parts(spans), *self._of_steps(priced_by_key(self.request))])

    def _of_steps(self, whose: Node | None) -> list[Part]:
        """In one pass: of the steps a listing has, the quantity falls into exactly one."""
        if whose is None:
            return []
        above = self.request.quantity + 1
        limits = edges(self.ranges, ID_BITS)
        wanted: dict[str, Any] = {}
        for slot in range(self.run.slots):
            prices = {"prices": aggregation(slot_field("price", slot), limits)}
            held = {"until": {**aggregation(slot_field("until", slot), [above]), "aggs": prices}}
            wanted[str(slot)] = {**aggregation(slot_field("from", slot), [above]), "aggs": held}
        answer = self.run.aggregate(self.run.others(Facet.PRICE, whose), wanted)
        buckets = [
            bucket
            for slot in answer.values()
            for begun in slot["buckets"]
            if begun.get("to") == above
            for lasting in begun["until"]["buckets"]
            if lasting.get("from") == above
            for bucket in lasting["prices"]["buckets"]
        ]
        return parts_of(buckets, ID_BITS)
