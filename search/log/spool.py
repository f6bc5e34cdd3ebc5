"""Where lines of the log wait until the worker takes them into the database: a file on this host.

A page must not wait for the database to be told that it was shown, so it appends one line: a write of a few
dozen microseconds that survives the process. The worker renames the file and reads it two seconds later,
when whoever still had it open has long written; every line has its own key in the database, so a file read
twice counts once. A line that cannot be written is told in the log of the process with what it held.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
SETTLE_SECONDS = 2.0
_NAME = "lines.jsonl"
Line = dict[str, Any]


def _folder() -> Path:
    return Path(settings.SEARCH_LOG_DIR)


def append(line: Line) -> None:
    """Write one line. Never raises: a page is worth more than its line in the log."""
    data = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode(errors="replace")
    path = _folder() / _NAME
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        try:
            handle = os.open(path, flags, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, flags, 0o600)
        try:
            os.write(handle, data)
        finally:
            os.close(handle)
    except OSError as error:
        log.warning("search_log_line_lost", error=str(error), line_kind=line.get("kind"))


def take(*, settle: float = SETTLE_SECONDS) -> Iterator[tuple[Path, list[Line]]]:
    """Files that are ready with their lines; the caller removes a file when it has its lines for good.

    What cannot be read as a line is told and left out.
    """
    folder = _folder()
    if not folder.is_dir():
        return
    current = folder / _NAME
    if current.exists():
        current.rename(folder / f"{time.time_ns()}-{os.getpid()}.taken")
    edge = time.time_ns() - int(settle * 1e9)
    for path in sorted(folder.glob("*.taken")):
        if int(path.name.partition("-")[0]) <= edge:
            yield path, list(_lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for number, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict):
            yield line
        else:
            log.warning("search_log_line_unreadable", file=path.name, number=number)
