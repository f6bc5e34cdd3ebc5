"""The spans of ladders in an index of the embedded engine (`search.keywords.span_tokens`), by name.

Naming the few that fit a pattern is quicker than asking by it: every segment would have to learn it anew.
"""

from __future__ import annotations

import re
from typing import Any

from .counts import MOST_SPANS

_MOST_PATTERNS = 256


class Spans:
    """The tokens of spans as they are after a commit, read once and only where somebody asks."""

    def __init__(self, searcher: Any) -> None:
        self.searcher = searcher
        found = searcher.terms_with_prefix("span", "", None, MOST_SPANS + 1)
        self._tokens = [token for token, _count in found]
        self._fitting: dict[str, tuple[str, ...]] = {}

    def fitting(self, pattern: str) -> tuple[str, ...] | None:
        """The tokens that fit a pattern; None where there are too many different ones to be named."""
        if len(self._tokens) > MOST_SPANS:
            return None
        kept = self._fitting.get(pattern)
        if kept is None:
            fits = re.compile(pattern).fullmatch
            kept = tuple(token for token in self._tokens if fits(token))
            if len(self._fitting) >= _MOST_PATTERNS:  # anybody may ask for any quantity
                self._fitting.clear()
            self._fitting[pattern] = kept
        return kept
