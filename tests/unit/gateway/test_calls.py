"""Repeats, patience and the translation of errors; and the shape of the door itself."""

import inspect
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from payments.gateway import (
    EventFeed,
    Gateway,
    GatewayError,
    GatewayKeyReused,
    GatewayRefused,
    GatewayUnavailable,
    PaymentGateway,
    PayoutGateway,
    get_gateway,
)
from payments.gateway.stripe_client import StripeCaller, translate
from payments.gateway.stripe_gateway import StripeGateway


def failing(*errors: Exception | None) -> tuple[Callable[[], str], list[int]]:
    """A call that fails with these errors in turn (None succeeds), and how often it was made."""
    made: list[int] = []

    def call() -> str:
        made.append(1)
        error = errors[min(len(made), len(errors)) - 1]
        if error is not None:
            raise error
        return "done"

    return call, made


def caller(pauses: list[float]) -> StripeCaller:
    """A caller that notes its pauses instead of sleeping."""
    return StripeCaller(secret_key="sk_test_x", api_base="http://127.0.0.1:9", sleep=pauses.append)


def api_error(status: int, **more: Any) -> stripe.StripeError:
    """An error of the service itself."""
    return stripe.APIError("no", http_status=status, **more)


BROKEN = stripe.APIConnectionError("broken")
BUSY = stripe.RateLimitError("slow down", http_status=429)
DECLINED = stripe.CardError("declined", None, "card_declined", http_status=402)


@pytest.mark.parametrize(
    "error", [BROKEN, BUSY, api_error(500), api_error(503), api_error(409), api_error(200)]
)
def test_what_may_pass_is_repeated_twice_with_growing_pauses(error: Exception) -> None:
    pauses: list[float] = []
    call, made = failing(error, error, None)
    assert caller(pauses).send(call) == "done"
    assert (len(made), len(pauses)) == (3, 2)
    assert 0.25 <= pauses[0] <= 0.5
    assert 0.5 <= pauses[1] <= 1.0
    call, made = failing(error)
    with pytest.raises(GatewayUnavailable):
        caller(pauses).send(call)
    assert len(made) == 3


@pytest.mark.parametrize(
    "error",
    [
        DECLINED,
        stripe.InvalidRequestError("no such charge", "charge", "resource_missing", http_status=404),
        stripe.AuthenticationError("no key", http_status=401),
        stripe.PermissionError("not yours", http_status=403),
        stripe.IdempotencyError("other parameters", http_status=400),
        api_error(500, headers={"stripe-should-retry": "false"}),
    ],
)
def test_what_will_not_pass_is_not_repeated(error: Exception) -> None:
    call, made = failing(error)
    with pytest.raises(GatewayError):
        caller([]).send(call)
    assert len(made) == 1


def test_the_services_own_advice_counts_more() -> None:
    advice = stripe.InvalidRequestError(
        "wait", None, "lock", http_status=400, headers={"stripe-should-retry": "true"}
    )
    call, made = failing(advice, None)
    assert caller([]).send(call) == "done"
    assert len(made) == 2


def test_a_waiting_buyer_gets_no_repeat_that_could_end_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    made: list[float] = []

    def mute() -> str:
        made.append(now[0])
        now[0] += 8.0
        raise BROKEN

    with pytest.raises(GatewayUnavailable):
        caller([]).send(mute, patience=10.0)
    assert made == [100.0]
    quick, times = failing(BROKEN, None)
    assert caller([]).send(quick, patience=10.0) == "done"
    assert len(times) == 2


@pytest.mark.parametrize(
    ("error", "kind", "unknown"),
    [
        (BROKEN, GatewayUnavailable, True),
        (api_error(500), GatewayUnavailable, True),
        (api_error(409), GatewayUnavailable, True),
        (BUSY, GatewayUnavailable, False),
        (stripe.AuthenticationError("no key", http_status=401), GatewayUnavailable, False),
        (stripe.IdempotencyError("other parameters", http_status=400), GatewayKeyReused, True),
    ],
)
def test_whether_something_may_have_happened_is_told(
    error: stripe.StripeError, kind: type, unknown: bool
) -> None:
    told = translate(error)
    assert type(told) is kind
    assert isinstance(told, GatewayUnavailable)
    assert told.outcome_unknown is unknown
    assert told.code


def test_a_refusal_carries_what_the_service_said() -> None:
    body = {"error": {"decline_code": "insufficient_funds", "message": "declined", "type": "card_error"}}
    error = stripe.CardError(
        "declined",
        "source",
        "card_declined",
        http_status=402,
        json_body=body,
        headers={"request-id": "req_1"},
    )
    told = translate(error)
    assert isinstance(told, GatewayRefused)
    assert (told.code, told.decline_code, told.param) == ("card_declined", "insufficient_funds", "source")
    assert (told.request_id, str(told)) == ("req_1", "declined")


def test_no_protocol_has_more_than_eight_methods_and_stripe_has_them_all() -> None:
    for protocol in (PaymentGateway, PayoutGateway, EventFeed):
        names = [
            name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if not name.startswith("_")
        ]
        assert 0 < len(names) <= 8
        for name in names:
            ours = inspect.signature(getattr(StripeGateway, name))
            assert ours == inspect.signature(getattr(protocol, name)), name


def test_the_settings_choose_the_gateway(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_settings", "whsec_settings"
    settings.STRIPE_API_BASE = "http://127.0.0.1:9/"
    gateway: Gateway = get_gateway()
    assert isinstance(gateway, StripeGateway)
    assert get_gateway() is gateway
    settings.STRIPE_SECRET_KEY = "sk_test_other"
    assert get_gateway() is not gateway


def test_the_library_is_not_loaded_before_it_is_used() -> None:
    program = "import sys, django; import payments.gateway; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_nothing_about_this_machine_is_sent_along() -> None:
    caller([])
    assert stripe.enable_telemetry is False
