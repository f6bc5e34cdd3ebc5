"""What counts as looking alike. No ORM."""

from __future__ import annotations

from collections.abc import Sequence

MOST_ALIKE = 480
"""So many look-alikes are found at most: twenty pages."""
LEAST_ALIKE = 0.5
"""Cosine of the vectors below which nothing looks alike."""
FALL = 0.15
"""What is by so much less alike than the first is left out: behind six balloons come trousers."""


def still_alike(similarities: Sequence[float]) -> int:
    """How many of the first, in falling order, look alike enough to be shown."""
    floor = floor_of(similarities[0]) if similarities else LEAST_ALIKE
    return sum(1 for similarity in similarities if similarity >= floor)


def floor_of(best: float) -> float:
    """The similarity from which on things look alike, where the first has `best`."""
    return max(LEAST_ALIKE, best - FALL)
