"""The route table: every resource function registers itself with its method, path and parameter check."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .params import Check
from .sandbox import Call, Sandbox

Handler = Callable[[Sandbox, Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One API endpoint."""

    method: str
    template: str
    pattern: re.Pattern[str]
    check: Check
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, template: str, check: Check) -> Callable[[Handler], Handler]:
    """Register the decorated function; `{name}` in the template becomes `call.args["name"]`."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, template, pattern, check, handler))
        return handler

    return register


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a call and its path arguments; None when there is none."""
    for candidate in ROUTES:
        found = candidate.pattern.fullmatch(path) if candidate.method == method else None
        if found is not None:
            return candidate, found.groupdict()
    return None
