"""The control routes themselves, paging, expanding, and that the README tells all of it."""

import re
from pathlib import Path

import pytest
import stripe

import tests.stripe_server as package
from tests.stripe_server import control
from tests.stripe_server.api import describe_routes
from tests.stripe_server.sandbox import API_VERSION

from .api import Api

README = Path(package.__path__[0], "README.md").read_text()


def test_events_carry_the_version_the_client_library_speaks() -> None:
    assert stripe.api_version == API_VERSION


def test_every_route_is_documented_and_every_documented_route_exists(api: Api) -> None:
    known = api.server.control("GET", "/routes")
    routes = {f"{row['method']} {row['path']}" for row in known["api"] + known["control"]}
    assert {f"{row['method']} {row['path']}" for row in describe_routes()} <= routes
    documented = set(re.findall(r"`((?:GET|POST|DELETE) /(?:v1|_test)/[^` ?]*)`", README))
    assert documented == routes


def test_control_answers_loopback_only() -> None:
    assert control._is_local("127.0.0.1")
    assert control._is_local("::1")
    for stranger in ("192.168.1.7", "10.0.0.1", "", "testclient"):
        assert not control._is_local(stranger)


def test_reset_forgets_everything_but_the_endpoints(api: Api) -> None:
    api.server.control("POST", "/webhooks", url="http://127.0.0.1:9/hooks", secret="whsec_x")
    api.payment()
    api.server.control("POST", "/clock", advance=86_400)
    later = api.server.control("GET", "/health")["now"]
    api.server.control("POST", "/reset")
    assert api.server.events() == []
    assert api.get("/v1/balance")["available"] == []
    assert later - api.server.control("GET", "/health")["now"] > 86_000
    assert len(api.server.objects("endpoints")) == 1
    api.server.control("DELETE", "/webhooks")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clock", {"advance": -5}),
        ("POST", "/clock", {}),
        ("POST", "/decline", {"code": "bad_mood"}),
        ("POST", "/settings", {"colour": "red"}),
        ("POST", "/webhooks/rules", {"action": "eat"}),
        ("POST", "/webhooks/release", {"order": "sideways"}),
        ("POST", "/events/evt_nothing/deliver", {}),
        ("POST", "/payouts/po_nothing/fail", {}),
        ("GET", "/nowhere", {}),
    ],
)
def test_senseless_control_calls_are_refused(
    api: Api, method: str, path: str, body: dict[str, object]
) -> None:
    with pytest.raises(OSError):
        api.server.control(method, path, **body)


def test_lists_page_forward_and_back_newest_first(api: Api) -> None:
    keys = [api.post("/v1/customers", {"name": str(number)})["id"] for number in range(5)][::-1]
    first = api.get("/v1/customers", {"limit": 2})
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (keys[:2], True)
    second = api.get("/v1/customers", {"limit": 2, "starting_after": keys[1]})
    assert ([row["id"] for row in second["data"]], second["has_more"]) == (keys[2:4], True)
    last = api.get("/v1/customers", {"limit": 2, "starting_after": keys[3]})
    assert ([row["id"] for row in last["data"]], last["has_more"]) == (keys[4:], False)
    back = api.get("/v1/customers", {"limit": 2, "ending_before": keys[3]})
    assert ([row["id"] for row in back["data"]], back["has_more"]) == (keys[1:3], True)
    exactly = api.get("/v1/customers", {"limit": 5})
    assert (len(exactly["data"]), exactly["has_more"]) == (5, False)
    assert api.call("GET", "/v1/customers", {"starting_after": "cus_nothing"}).status_code == 400
    assert api.call("GET", "/v1/customers", {"limit": 101}).status_code == 400


def test_lists_filter_by_time_of_the_clock(api: Api) -> None:
    api.post("/v1/customers", {"name": "early"})
    noon = api.server.control("POST", "/clock", advance=3_600)["now"]
    api.post("/v1/customers", {"name": "late"})
    late = api.get("/v1/customers", {"created": {"gte": noon}})["data"]
    early = api.get("/v1/customers", {"created": {"lt": noon}})["data"]
    assert ([row["name"] for row in late], [row["name"] for row in early]) == (["late"], ["early"])


def test_expand_reaches_four_levels_and_refuses_what_is_none(api: Api) -> None:
    charge = api.payment()
    session = api.get("/v1/checkout/sessions", {"payment_intent": charge["payment_intent"]})["data"][0]
    path = f"/v1/checkout/sessions/{session['id']}"
    deep = api.get(
        path, {"expand": ["payment_intent.latest_charge.balance_transaction.source", "line_items"]}
    )
    assert deep["payment_intent"]["latest_charge"]["balance_transaction"]["source"]["id"] == charge["id"]
    assert deep["line_items"]["data"][0]["description"] == "Cotton socks 棉袜"
    lines = api.get(f"{path}/line_items")["data"]
    assert lines == deep["line_items"]["data"]
    listed = api.get("/v1/charges", {"expand": ["data.balance_transaction"]})["data"][0]
    assert listed["balance_transaction"]["object"] == "balance_transaction"
    for wrong in (
        "unicorn",
        "amount_total",
        "metadata",
        "payment_intent.latest_charge.balance_transaction.source.refunds",
    ):
        assert api.call("GET", path, {"expand": [wrong]}).status_code == 400
