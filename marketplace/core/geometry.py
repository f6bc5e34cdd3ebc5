"""Distances on a sphere, as Lucene measures them."""

from __future__ import annotations

import math

# Metres; the radius Lucene takes, so that both engines draw the same circles.
EARTH = 6_371_008.7714


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two places given in degrees north and east, by the haversine formula."""
    lat_1, lng_1, lat_2, lng_2 = map(math.radians, (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lng_2 - lng_1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))
