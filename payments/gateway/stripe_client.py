"""One call to Stripe: time limits, at most two repeats under the same key, and typed errors.

We repeat ourselves instead of leaving it to the library because the whole call has to end in time for a
waiting buyer, and because a 429 deserves a repeat too, which the library does not give it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

import stripe

from .errors import GatewayError, GatewayKeyReused, GatewayRefused, GatewayUnavailable

T = TypeVar("T")
_REPEATS = 2
_FIRST_PAUSE = 0.5


class StripeCaller:
    """Holds the library's client and sends calls through it.

    `timeout` bounds each attempt's connect and each wait for bytes (seconds); `sleep` is time.sleep but
    in tests.
    """

    def __init__(
        self,
        *,
        secret_key: str,
        api_base: str | None = None,
        timeout: float = 8.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        # The library would write a random id into the user's home and send it along; nobody asked for that.
        stripe.enable_telemetry = False
        self._sleep, self._timeout = sleep, timeout
        # An address of our own is never behind the environment's proxy; empty strings switch it off.
        proxy: Any = {"http": "", "https": ""} if api_base else None
        self.client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            http_client=stripe.RequestsClient(timeout=timeout, proxy=proxy),
            max_network_retries=0,
        )

    def send(self, call: Callable[[], T], *, patience: float | None = None) -> T:
        """The answer of `call`, repeated at most twice where that may help.

        With `patience` (seconds), a repeat is made only if it is sure to end before they are over.
        """
        end = None if patience is None else time.monotonic() + patience
        repeats = 0
        while True:
            try:
                return call()
            except stripe.StripeError as error:
                pause = _FIRST_PAUSE * 2**repeats * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
                late = end is not None and time.monotonic() + pause + self._timeout > end
                if repeats == _REPEATS or late or not _may_repeat(error):
                    raise translate(error) from error
                repeats += 1
                self._sleep(pause)


def _may_repeat(error: stripe.StripeError) -> bool:
    """Whether the same call under the same key may be answered better; the service's own advice first."""
    advice = (error.headers or {}).get("stripe-should-retry")
    if advice in ("true", "false"):
        return advice == "true"
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return True
    status = error.http_status or 0
    # 200 with an unreadable body is an answer that was cut off on its way.
    return status in (200, 409) or status >= 500


def translate(error: stripe.StripeError) -> GatewayError:
    """The library's error as one of ours."""
    message = error.user_message or type(error).__name__
    code, request_id = str(error.code or ""), str(error.request_id or "")
    if isinstance(error, stripe.IdempotencyError):
        return GatewayKeyReused(message, code="idempotency_key_reused", request_id=request_id)
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError | stripe.PermissionError):
        body = error.error
        return GatewayRefused(
            message,
            code=code or "refused",
            request_id=request_id,
            param=str(getattr(error, "param", None) or ""),
            decline_code=str(getattr(body, "decline_code", None) or ""),
        )
    if isinstance(error, stripe.RateLimitError | stripe.AuthenticationError):
        code = code or ("rate_limit" if isinstance(error, stripe.RateLimitError) else "authentication")
        return GatewayUnavailable(message, code=code, request_id=request_id, outcome_unknown=False)
    return GatewayUnavailable(message, code=code or "no_answer", request_id=request_id)
