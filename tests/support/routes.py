"""Every address of the site, found from the URL patterns themselves, so that none is forgotten by a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

TABLES = Path(__file__).resolve().parent.parent / "tables"
# Wagtail's own administration has its generated walk of its own; here it is one rule (tests/flows).
# Uploads are files, and served by Django in the demo only.
LEFT_TO_OTHERS = ("cms/", "^media/")


@dataclass(frozen=True, slots=True)
class Route:
    """A named address. `names` holds its converter arguments in order."""

    name: str
    pattern: str
    arguments: tuple[str, ...]


def _walk(patterns: Any, prefix: str = "", space: str = "") -> Iterator[Route]:
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, text, inner)
        elif isinstance(entry, URLPattern):
            arguments = tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)
            yield Route(f"{space}{entry.name or entry.lookup_str}", text, arguments)


def all_routes() -> dict[str, Route]:
    """Every route by name, without the portals' second copies and what is left to others."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver().url_patterns):
        if route.name.startswith("portal:") or route.pattern.startswith(LEFT_TO_OTHERS):
            continue
        found.setdefault(route.name, route)
    return found


def table(name: str) -> Any:
    """A table of tests/tables/."""
    return yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
