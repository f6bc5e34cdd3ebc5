"""A few documents in an index in memory, asked as the live index is: which of them does a search find?

Alerts ask so about what has just changed. Schema, analysis and plan are those of the embedded engine, so
what is found here is what a results page would find.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy as tv

from search.analysis.spelling import Vocabulary
from search.documents import ListingDocument
from search.plan import TextPlan

from . import embedded_schema as shape
from .embedded import EmbeddedBackend, _Reader
from .interface import SearchRequest
from .operations import Put

_HEAP = 15_000_000


class _MemoryReader(_Reader):
    """A reader of an index that is made once and never changes."""

    def __init__(self, documents: Iterable[ListingDocument]) -> None:
        index = tv.Index(shape.make_schema())
        index.register_tokenizer(shape.SPLIT, tv.TextAnalyzerBuilder(tv.Tokenizer.whitespace()).build())
        writer = index.writer(_HEAP, 1)
        for document in documents:
            writer.add_document(shape.put_document(Put(document, 1), index.schema))
        writer.commit()
        index.reload()
        super().__init__(Path("memory"), index)

    def refresh(self) -> Any:
        """The one searcher there is."""
        if self.searcher is None:
            self.searcher = self.index.searcher()
            self.slots = self._used_slots()
        return self.searcher


class MemoryBackend(EmbeddedBackend):
    """The embedded engine over some documents in memory; `vocabulary` is the live index's, for spelling."""

    def __init__(self, documents: Iterable[ListingDocument], vocabulary: Vocabulary) -> None:
        super().__init__(Path("memory"))
        held = list(documents)
        self._size = max(1, len(held))
        self._only = _MemoryReader(held)
        self._words = vocabulary

    def matching(self, request: SearchRequest, text: TextPlan) -> list[int]:
        """Ids of all documents that a request finds, its words as a plan already; in no order."""
        bare = TextPlan(text.must)
        return self._answer(request.but(limit=self._size), bare, time.perf_counter()).ids

    def vocabulary(self) -> Vocabulary:
        """The words it was given."""
        return self._words

    def _live_reader(self) -> _Reader:
        return self._only
