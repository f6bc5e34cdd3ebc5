"""Parameters: read as Stripe reads them, refused in Stripe's words."""

import pytest

from tests.stripe_server.errors import ApiError
from tests.stripe_server.params import decode, fields, integer

from .api import Api, session_params


def test_brackets_become_hashes_and_lists() -> None:
    assert decode("a=1&b[c]=2&b[d][0][e]=x&b[d][1][e]=y&f[]=p&f[]=q&g=") == {
        "a": "1",
        "b": {"c": "2", "d": [{"e": "x"}, {"e": "y"}]},
        "f": ["p", "q"],
        "g": "",
    }


@pytest.mark.parametrize("text", ["a[=1", "a]=1", "[a]=1", "a=1&a[b]=2", "a=%ff"])
def test_malformed_names_are_refused(text: str) -> None:
    with pytest.raises(ApiError):
        decode(text)


@pytest.mark.parametrize("value", ["", "1.5", "1e3", "１２", "-", "9" * 30, ["1"], {"a": "1"}])
def test_what_is_no_integer_is_refused(value: object) -> None:
    with pytest.raises(ApiError) as refusal:
        integer()(value, "amount")
    assert refusal.value.error["code"] == "parameter_invalid_integer"


def test_a_required_name_inside_a_hash_is_named_in_full() -> None:
    check = fields({"a": fields({"b": integer()}, required=("b",))})
    with pytest.raises(ApiError) as refusal:
        check({"a": {}}, "")
    assert (refusal.value.error["code"], refusal.value.error["param"]) == ("parameter_missing", "a[b]")


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_intent_data": {"colour": "red"}}, "parameter_unknown", "payment_intent_data[colour]"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": ""}, "url_invalid", "success_url"),
        ({"client_reference_id": ""}, "parameter_invalid_empty", "client_reference_id"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata[" + "k" * 41 + "]"),
        ({"locale": "tlh"}, None, "locale"),
        ({"mode": "subscription"}, None, "mode"),
    ],
)
def test_a_session_with_a_bad_parameter_is_refused(
    api: Api, change: dict[str, object], code: str | None, param: str
) -> None:
    error = api.refused("/v1/checkout/sessions", session_params(**change))
    assert error["type"] == "invalid_request_error"
    assert (error.get("code"), error["param"]) == (code, param)
    assert error["message"]
    assert api.server.objects("checkout_sessions") == []


def test_unknown_addresses_and_missing_keys_answer_in_stripes_shape(api: Api) -> None:
    absent = api.call("GET", "/v1/unicorns")
    assert (absent.status_code, absent.json()["error"]["type"]) == (404, "invalid_request_error")
    assert absent.headers["Request-Id"].startswith("req_")
    nobody = Api(api.server, key="").call("GET", "/v1/balance")
    assert (nobody.status_code, nobody.json()["error"]["type"]) == (401, "invalid_request_error")
    live = Api(api.server, key="sk_live_1234567890").call("GET", "/v1/balance")
    assert live.status_code == 401
    assert "1234567890" not in live.text


def test_absent_and_foreign_objects_answer_alike(api: Api) -> None:
    charge, account = api.payment(), api.account()
    absent = api.call("GET", "/v1/charges/ch_nothing")
    foreign = api.call("GET", f"/v1/charges/{charge['id']}", account=account)
    assert (absent.status_code, foreign.status_code) == (404, 404)
    assert absent.json()["error"]["code"] == foreign.json()["error"]["code"] == "resource_missing"
    stranger = api.call("GET", "/v1/balance", account="acct_nobody")
    assert stranger.status_code == 403


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (100_000_000, "cny", "amount_too_large"),
        (399, "cny", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (0, "cny", "parameter_invalid_integer"),
        (-5, "cny", "parameter_invalid_integer"),
        (10_001, "kwd", "parameter_invalid_integer"),
        (10_050, "isk", "parameter_invalid_integer"),
    ],
)
def test_amounts_stripe_would_not_charge_are_refused(api: Api, amount: int, currency: str, code: str) -> None:
    error = api.refused("/v1/checkout/sessions", session_params(amount, currency))
    assert error["code"] == code
    assert api.server.objects("checkout_sessions") == []


def test_a_currency_nobody_knows_is_refused(api: Api) -> None:
    assert "zzz" in api.refused("/v1/checkout/sessions", session_params(10_000, "zzz"))["message"]
