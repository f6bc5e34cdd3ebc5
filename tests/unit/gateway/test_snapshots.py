"""Reading Stripe's answers: unknown fields are ignored, missing ones are one typed error."""

from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.core.money import Money
from payments.gateway import GatewayUnreadable, PaymentState, RefundState
from payments.gateway import stripe_snapshots as snapshots

INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 10_000,
    "amount_received": 0,
    "currency": "cny",
    "last_payment_error": None,
    "latest_charge": None,
    "metadata": {"reference": "order-1"},
    "status": "requires_payment_method",
    "transfer_group": None,
}
SESSION: dict[str, Any] = {
    "id": "cs_1",
    "object": "checkout.session",
    "amount_total": 10_000,
    "client_reference_id": "order-1",
    "currency": "cny",
    "metadata": {},
    "payment_intent": None,
    "status": "open",
}


@pytest.mark.parametrize(
    ("status", "error", "state"),
    [
        ("requires_payment_method", None, PaymentState.OPEN),
        (
            "requires_payment_method",
            {"code": "card_declined", "decline_code": "lost_card"},
            PaymentState.DECLINED,
        ),
        ("requires_confirmation", None, PaymentState.OPEN),
        ("requires_action", None, PaymentState.ACTION_NEEDED),
        ("processing", None, PaymentState.PROCESSING),
        ("succeeded", None, PaymentState.SUCCEEDED),
        ("canceled", {"code": "card_declined"}, PaymentState.CANCELED),
    ],
)
def test_each_state_of_an_intent_has_a_name(
    status: str, error: dict[str, str] | None, state: PaymentState
) -> None:
    seen = snapshots.read(
        snapshots.payment_of_intent, {**INTENT, "status": status, "last_payment_error": error}
    )
    assert seen.state is state
    assert seen.decline_code == (error or {}).get("decline_code", (error or {}).get("code", ""))


@pytest.mark.parametrize(
    ("status", "intent", "state"),
    [
        ("open", None, PaymentState.OPEN),
        ("expired", None, PaymentState.EXPIRED),
        ("expired", {**INTENT, "status": "canceled"}, PaymentState.EXPIRED),
        ("open", {**INTENT, "status": "processing"}, PaymentState.PROCESSING),
        ("complete", {**INTENT, "status": "succeeded"}, PaymentState.SUCCEEDED),
    ],
)
def test_a_session_speaks_for_its_intent(
    status: str, intent: dict[str, Any] | None, state: PaymentState
) -> None:
    raw = {**SESSION, "status": status, "payment_intent": intent, "new_field_of_next_year": {"x": 1}}
    seen = snapshots.read(snapshots.payment_of_session, raw)
    assert (seen.state, seen.checkout_id, seen.reference, seen.amount) == (
        state,
        "cs_1",
        "order-1",
        Money(10_000, "CNY"),
    )


@pytest.mark.parametrize("field", sorted(set(INTENT) - {"object"}))
def test_an_intent_without_a_field_we_need_is_unreadable(field: str) -> None:
    raw = {key: value for key, value in INTENT.items() if key != field}
    with pytest.raises(GatewayUnreadable) as refusal:
        snapshots.read(snapshots.payment_of_intent, raw)
    assert refusal.value.outcome_unknown


@pytest.mark.parametrize(
    "change",
    [{"status": "sleeping"}, {"amount": None}, {"amount": "100"}, {"currency": 5}, {"latest_charge": "ch_1"}],
)
def test_an_intent_that_speaks_another_language_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(GatewayUnreadable):
        snapshots.read(snapshots.payment_of_intent, {**INTENT, "status": "succeeded", **change})


def test_a_refund_keeps_its_reason_and_an_unknown_state_is_unreadable() -> None:
    raw = {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "currency": "jpy",
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "balance_transaction": {"id": "txn_1"},
        "created": 1_760_000_000,
        "metadata": None,
    }
    seen = snapshots.read(snapshots.refund, raw)
    assert (seen.amount, seen.state, seen.failure_reason) == (
        Money(500, "JPY"),
        RefundState.FAILED,
        "expired_or_canceled_card",
    )
    assert (seen.balance_line_id, seen.reference) == ("txn_1", "")
    assert seen.created_at == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
    with pytest.raises(GatewayUnreadable):
        snapshots.read(snapshots.refund, {**raw, "status": "lost"})


@pytest.mark.parametrize(
    ("about", "payment"),
    [
        ({"object": "checkout.session", "id": "cs_1", "client_reference_id": "order-1"}, "cs_1"),
        ({"object": "payment_intent", "id": "pi_1", "metadata": {"reference": "order-1"}}, "pi_1"),
        ({"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, "pi_1"),
        ({"object": "refund", "id": "re_1", "payment_intent": None}, ""),
        ({"object": "payout", "id": "po_1"}, ""),
        ({"object": "balance"}, ""),
    ],
)
def test_an_event_says_which_payment_to_fetch(about: dict[str, Any], payment: str) -> None:
    raw = {
        "id": "evt_1",
        "object": "event",
        "type": "some.kind",
        "created": 1_760_000_000,
        "livemode": False,
        "data": {"object": about},
    }
    seen = snapshots.read(snapshots.event, raw)
    assert (seen.payment_id, seen.object_kind, seen.account) == (payment, about["object"], "")
    assert seen.reference == ("order-1" if "order-1" in str(about) else "")


def test_a_balance_shows_pending_money_of_a_currency_that_has_nothing_available() -> None:
    raw = {
        "object": "balance",
        "available": [{"amount": 5, "currency": "jpy"}, {"amount": -100, "currency": "cny"}],
        "pending": [{"amount": 700, "currency": "cny"}, {"amount": 9, "currency": "eur"}],
    }
    seen = snapshots.read(snapshots.balances, raw)
    assert [(row.available, row.pending) for row in seen] == [
        (Money(-100, "CNY"), Money(700, "CNY")),
        (Money(0, "EUR"), Money(9, "EUR")),
        (Money(5, "JPY"), Money(0, "JPY")),
    ]
