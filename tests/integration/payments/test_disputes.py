"""Complaints stop the clock; card holders' banks take money back and the debt comes back to life."""

from datetime import date, timedelta

import pytest

from marketplace.companies.acting import Acting
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import IllegalTransition, NotFound
from payments.actions.daily import run_daily
from payments.actions.disputes import (
    accept_offer,
    answer_dispute,
    decide_dispute,
    escalate_dispute,
    open_dispute,
)
from payments.actions.treasury import receive_bank_transfer
from payments.credit.models import CreditLine
from payments.errors import DisputeNotPossible
from payments.ledger.queries import balance
from payments.models import CreditNote, DunningCase, Invoice, TradeDispute
from payments.queries.ageing import ageing
from payments.rules.ageing import Ageing
from tests.factories.companies import make_staff, selling_for
from tests.factories.payments import make_credit_buyer, make_invoice

from .conftest import Days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu", "books_hold")]
DAY, DUE = date(2026, 3, 5), date(2026, 4, 4)


def complain(buyer: Acting, invoice: Invoice, claimed: int = 50_000) -> TradeDispute:
    return open_dispute(
        acting_user=buyer.user,
        acting=buyer,
        invoice_public_id=invoice.public_id,
        reason="quality",
        text="half of them are grey",
        claimed=claimed,
    )


def answer(dispute: TradeDispute, offered: int) -> None:
    seller = selling_for(dispute.invoice.supplier)
    answer_dispute(
        acting_user=seller.user,
        acting=seller,
        dispute_public_id=dispute.public_id,
        text="we looked",
        offered=offered,
    )


def rows_of(invoice: Invoice) -> list[tuple[int, int, bool, date]]:
    rows = invoice.instalments.order_by("seq")
    return [(r.amount, r.outstanding, r.dispute_id is not None, r.due_on) for r in rows]


def at(days: Days, late: int) -> None:
    day = DUE + timedelta(days=late)
    days.go(day)
    run_daily(until=day)


def test_what_is_claimed_stands_still_and_the_rest_goes_on(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    at(days, 5)
    dispute = complain(buyer, invoice)
    assert complain(buyer, invoice) == dispute
    assert rows_of(invoice) == [(69_000, 69_000, False, DUE), (50_000, 50_000, True, DUE)]
    found = ageing(buyer.company, "EUR", DUE + timedelta(days=5))
    assert (found.principal, found.disputed) == (Ageing(to_30=69_000), 50_000)
    # As it was the day before, nothing was disputed.
    assert ageing(buyer.company, "EUR", DUE + timedelta(days=4)).principal == Ageing(to_30=119_000)
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=200_000, reference="B-1"
    )
    # The receipt skips what is disputed: 690.00 and five days of interest, the rest is a balance.
    assert rows_of(invoice)[1][1] == 50_000
    assert balance("EUR", "2110", buyer.company.pk) == 200_000 - 69_000 - 170
    at(days, 40)
    assert CreditLine.objects.get().status == "active"
    assert DunningCase.objects.get().state == "paused"


def test_an_agreed_complaint_is_credited_and_the_rest_due_in_a_week(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    at(days, 5)
    dispute = complain(buyer, invoice)
    at(days, 10)
    answer(dispute, 30_000)
    at(days, 20)
    accept_offer(acting_user=buyer.user, acting=buyer, dispute_public_id=dispute.public_id)
    note = CreditNote.objects.get()
    assert (note.gross, note.offset, note.reason) == (30_000, 30_000, "dispute")
    moved = DUE + timedelta(days=27)
    assert rows_of(invoice) == [(69_000, 69_000, False, DUE), (50_000, 20_000, False, moved)]
    dispute.refresh_from_db()
    assert (dispute.state, dispute.agreed, dispute.resolved_on) == (
        "closed",
        30_000,
        DUE + timedelta(days=20),
    )
    # No fee for the time of the complaint: the disputed part bears some from its new due date on.
    at(days, 28)
    second = invoice.instalments.order_by("seq").last()
    assert second is not None
    assert (second.fee_posted, second.fee_through) == (0, moved)
    assert ageing(buyer.company, "EUR", DUE + timedelta(days=28)).total == sum(
        balance("EUR", code, buyer.company.pk) for code in ("1200", "1210")
    )


def test_a_refused_complaint_is_decided_by_the_platform(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    dispute = complain(buyer, invoice, 119_000)
    answer(dispute, 0)
    dispute.refresh_from_db()
    assert dispute.state == "rejected"
    with pytest.raises(IllegalTransition):
        decide_dispute(
            acting_user=make_staff(), dispute_public_id=dispute.public_id, agreed=0, decision="too early"
        )
    escalate_dispute(acting_user=buyer.user, acting=buyer, dispute_public_id=dispute.public_id)
    decide_dispute(
        acting_user=make_staff(), dispute_public_id=dispute.public_id, agreed=0, decision="as described"
    )
    dispute.refresh_from_db()
    assert (dispute.state, CreditNote.objects.count()) == ("closed", 0)
    assert rows_of(invoice) == [(119_000, 119_000, False, DUE)]


def test_a_complaint_nobody_settles_goes_to_the_platform(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    dispute = complain(buyer, invoice)
    at(days, 0)
    dispute.refresh_from_db()
    assert dispute.state == "opened"
    at(days, 1)
    dispute.refresh_from_db()
    assert dispute.state == "escalated"


@pytest.mark.parametrize("claimed", [0, -1, 119_001])
def test_a_claim_of_nothing_or_too_much_is_refused(days: Days, claimed: int) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    with pytest.raises(DisputeNotPossible):
        complain(buyer, invoice, claimed)
    assert not TradeDispute.objects.exists()
    assert rows_of(invoice) == [(119_000, 119_000, False, DUE)]


def test_nobody_else_can_complain_or_answer(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    stranger = make_credit_buyer(currency="EUR")
    with pytest.raises(NotFound):
        complain(stranger, invoice)
    dispute = complain(buyer, invoice)
    with pytest.raises(NotFound):
        accept_offer(acting_user=stranger.user, acting=stranger, dispute_public_id=dispute.public_id)
