"""Counts as both engines answer them: the same order, the same cut."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.keywords import PRICE_EDGES, span_band, token

from .interface import MOST_POINTS, MOST_VALUES, FacetCount, Point

MOST_SPANS = 10_000
"""Where more different spans hold a quantity, prices are counted by the steps of ladders."""
Ranges = Sequence[tuple[str, int | None, int | None]]
"""Value, low and high, bounds included, None open."""
Part = tuple[float, float, int]
"""How many from a bound to below another."""


def sums(ranges: Ranges, parts: Sequence[Part]) -> tuple[FacetCount, ...]:
    """Every range with the parts that lie in it."""
    found = []
    for value, low, high in ranges:
        start = -math.inf if low is None else low
        end = math.inf if high is None else high + 1
        found.append(FacetCount(value, sum(n for a, z, n in parts if start <= a and z <= end)))
    return tuple(found)


def span_parts(answer: Mapping[str, Any]) -> list[Part]:
    """The bands of prices that spans tell (`search.keywords.span_tokens`)."""
    tops = (*PRICE_EDGES[1:], math.inf)
    bands = [(span_band(str(b["key"])), int(b["doc_count"])) for b in answer["buckets"]]
    return [(PRICE_EDGES[band], tops[band], count) for band, count in bands]


def cut_values(
    name: str, buckets: Iterable[tuple[str, int]], chosen: Sequence[str]
) -> tuple[FacetCount, ...]:
    """The commonest values of a name, equal ones by the alphabet, and those chosen; `buckets` are tokens."""
    start = len(token(name, ""))
    counts = sorted(((text[start:], count) for text, count in buckets), key=by_count)
    kept = [pair for place, pair in enumerate(counts) if place < MOST_VALUES or pair[0] in chosen]
    known = {value for value, _count in kept}
    kept += [(value, 0) for value in chosen if value not in known]
    return tuple(FacetCount(value, count) for value, count in kept)


def read_points(buckets: Iterable[Mapping[str, Any]]) -> tuple[Point, ...]:
    """Cells of either engine, with the sums of their degrees, as points."""
    points = [
        Point(
            str(b["key"]),
            round(b["lat"]["value"] / int(b["doc_count"]) / 100_000, 4),
            round(b["lng"]["value"] / int(b["doc_count"]) / 100_000, 4),
            int(b["doc_count"]),
        )
        for b in buckets
    ]
    return tuple(sorted(points, key=lambda p: (-p.count, p.cell))[:MOST_POINTS])


def by_count(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
