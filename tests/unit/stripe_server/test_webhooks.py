"""Webhooks: signed as Stripe signs, at least once, in any order the test wants."""

import hashlib
import hmac
import json
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.stripe_server.app import Settings
from tests.stripe_server.fixtures import SECRET
from tests.stripe_server.sandbox import API_VERSION
from tests.stripe_server.server import StripeServer
from tests.stripe_server.sink import HookSink, Received

from .api import Api

ORDER = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
]


def types(received: list[Received]) -> list[str]:
    """Event types in the order of arrival."""
    return [json.loads(row.body)["type"] for row in received]


def check_signature(row: Received, secret: str = SECRET) -> int:
    """The timestamp of a rightly signed request."""
    parts = dict(part.split("=", 1) for part in row.signature.split(","))
    expected = hmac.new(secret.encode(), f"{parts['t']}.".encode() + row.body, hashlib.sha256).hexdigest()
    assert parts["v1"] == expected
    return int(parts["t"])


def test_a_payment_tells_its_story_signed_and_in_order(
    api: Api, with_webhooks: StripeServer, hook_sink: HookSink
) -> None:
    charge = api.payment(10_000, client_reference_id="order-7")
    received = hook_sink.wait_for(4)
    assert types(received) == ORDER
    for row in received:
        assert abs(check_signature(row) - time.time()) < 30
        assert row.content_type.startswith("application/json")
    event = json.loads(received[-1].body)
    assert (event["object"], event["api_version"], event["livemode"]) == ("event", API_VERSION, False)
    assert event["pending_webhooks"] == 1
    assert event["data"]["object"]["client_reference_id"] == "order-7"
    assert event["data"]["object"]["payment_intent"] == charge["payment_intent"]
    assert not [key for key in event["data"]["object"] if key.startswith("_")]
    assert "account" not in event


def test_an_event_names_the_call_that_caused_it(api: Api) -> None:
    charge = api.payment()
    api.post("/v1/refunds", {"charge": charge["id"]}, once="refund-1")
    event = api.get("/v1/events", {"type": "refund.*"})["data"][0]
    assert (event["type"], event["request"]["idempotency_key"]) == ("refund.created", "refund-1")
    changed = api.get("/v1/events", {"types": ["charge.refunded"]})["data"][0]
    assert changed["data"]["previous_attributes"] == {"amount_refunded": 0, "refunded": False}


def test_no_is_tried_again_with_growing_pauses_and_a_fresh_signature(
    api: Api, with_webhooks: StripeServer, hook_sink: HookSink
) -> None:
    hook_sink.answers = [500, 503, 302, 404]
    api.server.control("POST", "/fund", amount=5_000, currency="cny")
    received = hook_sink.wait_for(5)
    assert api.server.control("POST", "/webhooks/drain")["drained"]
    assert len(hook_sink.received) == 5
    assert len({row.body for row in received}) == 1
    pauses = [late.at - early.at for early, late in pairwise(received)]
    assert pauses[0] >= 0.05
    assert pauses[3] >= 0.4
    delivery = api.server.events("topup.succeeded")[0]["deliveries"][0]
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 5)
    assert delivery["statuses"] == [500, 503, 302, 404, 200]
    for row in received:
        assert abs(check_signature(row) - time.time()) < 30


def test_nobody_listening_is_tried_again_for_three_days_of_the_clock(api: Api) -> None:
    with HookSink() as gone:
        api.server.control("POST", "/webhooks", url=gone.url, secret=SECRET)
    api.server.control("POST", "/fund", amount=5_000, currency="cny")
    for _ in range(2):
        api.server.control("POST", "/webhooks/drain", timeout=0.2)
        delivery = api.server.events("topup.succeeded")[0]["deliveries"][0]
        assert (delivery["state"], set(delivery["statuses"])) == ("pending", {0})
        api.server.control("POST", "/clock", advance=2 * 86_400)
    assert api.server.control("POST", "/webhooks/drain")["drained"]
    assert api.server.events("topup.succeeded")[0]["deliveries"][0]["state"] == "failed"


def test_rules_duplicate_drop_and_delay(api: Api, with_webhooks: StripeServer, hook_sink: HookSink) -> None:
    for rule in (
        {"action": "duplicate", "type": "charge.succeeded", "copies": 3},
        {"action": "drop", "type": "payment_intent.succeeded"},
        {"action": "delay", "type": "payment_intent.created", "seconds": 3_600},
    ):
        api.server.control("POST", "/webhooks/rules", **rule)
    api.payment()
    received = hook_sink.wait_for(4)
    assert types(received) == ["charge.succeeded"] * 3 + ["checkout.session.completed"]
    assert len({json.loads(row.body)["id"] for row in received}) == 2
    api.server.control("POST", "/clock", advance=3_700)
    assert types(hook_sink.wait_for(5))[-1] == "payment_intent.created"
    assert api.server.events("payment_intent.succeeded")[0]["deliveries"][0]["state"] == "dropped"
    hook_sink.received.clear()
    api.payment()
    assert types(hook_sink.wait_for(4)) == ORDER


def test_a_slow_answer_is_waited_for_and_not_taken_for_none(
    api: Api, with_webhooks: StripeServer, hook_sink: HookSink
) -> None:
    api.server.control("POST", "/webhooks/rules", action="delay", seconds=3_600)
    api.server.control("POST", "/fund", amount=1, currency="cny")
    hook_sink.may_answer.clear()
    api.server.control("POST", "/fund", amount=2, currency="cny")
    hook_sink.wait_for(1)
    api.server.control("POST", "/clock", advance=3_700)
    hook_sink.may_answer.set()
    assert api.server.control("POST", "/webhooks/drain")["drained"]
    amounts = [json.loads(row.body)["data"]["object"]["amount"] for row in hook_sink.received]
    assert amounts == [2, 1]


@pytest.mark.parametrize("order", ["reverse", "forward", "shuffle"])
def test_held_events_go_out_in_the_order_asked_for(
    api: Api, with_webhooks: StripeServer, hook_sink: HookSink, order: str
) -> None:
    api.server.control("POST", "/webhooks/rules", action="hold", times=4)
    api.payment()
    assert hook_sink.received == []
    released = api.server.control("POST", "/webhooks/release", order=order, seed=3)["released"]
    received = hook_sink.wait_for(4)
    assert [json.loads(row.body)["id"] for row in received] == released
    assert sorted(types(received)) == sorted(ORDER)
    wanted = {"reverse": ORDER[::-1], "forward": ORDER}
    assert types(received) == wanted.get(order, types(received))
    assert (types(received) == ORDER) is (order == "forward")


def test_an_event_can_be_sent_again_old_unsigned_or_wrongly_signed(
    api: Api, with_webhooks: StripeServer, hook_sink: HookSink
) -> None:
    api.server.control("POST", "/fund", amount=5_000, currency="cny")
    hook_sink.wait_for(1)
    key = api.server.events("topup.succeeded")[0]["id"]
    api.server.control("POST", f"/events/{key}/deliver", times=2)
    api.server.control("POST", f"/events/{key}/deliver", age=301)
    api.server.control("POST", f"/events/{key}/deliver", signature="bad")
    api.server.control("POST", f"/events/{key}/deliver", signature="missing")
    received = hook_sink.wait_for(6)
    assert {row.body for row in received} == {received[0].body}
    assert check_signature(received[1])
    assert time.time() - check_signature(received[3]) > 300
    assert check_signature(received[4], f"{SECRET}-of-somebody-else")
    assert received[5].signature == ""


def test_an_endpoint_gets_only_the_types_it_asked_for(api: Api, hook_sink: HookSink) -> None:
    api.server.control(
        "POST", "/webhooks", url=hook_sink.url, secret=SECRET, enabled_events=["payment_intent.*"]
    )
    api.payment()
    api.server.control("POST", "/webhooks/drain")
    assert types(hook_sink.received) == [ORDER[0], ORDER[2]]


def test_what_was_not_delivered_before_a_restart_is_delivered_after_it(
    tmp_path: Path, hook_sink: HookSink
) -> None:
    settings = Settings(state=tmp_path / "state.json", webhook=(hook_sink.url, SECRET), retry_base=3_600)
    hook_sink.answers = [500]
    with StripeServer(settings) as server:
        Api(server).post("/v1/topups", {"amount": 5_000, "currency": "cny"})
        hook_sink.wait_for(1)
        assert not server.control("POST", "/webhooks/drain", timeout=0.2)["drained"]
    with StripeServer(settings) as server:
        assert server.control("GET", "/health")["webhooks_waiting"] == 1
        server.control("POST", "/clock", advance=3_700)
        assert types(hook_sink.wait_for(2)) == ["topup.succeeded"] * 2
        assert server.control("POST", "/webhooks/drain")["drained"]


def test_what_waited_for_an_older_address_goes_to_the_one_given_at_start(
    tmp_path: Path, hook_sink: HookSink
) -> None:
    state = tmp_path / "state.json"
    with HookSink() as gone:
        nowhere = gone.url
    with StripeServer(Settings(state=state, webhook=(nowhere, "whsec_old"), retry_base=3_600)) as server:
        Api(server).post("/v1/topups", {"amount": 5_000, "currency": "cny"})
        assert not server.control("POST", "/webhooks/drain", timeout=0.2)["drained"]
    with StripeServer(Settings(state=state, webhook=(hook_sink.url, SECRET))) as server:
        server.control("POST", "/clock", advance=3_700)
        check_signature(hook_sink.wait_for(1)[0])
        assert [row["url"] for row in server.objects("endpoints")] == [hook_sink.url]
