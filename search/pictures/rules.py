"""What of a picture that is sent is taken, and how long it is kept. No ORM."""

from __future__ import annotations

from datetime import timedelta

MOST_BYTES = 8_000_000
MOST_PIXELS = 25_000_000
KEPT = timedelta(days=30)
"""So long the vector and the small copy of what someone sent are kept."""
