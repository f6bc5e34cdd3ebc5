"""The whole way of an order in a browser, in Chinese and in English, on embedded parts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.stack import Stack

from .stacks import demo
from .walk import walk_it


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole thing with the demo's data, running."""
    with demo(tmp_path_factory.mktemp("walk") / "embedded") as running:
        yield running


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_shop_buys_socks_on_sixty_days_credit(browser: Browser, stack: Stack, lang: str) -> None:
    walk_it(browser, stack, lang, "embedded")
