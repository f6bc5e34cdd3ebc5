"""All state of the server: collections of JSON objects, one journal line per commit.

Objects are replaced, never changed in place, so a call that fails half-way is undone by putting the old
ones back. A commit is one line of JSON appended to the state file in one write: after a kill the file
ends in whole commits or in one torn line, which is ignored. The file is rewritten whole (temporary file,
fsync, rename) when it opens and when it has grown to several times its content.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

Object = dict[str, Any]
_ABSENT: Any = object()
_COMPACT_AFTER = 2_000


class Store:
    """Collections by name, objects by key, insertion order kept. Not thread-safe: one event loop owns it."""

    def __init__(self, path: Path | None = None) -> None:
        self._data: dict[str, dict[str, Object]] = {}
        self._undo: dict[tuple[str, str], Object] = {}
        self._path = path
        self._file: BinaryIO | None = None
        self._lines = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._load(path)
            self._compact()

    def get(self, collection: str, key: str) -> Object | None:
        """The object, or None. Never change it: call `update`."""
        return self._data.get(collection, {}).get(key)

    def all(self, collection: str) -> Iterator[Object]:
        """Oldest first."""
        return iter(list(self._data.get(collection, {}).values()))

    def newest(self, collection: str) -> Iterator[Object]:
        """Newest first, without copying the collection."""
        return reversed(self._data.get(collection, {}).values())

    def count(self, collection: str) -> int:
        """How many objects the collection holds."""
        return len(self._data.get(collection, {}))

    def put(self, collection: str, key: str, value: Object) -> Object:
        """Insert or replace."""
        rows = self._data.setdefault(collection, {})
        self._undo.setdefault((collection, key), rows.get(key, _ABSENT))
        rows[key] = value
        return value

    def update(self, collection: str, key: str, **changes: Any) -> Object:
        """Replace the object by a copy with `changes`; raises KeyError when it is not there."""
        return self.put(collection, key, {**self._data[collection][key], **changes})

    def delete(self, collection: str, key: str) -> None:
        """Remove if present."""
        rows = self._data.get(collection, {})
        if key in rows:
            self._undo.setdefault((collection, key), rows[key])
            del rows[key]

    def rollback(self) -> None:
        """Undo everything since the last commit."""
        for (collection, key), old in self._undo.items():
            if old is _ABSENT:
                self._data[collection].pop(key, None)
            else:
                self._data[collection][key] = old
        self._undo.clear()

    def commit(self) -> None:
        """Make everything since the last commit durable against a kill of the process."""
        if not self._undo:
            return
        if self._file is not None:
            changes = [[name, key, self._data[name].get(key)] for name, key in self._undo]
            self._file.write(json.dumps({"changes": changes}, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
            self._lines += 1
        self._undo.clear()
        if self._lines > max(_COMPACT_AFTER, 4 * sum(map(len, self._data.values()))):
            self._compact()

    def clear(self) -> None:
        """Forget everything, on disk too."""
        self._data.clear()
        self._undo.clear()
        self._compact()

    def close(self) -> None:
        """Close the state file; the store stays readable."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        with path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                record = json.loads(line)
                if "snapshot" in record:
                    self._data = record["snapshot"]
                for collection, key, value in record.get("changes", ()):
                    rows = self._data.setdefault(collection, {})
                    if value is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = value

    def _compact(self) -> None:
        if self._path is None:
            return
        self.close()
        beside = self._path.with_name(self._path.name + ".new")
        with beside.open("wb") as out:
            out.write(json.dumps({"snapshot": self._data}, separators=(",", ":")).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, self._path)
        self._file = self._path.open("ab")
        self._lines = 0
