"""Fixtures of every test. What a test may rely on is told in docs/testing.md."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from search import words
from search.rulebook import live as rulebook
from search.suggestions.hidden import forget_hidden
from tests.support.database import django_db_setup, monkeypatch_session
from tests.support.services import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
)

__all__ = [
    "django_db_setup",
    "monkeypatch_session",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
]


@pytest.fixture(scope="session", autouse=True)
def _empty_run_time_folder() -> None:
    """Leave nothing of an earlier run in the search index, the mail folder or the broker's."""
    for name in ("search", "mail", "media", "broker"):
        folder = settings.VAR / name
        for path in folder.rglob("*") if folder.exists() else ():
            if path.is_file():
                path.unlink()
    shutil.rmtree(settings.SEARCH_INDEX_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits, cached pages and counters of one test are not the next one's."""
    cache.clear()
    words.forget()
    rulebook.forget()
    forget_hidden()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """A language that one test made active is not the next one's."""
    translation.deactivate()
    yield
    translation.deactivate()
