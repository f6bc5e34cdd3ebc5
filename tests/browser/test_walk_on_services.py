"""The whole way of an order in a browser, in both languages, on PostgreSQL, Redis and Elasticsearch."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.places import ask
from tests.support.stack import Stack

from .stacks import demo
from .walk import walk_it

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole thing with the demo's data, running."""
    with demo(tmp_path_factory.mktemp("walk") / "services") as running:
        listings = ask(running, "SELECT count(*) FROM catalog_listing WHERE state = 'published'")
        index = f"{running.urls['ELASTICSEARCH_URL']}/{running.urls['SEARCH_INDEX_PREFIX']}-*/_count"
        with urllib.request.urlopen(index, timeout=10) as answer:
            assert [(json.load(answer)["count"],)] == listings, "Elasticsearch holds what is searched"
        yield running


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_shop_buys_socks_on_sixty_days_credit(browser: Browser, stack: Stack, lang: str) -> None:
    walk_it(browser, stack, lang, "services")
