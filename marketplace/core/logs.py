"""Log lines never carry card numbers, tokens or passwords."""

import re
from typing import Any

_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){13,19}(?![\w-])")
_TOKEN = re.compile(r"\b(sk_(?:test|live)_|whsec_|rk_(?:test|live)_)[A-Za-z0-9_]+")
_SECRET_KEYS = frozenset(
    {"password", "password1", "password2", "token", "secret", "authorization", "card", "cookie"}
)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKEN.sub(r"\1***", _CARD.sub("[number]", value))
    if isinstance(value, dict):
        return {k: "***" if str(k).lower() in _SECRET_KEYS else _masked(v) for k, v in value.items()}
    return value


def mask_secrets(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Processor: mask values under secret names, card-like numbers and keys of payment services."""
    for key, value in list(event.items()):
        event[key] = "***" if key.lower() in _SECRET_KEYS else _masked(value)
    return event
