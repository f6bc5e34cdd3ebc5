"""Ranges of numbers in the embedded engine: how they are asked for, and what its buckets say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .counts import Part, Ranges


def edges(ranges: Ranges, shift: int = 0) -> list[int]:
    """Where ranges begin and end; the engine's own ranges must not overlap."""
    lows = {low for _value, low, _high in ranges if low is not None}
    ends = {high + 1 for _value, _low, high in ranges if high is not None}
    return [edge << shift for edge in sorted(lows | ends)]


def aggregation(field: str, limits: Sequence[int]) -> dict[str, Any]:
    """What to ask for: a number's ranges between limits, those below and above them included."""
    parts = [{"from": low, "to": high} for low, high in pairwise(limits)]
    return {"range": {"field": field, "ranges": parts or [{"to": limit} for limit in limits]}}


def parts_of(buckets: Iterable[Mapping[str, Any]], shift: int = 0) -> list[Part]:
    """The buckets of an answer, their bounds shifted back."""
    scale = float(1 << shift)
    return [
        (float(b.get("from", -math.inf)) / scale, float(b.get("to", math.inf)) / scale, int(b["doc_count"]))
        for b in buckets
    ]
