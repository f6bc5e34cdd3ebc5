"""Outward ids: 64 random bits as 13 characters of Crockford's base 32. They tell neither order nor count."""

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 13


def new_public_id() -> str:
    """A fresh outward id, e.g. `7k3m9qx2a0c4t`."""
    number = secrets.randbits(64)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def is_public_id(text: str) -> bool:
    """Whether the text has the shape of an outward id (it may still name nothing)."""
    return len(text) == LENGTH and all(char in _ALPHABET for char in text)


class PublicIdConverter:
    """URL part `<pid:…>`: anything else does not match, so it is a plain 404 without a query."""

    regex = "[0-9a-hjkmnp-tv-z]{13}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
