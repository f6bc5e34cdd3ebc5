"""Idempotency keys: the first answer for 24 hours, and never two effects."""

import threading
from pathlib import Path

import pytest
import requests

from tests.stripe_server.app import Settings
from tests.stripe_server.server import StripeServer

from .api import Api, session_params


def test_the_same_call_is_answered_by_the_first_body(api: Api) -> None:
    first = api.call("POST", "/v1/checkout/sessions", session_params(), once="order-1")
    again = api.call("POST", "/v1/checkout/sessions", session_params(), once="order-1")
    other = api.call("POST", "/v1/checkout/sessions", session_params(), once="order-2")
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.headers
    assert other.json()["id"] != first.json()["id"]
    assert len(api.server.objects("checkout_sessions")) == 2


def test_other_parameters_under_one_key_are_refused_and_change_nothing(api: Api) -> None:
    api.post("/v1/checkout/sessions", session_params(10_000), once="order-1")
    error = api.refused("/v1/checkout/sessions", session_params(20_000), once="order-1")
    assert error["type"] == "idempotency_error"
    assert "same parameters" in error["message"]
    assert [row["amount_total"] for row in api.server.objects("checkout_sessions")] == [10_000]


def test_one_key_at_two_endpoints_is_refused(api: Api) -> None:
    account = api.account()
    api.server.control("POST", "/fund", amount=10_000, currency="cny")
    wish = {"amount": 5_000, "currency": "cny"}
    api.post("/v1/topups", wish, once="key")
    error = api.refused("/v1/payouts", wish, once="key")
    assert error["type"] == "idempotency_error"
    assert "same endpoint" in error["message"]
    assert (api.server.objects("payouts"), api.server.balance("cny")) == ([], 15_000)
    api.refused("/v1/payouts", wish, once="key", account=account)


def test_a_refusal_of_the_state_is_kept_but_a_bad_parameter_is_not(api: Api) -> None:
    charge = api.payment(10_000)
    too_much = {"charge": charge["id"], "amount": 10_001}
    api.refused("/v1/refunds", too_much, once="refund-1")
    again = api.call("POST", "/v1/refunds", too_much, once="refund-1")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (400, "true")

    api.refused("/v1/refunds", {"charge": charge["id"], "amount": "much"}, once="refund-2")
    assert (
        api.post("/v1/refunds", {"charge": charge["id"], "amount": 10_000}, once="refund-2")["amount"]
        == 10_000
    )


def test_a_key_belongs_to_one_account(api: Api) -> None:
    account = api.account()
    ours = api.post("/v1/customers", {"name": "Li"}, once="key")
    theirs = api.post("/v1/customers", {"name": "Li"}, once="key", account=account)
    assert ours["id"] != theirs["id"]


def test_after_24_hours_a_key_is_new_again(api: Api) -> None:
    first = api.post("/v1/customers", {"name": "Li"}, once="key")
    api.server.control("POST", "/clock", advance=86_300)
    assert api.post("/v1/customers", {"name": "Li"}, once="key")["id"] == first["id"]
    api.server.control("POST", "/clock", advance=200)
    assert api.post("/v1/customers", {"name": "Wang"}, once="key")["id"] != first["id"]
    assert len(api.server.objects("idempotency")) == 1


def test_a_call_in_flight_is_a_conflict_and_ends_as_one_effect(api: Api) -> None:
    api.server.control("POST", "/faults", mode="hold", path="/v1/customers")
    answers: list[requests.Response] = []
    slow = threading.Thread(
        target=lambda: answers.append(api.call("POST", "/v1/customers", {"name": "Li"}, once="k"))
    )
    slow.start()
    api.server.control("POST", "/faults/reached")

    error = api.refused("/v1/customers", {"name": "Li"}, status=409, once="k")

    assert (error["type"], error["code"]) == ("idempotency_error", "idempotency_key_in_use")
    api.server.control("POST", "/faults/release")
    slow.join()
    again = api.call("POST", "/v1/customers", {"name": "Li"}, once="k")
    assert again.content == answers[0].content
    assert len(api.server.objects("customers")) == 1


@pytest.mark.parametrize(("stored", "second"), [(True, 500), (False, 200)])
def test_an_error_of_the_service_is_replayed_only_when_it_was_stored(
    api: Api, stored: bool, second: int
) -> None:
    api.server.control("POST", "/faults", mode="error", path="/v1/customers", status=500, stored=stored)
    api.refused("/v1/customers", {"name": "Li"}, status=500, once="k")
    assert api.call("POST", "/v1/customers", {"name": "Li"}, once="k").status_code == second


def test_a_key_of_300_letters_is_refused(api: Api) -> None:
    api.refused("/v1/customers", {"name": "Li"}, once="k" * 300)


def test_keys_and_objects_survive_a_restart(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path / "state.json")
    with StripeServer(settings) as server:
        first = Api(server).post("/v1/topups", {"amount": 5_000, "currency": "cny"}, once="k")
    with StripeServer(settings) as server:
        again = Api(server).call("POST", "/v1/topups", {"amount": 5_000, "currency": "cny"}, once="k")
        assert again.json()["id"] == first["id"]
        assert again.headers["Idempotent-Replayed"] == "true"
        assert server.balance("cny") == 5_000
