"""Marks decide where a test runs; a test whose servers are absent is left out, and in CI that is an error.

`services`: only with PostgreSQL, Redis and Elasticsearch. `everywhere`: on embedded parts and again with
them; the tests of integration, flows and races carry it by their folder. `browser`: drives Chromium.
"""

import os

import pytest

_TWICE = ("integration", "flows", "races")
_NEEDED = {
    "services": ("CHANDI_TEST_DATABASE_URL", "CHANDI_TEST_REDIS_URL", "CHANDI_TEST_ELASTICSEARCH_URL"),
    "browser": ("CHANDI_TEST_CHROMIUM",),
}


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _lacking(mark: str) -> list[str]:
    return [name for name in _NEEDED[mark] if not os.environ.get(name)]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by their folder, before `-m` selects."""
    for item in items:
        parts = item.path.relative_to(config.rootpath).parts
        if len(parts) > 2 and parts[1] in _TWICE and item.get_closest_marker("services") is None:
            item.add_marker("everywhere")
        if len(parts) > 2 and parts[1] == "browser":
            item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """After `-m` has selected: tests that cannot run here end the run in CI and are left out elsewhere."""
    left_out = []
    for mark in _NEEDED:
        lacking = _lacking(mark)
        hit = [item for item in session.items if lacking and item.get_closest_marker(mark)]
        if hit and _is_ci():
            pytest.exit(f"{len(hit)} {mark} tests cannot run: {', '.join(lacking)} not set.", returncode=1)
        left_out += hit
    if left_out:
        session.items[:] = [item for item in session.items if item not in left_out]
        session.config.hook.pytest_deselected(items=left_out)
