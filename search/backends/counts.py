"""Counts as both engines answer them: the same order, the same cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.keywords import token

from .interface import MOST_POINTS, MOST_VALUES, FacetCount, Point


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
