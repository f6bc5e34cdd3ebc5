"""Webhooks are believed only when rightly, recently and for our mode signed."""

import json
import time
from typing import Any

import pytest

from payments.gateway import GatewayUnreadable, SignatureInvalid, WrongMode
from payments.gateway.stripe_gateway import StripeGateway
from tests.stripe_server.webhooks import sign

SECRET = "whsec_of_the_tests"
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-10-28.endive",
    "account": "acct_1",
    "created": 1_760_000_000,
    "data": {"object": {"id": "po_1", "object": "payout"}},
    "livemode": False,
    "type": "payout.paid",
}
BODY = json.dumps(EVENT).encode()


@pytest.fixture
def gateway() -> StripeGateway:
    """A gateway that reaches nobody."""
    return StripeGateway(secret_key="sk_test_x", webhook_secret=SECRET, api_base="http://127.0.0.1:9")


def test_a_signed_event_is_read(gateway: StripeGateway) -> None:
    event = gateway.parse_webhook(BODY, sign(BODY, SECRET))
    assert (event.event_id, event.kind, event.account) == ("evt_1", "payout.paid", "acct_1")
    assert (event.object_id, event.object_kind, event.live) == ("po_1", "payout", False)
    assert event.payload == EVENT


def test_one_right_signature_among_several_is_enough(gateway: StripeGateway) -> None:
    stamp, right, _ = sign(BODY, SECRET).split(",")
    wrong = sign(BODY, "whsec_the_old_one").split(",")[1]
    assert gateway.parse_webhook(BODY, f"{stamp},{wrong},{right}").event_id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "t=,v1=",
        "t=abc,v1=def",
        sign(BODY, "whsec_somebody_else"),
        sign(BODY, SECRET, timestamp=int(time.time()) - 301),
        sign(BODY, SECRET).replace("v1=", "v2="),
        sign(BODY, SECRET).replace("v1=", "v1=0"),
        sign(BODY, SECRET).replace("t=1", "t=2"),
        "t=1,v1=签名",
        sign(BODY + b" ", SECRET),
    ],
)
def test_anything_else_is_refused(gateway: StripeGateway, header: str) -> None:
    with pytest.raises(SignatureInvalid):
        gateway.parse_webhook(BODY, header)


def test_bytes_that_are_no_text_are_refused(gateway: StripeGateway) -> None:
    body = b"\xff\xfe{}"
    with pytest.raises(SignatureInvalid):
        gateway.parse_webhook(body, sign(body, SECRET))


def test_without_a_secret_nothing_is_believed() -> None:
    gateway = StripeGateway(secret_key="sk_test_x", webhook_secret="", api_base="http://127.0.0.1:9")
    with pytest.raises(SignatureInvalid):
        gateway.parse_webhook(BODY, sign(BODY, ""))


@pytest.mark.parametrize(("key", "live"), [("sk_test_x", True), ("sk_live_x", False), ("rk_live_x", False)])
def test_an_event_of_the_other_mode_is_refused(key: str, live: bool) -> None:
    gateway = StripeGateway(secret_key=key, webhook_secret=SECRET, api_base="http://127.0.0.1:9")
    body = json.dumps({**EVENT, "livemode": live}).encode()
    with pytest.raises(WrongMode):
        gateway.parse_webhook(body, sign(body, SECRET))
    right = json.dumps({**EVENT, "livemode": not live}).encode()
    assert gateway.parse_webhook(right, sign(right, SECRET)).live is not live


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"id": "evt_1"}', b'{"data": {}}', b"[" * 5_000]
)
def test_a_signed_body_that_is_no_event_is_unreadable(gateway: StripeGateway, body: bytes) -> None:
    with pytest.raises(GatewayUnreadable):
        gateway.parse_webhook(body, sign(body, SECRET))
