"""Fingerprints that say whether kept work (a migrated database, seeded demo data) still fits the code."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.environment import ROOT, RUN_TIME

_OURS = ("marketplace", "clusters", "search", "payments", "cms")


def of_migrations() -> str:
    """16 hex digits over our migrations, the SQL they run, and the locked versions of everybody else's."""
    kinds = ("migrations/*.py", "sql/*.sql")
    files = (path for app in _OURS for kind in kinds for path in (ROOT / app).rglob(kind))
    return _digest([*files, ROOT / RUN_TIME])


def of_demo() -> str:
    """16 hex digits over all that decides what demo data looks like: our code, its data and the lock."""
    kinds = {".py", ".json", ".csv", ".toml", ".yaml", ".yml", ".svg", ".txt"}
    files = (path for app in _OURS for path in (ROOT / app).rglob("*") if path.suffix in kinds)
    return _digest([*files, ROOT / RUN_TIME])


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        if "__pycache__" in path.parts:
            continue
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
