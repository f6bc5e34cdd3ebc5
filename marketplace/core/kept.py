"""Finished pieces kept in memory for a short while, under keys that change when what they show does."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


class Kept(Generic[Piece]):
    """At most `most` pieces, each for at most `seconds`; the one longest unused goes first. Safe in threads.

    The key must hold everything that makes the piece what it is and change with it (a version, the text
    itself); the time limit is for what no key can know, such as a factory's new name on a listing's card.
    """

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._pieces: OrderedDict[Hashable, tuple[float, Piece]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Piece | None:
        """The piece, or None when there is none or it is too old."""
        with self._lock:
            found = self._pieces.get(key)
            if found is None:
                return None
            if time.monotonic() - found[0] > self._seconds:
                del self._pieces[key]
                return None
            self._pieces.move_to_end(key)
            return found[1]

    def put(self, key: Hashable, piece: Piece) -> None:
        """Keep the piece."""
        with self._lock:
            self._pieces[key] = (time.monotonic(), piece)
            self._pieces.move_to_end(key)
            while len(self._pieces) > self._most:
                self._pieces.popitem(last=False)
