"""Static files from the process itself, knowing of each only where it lies until somebody asks for it."""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from whitenoise.base import scantree
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, but for what it works out at the start: headers and answers of every file there is.

    The demo's pictures are some thousands of files, of which a process hands out few; the middleware is
    built twice, for pages and for streams. Names are read once for both.
    """

    def update_files_dictionary(self, root: str, prefix: str) -> None:
        self.files = _Files(root, prefix, self._described)

    def _described(self, path: str, url: str) -> Any:
        return None if self.is_compressed_variant(path) else self.get_static_file(path, url)


class _Files(dict[str, Any]):
    """URL → what is answered, made at the first request for a file that was there at the start."""

    def __init__(self, root: str, prefix: str, describe: Callable[[str, str], Any]) -> None:
        super().__init__()
        self._root, self._prefix, self._describe = root, prefix, describe
        self._names = _names_in(root)

    def get(self, url: str, default: Any = None) -> Any:
        """The file's answer, or `default` for what is none; only names that were seen reach the disk."""
        found = super().get(url)
        if found is None and url.startswith(self._prefix):
            name = url[len(self._prefix) :]
            if name in self._names:
                found = self[url] = self._describe(self._root + name.replace("/", os.sep), url)
        return default if found is None else found


@lru_cache(maxsize=2)
def _names_in(root: str) -> frozenset[str]:
    return frozenset(path[len(root) :].replace(os.sep, "/") for path, _stat in scantree(root))
