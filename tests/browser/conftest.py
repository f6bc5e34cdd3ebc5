"""Chromium as the machine has it, and pages that can be looked at."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .support import LAUNCH_ARGS


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Read by pytest-playwright: the installed browser, without a sandbox and without calls outside."""
    return {"executable_path": os.environ["CHANDI_TEST_CHROMIUM"], "args": LAUNCH_ARGS}


@pytest.fixture(scope="session", autouse=True)
def _django_beside_an_event_loop() -> Iterator[None]:
    """Playwright runs a loop in the main thread; Django's guard against queries there would misfire."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield
