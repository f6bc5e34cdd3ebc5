"""Chance that falls the same way every time: everything is drawn from the seed and a name."""

from __future__ import annotations

import hashlib
import random

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Ten bits at a time: a million listings need millions of ids.
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_SHIFTS = (50, 40, 30, 20, 10, 0)


def die(seed: int, *names: object) -> random.Random:
    """A source of chance of its own for what the names name."""
    return random.Random(f"{seed}:{':'.join(map(str, names))}")  # noqa: S311 - demo data, not secrets


def public_id(seed: int, kind: str, number: object) -> str:
    """An outward id as `core.ids` makes them, but the same for the same seed."""
    digest = hashlib.blake2b(f"{seed}:{kind}:{number}".encode(), digest_size=8).digest()
    value = int.from_bytes(digest, "big")
    return _ALPHABET[value >> 60] + "".join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])


def digits(rng: random.Random, pattern: str) -> str:
    """The pattern with every # thrown."""
    return "".join(str(rng.randrange(10)) if mark == "#" else mark for mark in pattern)
