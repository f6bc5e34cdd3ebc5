"""Form-encoded parameters with brackets, and the checks each route declares for them.

A check is a function of (value, full name) that returns the cleaned value or raises `ApiError` in
Stripe's words. Unknown parameters are refused, as Stripe refuses them: a double that swallows them proves
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .currencies import SUPPORTED
from .errors import ApiError, bad_param, missing_param

Check = Callable[[Any, str], Any]
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_MAX_FIELDS = 1_000


def decode(encoded: str) -> dict[str, Any]:
    """`a[b][0][c]=1` as nested dicts and lists. Raises `ApiError` for malformed names."""
    root: dict[str, Any] = {}
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise ApiError(400, "Invalid request: the parameters could not be read", executed=False) from error
    for name, value in pairs:
        match = _NAME.match(name)
        if match is None:
            raise bad_param(f"Received unknown parameter: {name}", name, "parameter_unknown")
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _place(root, keys, value, name)
    return {key: _listify(value) for key, value in root.items()}


def _place(node: dict[str, Any], keys: list[str], value: str, name: str) -> None:
    for index, key in enumerate(keys):
        key = key or str(len(node))
        if index == len(keys) - 1:
            node[key] = value
            return
        node = node.setdefault(key, {})
        if not isinstance(node, dict):
            raise bad_param(f"Invalid hash: {name}", name)


def _listify(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listify(value[key]) for key in sorted(value, key=int)]
    return {key: _listify(item) for key, item in value.items()}


def text(limit: int = 5_000) -> Check:
    """A non-empty string of at most `limit` characters."""

    def check(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise bad_param(f"Invalid string: {value}", name)
        if value == "":
            raise bad_param(f"You passed an empty string for '{name}'.", name, "parameter_invalid_empty")
        if len(value) > limit:
            raise bad_param(f"Invalid string: must be at most {limit} characters", name)
        return value

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number, optionally bounded."""

    def check(value: Any, name: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise bad_param(f"Invalid integer: {value}", name, "parameter_invalid_integer")
        number = int(value)
        if minimum is not None and number < minimum:
            message = f"This value must be greater than or equal to {minimum}."
            raise bad_param(message, name, "parameter_invalid_integer")
        if maximum is not None and number > maximum:
            message = f"This value must be less than or equal to {maximum}."
            raise bad_param(message, name, "parameter_invalid_integer")
        return number

    return check


def boolean(value: Any, name: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise bad_param(f"Invalid boolean: {value}", name)
    return bool(value == "true")


def choice(*allowed: str) -> Check:
    """One of a fixed set of words."""

    def check(value: Any, name: str) -> str:
        if value not in allowed:
            raise bad_param(f"Invalid {name}: must be one of {', '.join(allowed)}", name)
        return str(value)

    return check


def currency(value: Any, name: str) -> str:
    """A supported currency code, lower case."""
    code = str(value).lower()
    if code not in SUPPORTED:
        raise bad_param(f"Invalid currency: {code}. Stripe does not support it.", name)
    return code


def url(value: Any, name: str) -> str:
    """An absolute http(s) address."""
    parts = urlsplit(str(value))
    if parts.scheme not in ("http", "https") or not parts.netloc or len(str(value)) > 5_000:
        raise bad_param("Not a valid URL", name, "url_invalid")
    return str(value)


def email(value: Any, name: str) -> str:
    """Something with one @ in the middle."""
    if not isinstance(value, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) or len(value) > 512:
        raise bad_param(f"Invalid email address: {value}", name, "email_invalid")
    return value


def metadata(value: Any, name: str) -> dict[str, str]:
    """Up to 50 pairs, keys to 40 and values to 500 characters."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise bad_param("Metadata must be a set of key-value pairs", name)
    if len(value) > 50:
        raise bad_param("You can have up to 50 metadata keys", name)
    for key, item in value.items():
        if len(key) > 40 or not isinstance(item, str) or len(item) > 500:
            raise bad_param("Metadata keys have up to 40 and values up to 500 characters", f"{name}[{key}]")
    return dict(value)


def array(of: Check, *, maximum: int = 100) -> Check:
    """A list whose every entry passes `of`."""

    def check(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise bad_param("Invalid array", name)
        if len(value) > maximum:
            raise bad_param(f"Array must have at most {maximum} entries", name)
        return [of(item, f"{name}[{index}]") for index, item in enumerate(value)]

    return check


def fields(checks: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """A hash with exactly these names; anything else is `parameter_unknown`."""

    def check(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_param("Invalid object", name)
        inside = (lambda key: f"{name}[{key}]") if name else (lambda key: key)
        for key in value:
            if key not in checks:
                full = inside(key)
                raise bad_param(f"Received unknown parameter: {full}", full, "parameter_unknown")
        for key in required:
            if key not in value:
                raise missing_param(inside(key))
        return {key: checks[key](item, inside(key)) for key, item in value.items()}

    return check


def moment(value: Any, name: str) -> dict[str, int]:
    """An exact Unix time or a range of `gt gte lt lte`, always returned as a range."""
    stamp = integer(0)
    if isinstance(value, dict):
        range_check = fields({"gt": stamp, "gte": stamp, "lt": stamp, "lte": stamp})
        return dict(range_check(value, name))
    exact = stamp(value, name)
    return {"gte": exact, "lte": exact}


EXPAND: Check = array(text(200), maximum=20)
PAGING: dict[str, Check] = {
    "limit": integer(1, 100),
    "starting_after": text(255),
    "ending_before": text(255),
    "created": moment,
    "expand": EXPAND,
}
