"""Answers: list pages with cursors, and `expand` that puts objects where ids stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from .errors import bad_param, no_such
from .sandbox import NOUNS, Call, Sandbox, public
from .store import Object

_BY_PREFIX = sorted(
    [(f"{prefix}_", collection) for collection, (_, prefix) in NOUNS.items()]
    + [("py_", "charges"), ("pyr_", "refunds")],
    reverse=True,
)
_DEEPEST = 4


def lookup(sandbox: Sandbox, key: Any) -> Object | None:
    """The object an id names, whatever its kind; None when there is none."""
    for prefix, collection in _BY_PREFIX:
        if isinstance(key, str) and key.startswith(prefix):
            return sandbox.store.get(collection, key)
    return None


def _children(sandbox: Sandbox, parent: Object, name: str) -> Any:
    """Lists that exist only when asked for: a session's line items, a charge's refunds."""
    if parent.get("object") == "checkout.session" and name == "line_items":
        return whole_list(parent["_line_items"], f"/v1/checkout/sessions/{parent['id']}/line_items")
    if parent.get("object") == "charge" and name == "refunds":
        rows = [row for row in sandbox.newest("refunds", parent["_scope"]) if row["charge"] == parent["id"]]
        return whole_list(rows[:10], f"/v1/charges/{parent['id']}/refunds", has_more=len(rows) > 10)
    return None


def whole_list(rows: list[Object], url: str, *, has_more: bool = False) -> Object:
    """A list object that holds `rows` as they are."""
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def render(sandbox: Sandbox, value: Object, expand: Iterable[str] = ()) -> Any:
    """The public form of an object with the wanted fields expanded. Raises `ApiError` for a wrong path."""
    shown = value
    for path in expand:
        parts = path.split(".")
        if len(parts) > _DEEPEST + (parts[0] == "data"):
            message = f"You cannot expand more than {_DEEPEST} levels of a property. (path: {path})"
            raise bad_param(message, "expand")
        shown = _expand(sandbox, shown, parts, path)
    return public(shown)


def _expand(sandbox: Sandbox, value: Any, parts: list[str], path: str) -> Any:
    if isinstance(value, list):
        return [_expand(sandbox, item, parts, path) for item in value]
    if not parts or value is None:
        return value
    name, rest = parts[0], parts[1:]
    child = value.get(name)
    if child is None:
        child = _children(sandbox, value, name)
    if child is None and name not in value:
        raise bad_param(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(child, str):
        found = lookup(sandbox, child)
        if found is None:
            raise bad_param(f"This property cannot be expanded ({path}).", "expand")
        child = found
    if child is not None and not isinstance(child, dict | list):
        raise bad_param(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(child, dict) and not rest and "object" not in child:
        raise bad_param(f"This property cannot be expanded ({path}).", "expand")
    return {**value, name: _expand(sandbox, child, rest, path)}


def page(
    sandbox: Sandbox,
    rows: Iterator[Object],
    call: Call,
    keep: Callable[[Object], bool] = lambda row: True,
) -> Object:
    """One page of `rows` (newest first) by the paging parameters of the call."""
    params = call.params
    limit = params.get("limit", 10)
    matching = (row for row in rows if keep(row) and _within(row["created"], params.get("created")))
    if "ending_before" in params:
        newer: list[Object] = []
        for row in matching:
            if row["id"] == params["ending_before"]:
                chosen, more = newer[-limit:], len(newer) > limit
                break
            newer.append(row)
        else:
            raise no_such("object", params["ending_before"], "ending_before")
    else:
        if "starting_after" in params:
            _skip_past(matching, params["starting_after"])
        chosen = list(islice(matching, limit))
        more = len(chosen) == limit and next(matching, None) is not None
    answer = whole_list(chosen, call.path, has_more=more)
    shown: Object = render(sandbox, answer, params.get("expand", ()))
    return shown


def _skip_past(rows: Iterator[Object], key: str) -> None:
    for row in rows:
        if row["id"] == key:
            return
    raise no_such("object", key, "starting_after")


def _within(created: int, bounds: dict[str, int] | None) -> bool:
    tests: dict[str, Callable[[int], bool]] = {
        "gt": lambda edge: created > edge,
        "gte": lambda edge: created >= edge,
        "lt": lambda edge: created < edge,
        "lte": lambda edge: created <= edge,
    }
    return all(tests[name](edge) for name, edge in (bounds or {}).items())
