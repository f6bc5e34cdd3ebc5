"""Payments, refunds, transfers, payouts: what may move, what may not, and that every cent is explained."""

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .api import Api


def explained(api: Api, account: str = "") -> dict[str, int]:
    """Sum of net by currency over all balance transactions, page by page."""
    sums: dict[str, int] = {}
    params = {"limit": 3}
    while True:
        page = api.get("/v1/balance_transactions", params, account=account)
        for row in page["data"]:
            assert row["net"] == row["amount"] - row["fee"]
            sums[row["currency"]] = sums.get(row["currency"], 0) + row["net"]
        if not page["has_more"]:
            return sums
        params = {"limit": 3, "starting_after": page["data"][-1]["id"]}


def test_a_payment_reaches_the_balance_less_its_fee(api: Api) -> None:
    charge = api.payment(152_546, "eur", client_reference_id="order-7")
    line = api.get(f"/v1/balance_transactions/{charge['balance_transaction']}", {"expand": ["source"]})
    assert (line["amount"], line["fee"], line["net"]) == (152_546, 2_313, 150_233)
    assert (line["type"], line["status"], line["source"]["id"]) == ("charge", "available", charge["id"])
    assert api.server.balance("eur") == 150_233
    assert charge["payment_method_details"]["card"]["last4"] == "4242"
    assert api.server.objects("checkout_sessions")[0]["client_reference_id"] == "order-7"


def test_a_currency_without_minor_units_is_charged_in_whole_ones(api: Api) -> None:
    api.payment(1_000, "jpy")
    assert api.server.balance("jpy") == 964


def test_money_stays_pending_as_long_as_the_setting_says(api: Api) -> None:
    api.server.control("POST", "/settings", pending_seconds=3_600, fees={"cny": [0, 0]})
    api.payment(10_000)
    assert api.get("/v1/balance")["pending"] == [
        {"amount": 10_000, "currency": "cny", "source_types": {"card": 10_000}}
    ]
    assert api.server.balance("cny") == 0
    api.server.control("POST", "/clock", advance=3_601)
    assert api.server.balance("cny") == 10_000
    assert api.get("/v1/balance_transactions")["data"][0]["status"] == "available"


def test_a_balance_transaction_may_come_later_than_the_payment(api: Api) -> None:
    api.server.control("POST", "/settings", late_lines_seconds=60, fees={"cny": [0, 0]})
    charge = api.payment(10_000)
    assert (charge["paid"], charge["balance_transaction"]) == (True, None)
    assert api.get("/v1/balance_transactions")["data"] == []
    api.server.control("POST", "/clock", advance=61)
    event = api.server.events("charge.updated")[0]
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}
    line = api.get(f"/v1/balance_transactions/{event['data']['object']['balance_transaction']}")
    assert (line["source"], line["net"], api.server.balance("cny")) == (charge["id"], 10_000, 10_000)


def test_refunds_stop_at_what_was_paid(api: Api) -> None:
    charge = api.payment(10_000)
    api.post(
        "/v1/refunds", {"payment_intent": charge["payment_intent"], "amount": 4_000, "reason": "duplicate"}
    )
    over = api.refused("/v1/refunds", {"charge": charge["id"], "amount": 6_001})
    assert "greater than unrefunded amount" in over["message"]
    api.post("/v1/refunds", {"charge": charge["id"]})
    assert api.refused("/v1/refunds", {"charge": charge["id"]})["code"] == "charge_already_refunded"
    now = api.get(f"/v1/charges/{charge['id']}", {"expand": ["refunds"]})
    assert (now["amount_refunded"], now["refunded"]) == (10_000, True)
    assert [row["amount"] for row in now["refunds"]["data"]] == [6_000, 4_000]
    assert api.server.balance("cny") == -490
    assert explained(api) == {"cny": -490}


def test_what_was_never_paid_cannot_be_refunded(api: Api) -> None:
    session = api.checkout()
    assert api.server.pay(session["url"], card="4000000000000002") == ""
    intent = api.get(f"/v1/checkout/sessions/{session['id']}")["payment_intent"]
    assert api.refused("/v1/refunds", {"payment_intent": intent})["code"] == "payment_intent_unexpected_state"
    failed = api.get("/v1/charges")["data"][0]
    assert (failed["status"], failed["failure_code"]) == ("failed", "card_declined")
    api.refused("/v1/refunds", {"charge": failed["id"]})
    assert explained(api) == {}


def test_a_late_refund_waits_and_a_failing_one_brings_the_money_back(api: Api) -> None:
    late = api.payment(10_000, card="4000000000007726")
    refund = api.post("/v1/refunds", {"charge": late["id"]})
    assert refund["status"] == "pending"
    assert api.server.control("POST", f"/refunds/{refund['id']}/settle")["status"] == "succeeded"
    failing = api.payment(10_000, card="4000000000005126")
    before = api.server.balance("cny")
    back = api.post("/v1/refunds", {"charge": failing["id"], "amount": 3_000})
    assert (back["status"], api.server.balance("cny")) == ("succeeded", before - 3_000)
    api.server.control("POST", "/clock", advance=90_000)
    back = api.get(f"/v1/refunds/{back['id']}")
    assert (back["status"], back["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert api.server.balance("cny") == before
    assert api.get(f"/v1/charges/{failing['id']}")["amount_refunded"] == 0
    assert explained(api) == {"cny": before}


def test_a_transfer_needs_money_and_an_account_that_may_receive(api: Api) -> None:
    ready, unready = api.account(), api.account(active=False)
    wish = {"amount": 5_000, "currency": "cny", "destination": ready, "transfer_group": "order-1"}
    assert api.refused("/v1/transfers", wish)["code"] == "balance_insufficient"
    api.server.control("POST", "/fund", amount=9_999, currency="cny")
    missing = api.refused("/v1/transfers", {**wish, "destination": unready})
    assert missing["code"] == "insufficient_capabilities_for_transfer"
    transfer = api.post("/v1/transfers", wish)
    assert api.refused("/v1/transfers", wish)["code"] == "balance_insufficient"
    assert (api.server.balance("cny"), api.server.balance("cny", ready)) == (4_999, 5_000)
    assert api.get("/v1/transfers", {"transfer_group": "order-1"})["data"][0]["id"] == transfer["id"]
    assert (explained(api), explained(api, ready)) == ({"cny": 4_999}, {"cny": 5_000})


def test_transfers_out_of_one_charge_stop_at_its_amount(api: Api) -> None:
    account, charge = api.account(), api.payment(10_000, payment_intent_data={"transfer_group": "order-1"})
    wish = {"currency": "cny", "destination": account, "source_transaction": charge["id"]}
    first = api.post("/v1/transfers", {**wish, "amount": 7_000})
    assert first["transfer_group"] == "order-1"
    over = api.refused("/v1/transfers", {**wish, "amount": 3_001})
    assert "must not exceed the source amount" in over["message"]
    api.post(f"/v1/transfers/{first['id']}/reversals", {"amount": 7_000})
    api.post("/v1/transfers", {**wish, "amount": 10_000})
    api.refused("/v1/transfers", {**wish, "amount": 1, "currency": "eur"})


def test_reversals_stop_at_the_transfer_and_at_what_the_account_still_has(api: Api) -> None:
    account = api.account()
    api.server.control("POST", "/fund", amount=10_000, currency="cny")
    transfer = api.post("/v1/transfers", {"amount": 8_000, "currency": "cny", "destination": account})
    path = f"/v1/transfers/{transfer['id']}/reversals"
    api.post("/v1/payouts", {"amount": 5_000, "currency": "cny"}, account=account)
    assert api.refused(path, {"amount": 3_001})["code"] == "balance_insufficient"
    api.post(path, {"amount": 3_000, "metadata": {"reference": "claw-1"}})
    api.server.control("POST", f"/payouts/{api.server.objects('payouts')[0]['id']}/fail")
    assert "greater than unreversed amount" in api.refused(path, {"amount": 5_001})["message"]
    api.post(path)
    now = api.get(f"/v1/transfers/{transfer['id']}")
    assert (now["amount_reversed"], now["reversed"]) == (8_000, True)
    assert [row["amount"] for row in now["reversals"]["data"]] == [5_000, 3_000]
    api.refused(path)
    assert (explained(api), explained(api, account)) == ({"cny": 10_000}, {"cny": 0})


def test_a_payout_arrives_by_the_clock_and_may_fail_after_it_showed_paid(api: Api) -> None:
    account = api.account()
    api.server.control("POST", "/fund", amount=10_000, currency="cny")
    api.post("/v1/transfers", {"amount": 8_000, "currency": "cny", "destination": account})
    assert api.refused("/v1/payouts", {"amount": 8_001, "currency": "cny"}, account=account)["code"] == (
        "balance_insufficient"
    )
    payout = api.post("/v1/payouts", {"amount": 8_000, "currency": "cny"}, account=account)
    assert (payout["status"], api.server.balance("cny", account)) == ("pending", 0)
    api.server.control("POST", "/clock", advance=90_000)
    assert api.get(f"/v1/payouts/{payout['id']}", account=account)["status"] == "paid"
    failed = api.server.control("POST", f"/payouts/{payout['id']}/fail", code="account_closed")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert api.server.balance("cny", account) == 8_000
    with pytest.raises(OSError):
        api.server.control("POST", f"/payouts/{payout['id']}/fail")
    paid = [row for row in api.server.events() if row["type"].startswith("payout.")]
    assert [(row["type"], row["account"]) for row in paid] == [
        ("payout.created", account),
        ("payout.paid", account),
        ("payout.failed", account),
    ]


def test_an_account_is_set_up_by_its_form_and_the_link_is_good_once(api: Api) -> None:
    account = api.account(active=False)
    before = api.get(f"/v1/accounts/{account}")
    assert (before["capabilities"], before["payouts_enabled"]) == ({"transfers": "inactive"}, False)
    assert before["requirements"]["currently_due"]
    api.refused("/v1/payouts", {"amount": 1, "currency": "cny"}, account=account)
    urls = {"return_url": "http://shop.test/back", "refresh_url": "http://shop.test/again"}
    link = api.post("/v1/account_links", {"account": account, "type": "account_onboarding", **urls})
    empty = requests.post(link["url"], data={"legal_name": ""}, timeout=10)
    assert (empty.status_code, empty.text.count('class="error"')) == (422, 4)
    form = {
        "legal_name": "诸暨袜业",
        "representative": "王",
        "bank_account": "6222 0000 1234",
        "terms": "yes",
    }
    done = requests.post(link["url"], data=form, allow_redirects=False, timeout=10)
    assert done.headers["location"] == urls["return_url"]
    again = requests.get(link["url"], allow_redirects=False, timeout=10)
    assert again.headers["location"] == urls["refresh_url"]
    after = api.get(f"/v1/accounts/{account}")
    assert (after["capabilities"], after["payouts_enabled"]) == ({"transfers": "active"}, True)
    assert after["external_accounts"]["data"][0]["last4"] == "1234"
    event = api.server.events("account.updated")[-1]
    assert (event["account"], event["data"]["previous_attributes"]["payouts_enabled"]) == (account, False)
    link = api.post("/v1/account_links", {"account": account, "type": "account_onboarding", **urls})
    api.server.control("POST", "/clock", advance=301)
    assert (
        requests.get(link["url"], allow_redirects=False, timeout=10).headers["location"]
        == urls["refresh_url"]
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["pay", "refund", "transfer", "reverse", "payout", "fail"]),
            st.integers(400, 20_000),
        ),
        max_size=12,
    )
)
def test_whatever_happens_the_balances_are_what_the_lines_say(api: Api, steps: list[tuple[str, int]]) -> None:
    api.server.control("POST", "/reset")
    account = api.account()
    for step, amount in steps:
        charges = api.server.objects("charges") if step == "refund" else []
        transfers = api.server.objects("transfers") if step == "reverse" else []
        if step == "pay":
            api.payment(amount)
        elif step == "refund" and charges and not charges[0]["id"].startswith("py_"):
            api.call("POST", "/v1/refunds", {"charge": charges[0]["id"], "amount": amount})
        elif step == "transfer":
            api.call("POST", "/v1/transfers", {"amount": amount, "currency": "cny", "destination": account})
        elif step == "reverse" and transfers:
            api.call("POST", f"/v1/transfers/{transfers[-1]['id']}/reversals", {"amount": amount})
        elif step == "payout":
            api.call("POST", "/v1/payouts", {"amount": amount, "currency": "cny"}, account=account)
        elif step == "fail" and api.server.objects("payouts")[-1:]:
            payout = api.server.objects("payouts")[-1]
            if payout["status"] != "failed":
                api.server.control("POST", f"/payouts/{payout['id']}/fail")
    for owner in ("", account):
        held = {row["currency"]: row["amount"] for row in api.get("/v1/balance", account=owner)["available"]}
        assert held == explained(api, owner)
    assert api.server.balance("cny", account) >= 0
    for charge in api.server.objects("charges"):
        assert 0 <= charge["amount_refunded"] <= charge["amount"]
    for transfer in api.server.objects("transfers"):
        assert 0 <= transfer["amount_reversed"] <= transfer["amount"]
