"""Marks decide where a test runs; a test whose servers are absent is left out, and in CI that is an error.

`services`: only with PostgreSQL, Redis and Elasticsearch. `everywhere`: on embedded parts and again with
them; the tests of integration, flows and races carry it by their folder. `browser`: drives Chromium.
"""

import os
import re

import pytest
from django.conf import settings

_TWICE = ("integration", "flows", "races")
_NEEDED = {
    "services": ("CHANDI_TEST_DATABASE_URL", "CHANDI_TEST_REDIS_URL", "CHANDI_TEST_ELASTICSEARCH_URL"),
    "stripe_mock": ("CHANDI_TEST_STRIPE_MOCK",),
    "browser": ("CHANDI_TEST_CHROMIUM",),
}


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _lacking(mark: str) -> list[str]:
    return [name for name in _NEEDED[mark] if not os.environ.get(name)]


def pytest_configure() -> None:
    """Give each test process its own Redis database and its own index names: they run side by side."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return
    settings.SEARCH_INDEX_PREFIX = f"{settings.SEARCH_INDEX_PREFIX}-{worker}"
    own = f"/{int(worker.removeprefix('gw')) + 1}"
    for name in ("REDIS_URL", "CHANDI_TEST_REDIS_URL"):
        if os.environ.get(name):
            os.environ[name] = re.sub(r"/\d+$", own, os.environ[name])
    if os.environ.get("REDIS_URL"):
        settings.CACHES["default"]["LOCATION"] = os.environ["REDIS_URL"]
        settings.CELERY_BROKER_URL = os.environ["REDIS_URL"]


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
