"""Fixtures for tests that need a payment service: import what you use into your conftest.

`stripe_server` is a running, empty server (one per test process, emptied before each test); `hook_sink`
receives webhooks; `with_webhooks` joins the two.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .app import Settings
from .server import StripeServer
from .sink import HookSink

SECRET = "whsec_of_the_tests"


@pytest.fixture(scope="session")
def _one_stripe_server() -> Iterator[StripeServer]:
    with StripeServer(Settings(retry_base=0.05, parallel=1)) as server:
        yield server


@pytest.fixture
def stripe_server(_one_stripe_server: StripeServer) -> StripeServer:
    """A running server without objects, faults, rules or webhook endpoints."""
    _one_stripe_server.control("DELETE", "/webhooks")
    _one_stripe_server.control("POST", "/reset")
    return _one_stripe_server


@pytest.fixture
def hook_sink() -> Iterator[HookSink]:
    """A receiver of webhooks on a free port."""
    with HookSink() as sink:
        yield sink


@pytest.fixture
def with_webhooks(stripe_server: StripeServer, hook_sink: HookSink) -> Iterator[StripeServer]:
    """The server, sending its events to `hook_sink`, signed with `SECRET`."""
    stripe_server.control("POST", "/webhooks", url=hook_sink.url, secret=SECRET)
    yield stripe_server
    stripe_server.control("DELETE", "/webhooks")
