"""The real servers that the tests and `demo --services` use: found, installed, started on free ports.

Each module has `missing() -> str | None` (what is not there, in words) and `start(...) -> str` (its URL).
"""
