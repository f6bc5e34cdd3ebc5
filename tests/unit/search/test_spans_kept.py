"""What is kept of spans: nothing without end."""

from __future__ import annotations

from search.backends.embedded_spans import Spans
from search.keywords import span_pattern


def test_spans_keep_no_more_than_they_need() -> None:
    """Whoever asks for ever other quantities fills nobody's memory."""
    spans = Spans(_Terms())
    for quantity in range(1, 1_000):
        assert spans.fitting(span_pattern("CNY", quantity)) == ("CNY:0000000000:2147483648:3",)
    assert len(spans._fitting) <= 256


class _Terms:
    """A searcher that knows two spans."""

    def terms_with_prefix(self, *_asked: object) -> list[tuple[str, int]]:
        return [("CNY:0000000000:2147483648:3", 5), ("EUR:0000000000:2147483648:3", 1)]
