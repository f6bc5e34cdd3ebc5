"""Faults: each does what a bad day does, and says how often it was hit."""

import time

import pytest
import requests

from tests.stripe_server.server import StripeServer

from .api import Api, session_params


def created(server: StripeServer) -> int:
    """How many customers exist."""
    return len(server.objects("customers"))


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [(429, "invalid_request_error", "rate_limit"), (500, "api_error", None), (503, "api_error", None)],
)
def test_the_next_call_fails_and_changes_nothing(api: Api, status: int, kind: str, code: str | None) -> None:
    api.server.control("POST", "/faults", mode="error", status=status, path="/v1/customers", method="POST")
    error = api.refused("/v1/customers", {"name": "Li"}, status=status)
    assert (error["type"], error.get("code"), created(api.server)) == (kind, code, 0)
    api.post("/v1/customers", {"name": "Li"})
    assert [fault["hits"] for fault in api.server.control("GET", "/faults")["faults"]] == [1]


def test_a_lock_timeout_is_a_429_with_its_own_code(api: Api) -> None:
    api.server.control("POST", "/faults", mode="error", status=429, code="lock_timeout")
    assert api.refused("/v1/customers", {"name": "Li"}, status=429)["code"] == "lock_timeout"


@pytest.mark.parametrize(("mode", "effect"), [("drop", 0), ("drop_after", 1), ("cut_after", 1)])
def test_a_broken_connection_before_or_after_the_effect(api: Api, mode: str, effect: int) -> None:
    api.server.control("POST", "/faults", mode=mode, path="/v1/customers")
    with pytest.raises(requests.RequestException):
        api.call("POST", "/v1/customers", {"name": "Li"}, once="k")
    assert created(api.server) == effect
    again = api.call("POST", "/v1/customers", {"name": "Li"}, once="k")
    assert again.status_code == 200
    assert ("Idempotent-Replayed" in again.headers) is bool(effect)
    assert created(api.server) == 1


@pytest.mark.parametrize(("mode", "effect"), [("hang", 0), ("hang_after", 1)])
def test_silence_until_the_client_gives_up(api: Api, mode: str, effect: int) -> None:
    api.server.control("POST", "/faults", mode=mode, path="/v1/customers")
    headers = {"Authorization": f"Bearer {api.key}", "Idempotency-Key": "k"}
    with pytest.raises(requests.Timeout):
        requests.post(f"{api.server.url}/v1/customers", {"name": "Li"}, headers=headers, timeout=0.3)
    assert created(api.server) == effect
    assert api.call("POST", "/v1/customers", {"name": "Li"}, once="k").status_code in (200, 409)
    assert created(api.server) == 1


def test_an_error_after_the_effect_is_not_what_the_key_keeps(api: Api) -> None:
    api.server.control("POST", "/faults", mode="error_after", status=500, path="/v1/customers")
    api.refused("/v1/customers", {"name": "Li"}, status=500, once="k")
    assert created(api.server) == 1
    assert api.call("POST", "/v1/customers", {"name": "Li"}, once="k").status_code == 200
    assert created(api.server) == 1


def test_a_delay_delays(api: Api) -> None:
    api.server.control("POST", "/faults", mode="delay", seconds=0.2)
    began = time.monotonic()
    api.post("/v1/customers", {"name": "Li"})
    assert time.monotonic() - began >= 0.2


def test_a_fault_hits_only_the_calls_it_names(api: Api) -> None:
    api.server.control("POST", "/faults", mode="error", method="GET", path="/v1/charges/*", times=2)
    api.post("/v1/checkout/sessions", session_params())
    api.get("/v1/charges")
    assert api.call("GET", "/v1/charges/ch_1").status_code == 500
    assert api.call("GET", "/v1/charges/ch_1").status_code == 500
    assert api.call("GET", "/v1/charges/ch_1").status_code == 404


def test_a_fault_that_does_not_exist_is_refused(api: Api) -> None:
    for wrong in ({"mode": "earthquake"}, {"mode": "error", "colour": "red"}, {}):
        with pytest.raises(OSError):
            api.server.control("POST", "/faults", **wrong)


def test_the_next_card_is_declined_whatever_it_is(api: Api) -> None:
    api.server.control("POST", "/decline", code="insufficient_funds")
    session = api.checkout()
    assert api.server.pay(session["url"]) == ""
    assert (
        api.get("/v1/payment_intents")["data"][0]["last_payment_error"]["decline_code"]
        == "insufficient_funds"
    )
    assert api.server.pay(session["url"]).startswith("http://shop.test/done")
