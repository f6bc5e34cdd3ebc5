"""Counts of price bands in the embedded engine.

A listing open to all has its spans as tokens (`search.keywords.span_tokens`), so its band at a quantity is
one value of a keyword, counted beside all other facets. Bands that spans do not know, and listings behind
gates the reader has keys to, are counted by the steps of their ladders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from search.keywords import span_pattern
from search.plan import Node, slot_field

from .constraints import Counting, are_spanned, band_value, priced_by_key, priced_node
from .counts import MOST_SPANS, Part, span_parts, sums
from .embedded_ranges import aggregation, edges, parts_of
from .embedded_run import Run
from .embedded_schema import ID_BITS
from .interface import Facet, FacetCount


class Spans:
    """The tokens of spans in an index as it stands after a commit. Naming those that hold a quantity is
    quicker than a pattern, which every segment would have to learn anew.
    """

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        found = searcher.terms_with_prefix("span", "", None, MOST_SPANS + 1)
        self.tokens = [token for token, _count in found]
        self._held: dict[tuple[str, int], list[str]] = {}

    @property
    def usable(self) -> bool:
        """Whether they are few enough to be named."""
        return len(self.tokens) <= MOST_SPANS

    def holding(self, currency: str, quantity: int) -> list[str]:
        """Tokens of the spans a quantity lies in."""
        key = (currency, quantity)
        if key not in self._held:
            fits = re.compile(span_pattern(currency, quantity)).fullmatch
            self._held[key] = [token for token in self.tokens if fits(token)]
        return self._held[key]


class PriceCounter:
    """How many listings have a price in each band, at the quantity of a question."""

    def __init__(self, run: Run, plan: Counting) -> None:
        self.run, self.request = run, run.request
        self.ranges = [(band_value(band), band.low, band.high) for band in plan.bands]
        spans: Spans = run.reader.spans_of(run.searcher)
        self._by_span = spans.usable and are_spanned(plan.bands)
        self._held = spans.holding(self.request.currency, self.request.quantity) if self._by_span else []

    def wanted(self) -> dict[str, Any]:
        """What to ask for beside other facets; nothing where no span holds the quantity."""
        if not self._held:
            return {}
        terms = {"field": "span", "size": len(self._held), "include": self._held}
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
