"""Looking for goods, comparing, saving and hearing of a lower price, in a browser and on either engine."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.stack import Stack

from .search_walk import search_it
from .stacks import demo

pytestmark = pytest.mark.everywhere


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole thing with the demo's data, running."""
    with demo(tmp_path_factory.mktemp("search-walk") / "stack") as running:
        yield running


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_first_letters_to_a_lower_price(browser: Browser, stack: Stack, lang: str) -> None:
    engine = "elasticsearch" if stack.urls.get("ELASTICSEARCH_URL") else "embedded"
    search_it(browser, stack, lang, engine)
