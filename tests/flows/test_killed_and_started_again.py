"""The web process killed between submit and response, the worker at every step; both started again.

Real processes over real sockets, ended by SIGKILL with all their children at named places
(`core/failpoints.py`). Whatever was interrupted: one order, one invoice, one payout, balanced books. Every
place counts only if a process really died there.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.core import clock
from tests.browser.stacks import run
from tests.support.places import ask, migrated, number
from tests.support.stack import Stack, wait_until
from tests.support.visitor import Answer, Broken, Visitor
from tools.console import Failure

SOON = {"OUTBOX_LEASE_SECONDS": "2", "OUTBOX_RESEND_SECONDS": "0.5", "OUTBOX_POLL_SECONDS": "0.1"}
MONEY = (
    "issue_invoice.shipment.handed_over",
    "send_command.payments.command",
    "work_on_event.payments.webhook",
)
TOLD = (
    "order_group_placed.orders.placed", "orders_to_accept.orders.placed", "order_accepted.order.accepted",
    "shipped.shipment.handed_over", "invoice_issued.invoice.issued", "payout_paid.payout.paid",
    "payment_received.payment.received", "mail.notice.written",
)  # fmt: skip
IN_WORKER = {
    *(f"{when}.{step}" for step in MONEY for when in ("before", "between", "after")),
    *(f"between.{step}" for step in TOLD),
    "command.after_call.transfer.create", "webhook.before_commit", "webhook.after_apply",
}  # fmt: skip
IN_WEB = {"command.after_call.checkout.create", "webhook.after_verify", "webhook.after_dedupe"}
AT_REST = """
    SELECT (SELECT count(*) FROM core_outboxevent WHERE fanned_out_at IS NULL)
         + (SELECT count(*) FROM core_outboxdelivery WHERE state IN ('waiting', 'sent'))
"""
# Goods 100 × 100.00, VAT 13 % on top; 60 of them are shipped, 1,000.00 of them repaid.
PIECES, SHIPPED, TOTAL, GROSS, REPAID = 100, 60, 1_130_000, 678_000, 100_000


def _hooks_waiting(stack: Stack) -> int:
    """How many webhooks the payment server still has to bring."""
    return int(stack.payments.control("GET", "/health")["webhooks_waiting"])


@dataclass
class Trade:
    """The stack, the people at it, and where processes have died."""

    stack: Stack
    names: dict[str, Any]
    buyer: Visitor = field(init=False)
    seller: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.buyer = Visitor(self.stack.url, self.names["buyer"])
        self.seller = Visitor(self.stack.url, self.names["seller"])

    def die_at(self, places: set[str]) -> None:
        """From now on processes end at these places; the web process is started again to know it."""
        self.stack.kill("web")
        self.stack.extra["FAILPOINT"] = ",".join(sorted(places))
        self.stack.start_web()

    def died_at(self) -> set[str]:
        folder = self.stack.var / "failpoints"
        return {path.name for path in folder.iterdir()} if folder.exists() else set()

    def _start_again(self, name: str, start: Callable[[], None]) -> None:
        """Start what has ended; it may end at the next place before it has said that it is ready."""
        while self.stack.has_ended(name):
            with suppress(Failure):
                start()

    def settle(self) -> None:
        """Start web and worker again whenever one has died, until every event has reached everyone."""
        died_before = len(self.died_at())

        def is_done() -> bool:
            self._start_again("worker", self.stack.start_worker)
            self._start_again("web", self.stack.start_web)
            return number(self.stack, AT_REST) + _hooks_waiting(self.stack) == 0

        wait_until(f"at rest, after {died_before} deaths", is_done, patience=240)

    def fill_basket(self) -> None:
        listing = self.names["listing"]
        form = self.buyer.form(f"/en/listings/{listing}/", "/basket/add/")
        form[f"q_{self.names['variant']}"] = str(PIECES)
        answer = self.buyer.post("/en/basket/add/", form)
        assert answer.status in (302, 303), answer.text

    def checkout_form(self) -> dict[str, str]:
        form = self.buyer.form("/en/checkout/", "/checkout/")
        said = {"payment": "net-60", "ship_name": "Mei", "ship_phone": "1", "ship_address": "Road 1"}
        return {**form, **said}

    def submit(self, form: dict[str, str]) -> Answer:
        return self.buyer.post("/en/checkout/", form)

    def count(self, what: str) -> int:
        return number(self.stack, f"SELECT count(*) FROM {what}")

    def books_hold(self) -> None:
        """Every invariant of money and of the outbox (`verify` ends with 1 when any is broken)."""
        said = run(self.stack, "verify")
        assert said.strip(), "verify said nothing"
        parked = ask(self.stack, "SELECT consumer, last_error FROM core_outboxdelivery WHERE state='parked'")
        assert parked == []


@pytest.fixture
def trade(tmp_path: Path) -> Iterator[Trade]:
    """Payment server and web over a database with a buyer, a mill and goods; the mill's account is told."""
    with migrated(tmp_path / "place") as stack:
        stack.extra |= SOON
        stack.start_payments()
        make = "from tests.support import small_trade; small_trade.make()"
        names = json.loads(run(stack, "shell", "-v0", "-c", make).strip().splitlines()[-1])
        stack.payments.control("POST", f"/accounts/{names['account']}/activate")
        stack.payments.control("POST", "/fund", amount=10_000_000, currency="cny")
        stack.start_web()
        wait_until("the payment service has told", lambda: not _hooks_waiting(stack))
        yield Trade(stack, names)


def test_the_web_process_dies_between_submit_and_response(trade: Trade) -> None:
    """Three times, each with its own basket; the same form sent again is the same, one order."""
    places = ("checkout.before_reserve", "checkout.before_commit", "checkout.after_commit")
    trade.die_at(set(places))
    trade.fill_basket()
    form = trade.checkout_form()
    for place in places:
        with pytest.raises(Broken):
            trade.submit(form)
        wait_until(f"web died at {place}", lambda: trade.stack.has_ended("web"))
        assert place in trade.died_at()
        trade.stack.start_web()
        kept = place == "checkout.after_commit"
        assert trade.count("orders_order") == kept, "placed wholly or not at all"
        basket = trade.buyer.get("/en/basket/").text
        assert (trade.names["variant"] in basket) is not kept, "the basket is there until the order is"
    answers = [trade.submit(form) for _ in range(2)]
    assert {answer.status for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1, "the same submission is the same order"
    assert trade.count("orders_order") == 1
    assert ask(trade.stack, "SELECT held, owed FROM credit_creditline") == [(TOTAL, 0)]
    assert ask(trade.stack, "SELECT stock_reserved FROM catalog_variant") == [(PIECES,)]
    trade.stack.start_worker()
    trade.settle()
    trade.books_hold()


def _the_order_is_placed(trade: Trade) -> str:
    trade.fill_basket()
    placed = trade.submit(trade.checkout_form())
    assert placed.status == 303, placed.text
    trade.settle()
    ((order,),) = ask(trade.stack, "SELECT public_id FROM orders_order")
    return str(order)


def _it_is_shipped_in_part(trade: Trade, order: str) -> None:
    desk = f"/en/desk/orders/{order}/"
    accept = trade.seller.form(desk, "/accept/")
    assert trade.seller.post(f"{desk}accept/", accept).status in (302, 303)
    trade.settle()
    ship = trade.seller.form(desk, "/ship/")
    (line,) = [name for name in ship if re.match(r"n_", name)]
    ship |= {line: str(SHIPPED), "carrier": "SF", "tracking": "SF1"}
    assert trade.seller.post(f"{desk}ship/", ship).status in (302, 303)
    trade.settle()


def _part_of_it_is_repaid_by_card(trade: Trade) -> None:
    pay = trade.buyer.form("/en/finance/", "/finance/pay/")
    ((invoice,),) = ask(trade.stack, "SELECT public_id FROM payments_invoice")
    pay |= {"invoices": invoice, "amount": "1000.00"}
    with pytest.raises(Broken):  # the page was made, and its address lost with the process
        trade.buyer.post("/en/finance/pay/", pay)
    trade.settle()
    answer = trade.buyer.post("/en/finance/pay/", pay)
    assert answer.location.startswith(trade.stack.stripe_url), answer
    trade.stack.payments.pay(answer.location)
    trade.settle()


def test_the_worker_dies_at_every_step_and_the_web_around_a_payment(trade: Trade) -> None:
    """One order goes its whole way while the worker dies two dozen times; nothing happens twice."""
    trade.die_at(IN_WORKER | IN_WEB)
    trade.stack.start_worker()
    order = _the_order_is_placed(trade)
    _it_is_shipped_in_part(trade, order)
    later = clock.today() + timedelta(days=7)
    run(trade.stack, "run_daily", "--until", later.isoformat())
    trade.settle()
    _part_of_it_is_repaid_by_card(trade)

    assert trade.died_at() == IN_WORKER | IN_WEB, "every place was reached and killed a process"
    assert trade.count("orders_order") == 1
    assert ask(trade.stack, "SELECT gross FROM payments_invoice") == [(GROSS,)]
    ((net, state),) = ask(trade.stack, "SELECT net, state FROM payments_payoutitem WHERE kind='early'")
    assert state == "paid"
    (transfer,) = trade.stack.payments.objects("transfers")
    assert (transfer["amount"], transfer["destination"]) == (net, trade.names["account"])
    pages = trade.stack.payments.objects("checkout_sessions")
    assert len(pages) == 1, "one page, though its address was lost on the way"
    (intent,) = trade.stack.payments.objects("payment_intents")
    assert intent["amount_received"] == REPAID
    assert ask(trade.stack, "SELECT held, owed FROM credit_creditline") == [(TOTAL - GROSS, GROSS - REPAID)]
    mails = ask(trade.stack, "SELECT kind, count(*) FROM notifications_notice GROUP BY kind ORDER BY kind")
    assert {times for _, times in mails} == {1}, f"each notice was written once: {mails}"
    trade.books_hold()
