"""Queries that staff hid from the search box, some seconds old at most in every process."""

from __future__ import annotations

import time

from django.conf import settings

from search.models import HiddenSuggestion

_kept: list[tuple[float, frozenset[str]]] = []


def hidden_queries() -> frozenset[str]:
    """The hidden ones, as `QueryDay.q` writes them; one query when it looks."""
    if not _kept or time.monotonic() - _kept[0][0] >= settings.SEARCH_RULES_SECONDS:
        _kept[:] = [(time.monotonic(), frozenset(HiddenSuggestion.objects.values_list("q", flat=True)))]
    return _kept[0][1]


def forget_hidden() -> None:
    """Look anew at the next suggestion."""
    _kept.clear()
