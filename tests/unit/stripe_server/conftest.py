"""The running server and a bare client for it."""

import pytest

from tests.stripe_server.fixtures import _one_stripe_server, hook_sink, stripe_server, with_webhooks
from tests.stripe_server.server import StripeServer

from .api import Api

__all__ = ["_one_stripe_server", "hook_sink", "stripe_server", "with_webhooks"]


@pytest.fixture
def api(stripe_server: StripeServer) -> Api:
    """A client of the empty server."""
    return Api(stripe_server)
