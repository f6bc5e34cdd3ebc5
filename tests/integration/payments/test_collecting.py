"""Overdue debt: cases, notices, promises, pauses, extension, waiver, write-off and recovery; allowance."""

from datetime import date, timedelta

import pytest

from marketplace.accounts.models import StaffRole
from marketplace.companies.acting import Acting
from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import IllegalTransition
from payments.actions.collecting import (
    extend_due_date,
    hand_over,
    pause_case,
    resume_case,
    take_promise,
)
from payments.actions.daily import run_daily
from payments.actions.treasury import receive_bank_transfer
from payments.actions.write_offs import (
    decide_write_off,
    post_loss_allowance,
    propose_write_off,
    waive_fees,
)
from payments.credit.models import CreditLine
from payments.errors import ExtensionNotPossible, FourEyesNeeded, PromiseNotPossible, WriteOffNotPossible
from payments.ledger.queries import balance
from payments.models import DunningCase, DunningNotice, Invoice, PromiseToPay, WriteOff
from payments.queries.ageing import ageing
from payments.rules.ageing import Ageing
from tests.factories.companies import make_staff
from tests.factories.payments import make_credit_buyer, make_invoice

from .conftest import Days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu", "books_hold")]
DAY = date(2026, 3, 5)
DUE = date(2026, 4, 4)


def after(days: Days, late: int) -> None:
    """So many days after the due date, with every daily round done."""
    day = DUE + timedelta(days=late)
    days.go(day)
    run_daily(until=day)


def late_invoice(days: Days, late: int) -> tuple[Acting, Invoice]:
    """1,190.00 due on 4 April, the first round already run before."""
    days.go(DAY)
    run_daily(until=DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    after(days, late)
    return buyer, invoice


def pay(buyer: Acting, amount: int, reference: str = "B-1") -> None:
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=amount, reference=reference
    )


def case_now() -> DunningCase:
    return DunningCase.objects.get()


def test_the_ladder_climbs_and_writes_one_notice_a_step(days: Days) -> None:
    _buyer, invoice = late_invoice(days, 2)
    assert case_now().state == "open"
    after(days, 31)
    case = case_now()
    assert case.state == "L3"
    told = list(DunningNotice.objects.order_by("pk").values_list("sent_on", "template", "level"))
    assert told == [
        (DUE - timedelta(days=7), "courtesy", ""),
        (DUE, "due", ""),
        (DUE + timedelta(days=3), "reminder_1", "L1"),
        (DUE + timedelta(days=10), "reminder_2", "L1"),
        (DUE + timedelta(days=15), "level_2", "L2"),
        (DUE + timedelta(days=30), "final", "L3"),
    ]
    final = DunningNotice.objects.order_by("pk").last()
    assert final is not None
    assert final.items[0]["number"] == invoice.number
    assert (final.principal, final.case) == (119_000, case)
    # Handing over is a person's decision: no round does it.
    after(days, 60)
    assert case_now().state == "L3"


def test_a_round_done_twice_tells_nobody_twice(days: Days) -> None:
    late_invoice(days, 3)
    count = DunningNotice.objects.count()
    run_daily(until=DUE + timedelta(days=3))
    assert DunningNotice.objects.count() == count


def test_a_case_ends_when_principal_and_fees_are_paid(days: Days) -> None:
    buyer, invoice = late_invoice(days, 16)
    pay(buyer, 119_000)
    # Compensation and interest were paid first: some principal is still late.
    assert case_now().state == "L2"
    pay(buyer, 10_000, "B-2")
    case = case_now()
    assert (case.state, case.ended_on) == ("resolved", DUE + timedelta(days=16))
    assert CreditLine.objects.get().status == "active"
    assert Invoice.objects.get(pk=invoice.pk).state == "settled"


def test_a_promise_kept_lets_the_case_rest_and_end(days: Days) -> None:
    buyer, _invoice = late_invoice(days, 4)
    take_promise(
        acting_user=make_staff(),
        case_public_id=case_now().public_id,
        amount=119_000,
        due_on=DUE + timedelta(days=20),
    )
    after(days, 12)
    assert (case_now().state, case_now().level) == ("paused", "L1")
    assert not DunningNotice.objects.filter(template="reminder_2").exists()
    pay(buyer, 119_500)
    assert case_now().state == "resolved"
    assert PromiseToPay.objects.get().state == "kept"


def test_a_promise_broken_leads_to_the_next_level_at_once(days: Days) -> None:
    late_invoice(days, 4)
    take_promise(
        acting_user=make_staff(),
        case_public_id=case_now().public_id,
        amount=119_000,
        due_on=DUE + timedelta(days=8),
    )
    after(days, 8)
    assert case_now().state == "paused"
    after(days, 9)
    assert case_now().state == "L2"
    assert PromiseToPay.objects.get().state == "broken"


@pytest.mark.parametrize(("amount", "ahead"), [(0, 5), (-1, 5), (100, 0), (100, -1), (100, 61)])
def test_a_promise_of_nothing_or_of_no_time_is_refused(days: Days, amount: int, ahead: int) -> None:
    late_invoice(days, 4)
    with pytest.raises(PromiseNotPossible):
        take_promise(
            acting_user=make_staff(),
            case_public_id=case_now().public_id,
            amount=amount,
            due_on=clock.today() + timedelta(days=ahead),
        )
    assert case_now().state == "L1"
    assert not PromiseToPay.objects.exists()


def test_a_pause_ends_at_its_day_at_the_same_level(days: Days) -> None:
    late_invoice(days, 4)
    staff = make_staff()
    pause_case(
        acting_user=staff,
        case_public_id=case_now().public_id,
        reason="manual",
        until=DUE + timedelta(days=6),
        note="owner on holiday",
    )
    assert (case_now().state, case_now().level) == ("paused", "L1")
    after(days, 7)
    assert case_now().state == "L1"


def test_insolvency_stops_orders_until_somebody_says_otherwise(days: Days) -> None:
    late_invoice(days, 4)
    staff = make_staff()
    pause_case(
        acting_user=staff,
        case_public_id=case_now().public_id,
        reason="insolvency",
        until=None,
        note="court notice",
    )
    assert CreditLine.objects.get().status == "on_hold"
    after(days, 40)
    assert case_now().state == "paused"
    resume_case(acting_user=staff, case_public_id=case_now().public_id, note="taken back by the court")
    assert case_now().state == "L1"


def test_a_due_date_moves_once_for_a_fee(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    for _ in range(2):
        found = extend_due_date(acting_user=buyer.user, acting=buyer, invoice_public_id=invoice.public_id)
    assert (found.due_after, found.fee) == (date(2026, 5, 4), 1_190)
    assert balance("EUR", "4020") == 1_190
    line = CreditLine.objects.get()
    assert (line.owed, line.fees_owed) == (119_000, 1_190)
    # On the day before it moved, it was due when it had been.
    assert ageing(buyer.company, "EUR", date(2026, 4, 20)).principal == Ageing(not_due=119_000)
    days.go(date(2026, 4, 20))
    run_daily(until=date(2026, 4, 20))
    assert not DunningCase.objects.exists()


def test_what_is_late_is_not_extended(days: Days) -> None:
    buyer, invoice = late_invoice(days, 1)
    with pytest.raises(ExtensionNotPossible):
        extend_due_date(acting_user=buyer.user, acting=buyer, invoice_public_id=invoice.public_id)
    assert invoice.instalments.get().due_on == DUE
    assert balance("EUR", "4020") == 0


def test_waived_fees_are_not_charged_again(days: Days) -> None:
    buyer, invoice = late_invoice(days, 15)
    fees = CreditLine.objects.get().fees_owed
    assert fees == 4_000 + 509  # 1,190.00 × 10.4 % × 15 / 365
    for _ in range(2):
        gone = waive_fees(
            acting_user=make_staff(),
            invoice_public_id=invoice.public_id,
            note="goodwill",
            submission_key="waive-01",
        )
        assert gone == fees
        break
    assert CreditLine.objects.get().fees_owed == 0
    assert balance("EUR", "4030") == 0
    days.go(DUE + timedelta(days=16))
    pay(buyer, 119_034)  # one more day of interest: 0.34
    assert Invoice.objects.get(pk=invoice.pk).state == "settled"


def test_one_proposes_and_another_writes_off(days: Days) -> None:
    buyer, invoice = late_invoice(days, 90)
    first, second = make_staff(), make_staff(StaffRole.CREDIT)
    hand_over(acting_user=first, case_public_id=case_now().public_id, note="no answer")
    proposal = propose_write_off(
        acting_user=first, invoice_public_id=invoice.public_id, reason="company is gone"
    )
    with pytest.raises(FourEyesNeeded):
        decide_write_off(acting_user=first, write_off_public_id=proposal.public_id, approve=True)
    assert Invoice.objects.get(pk=invoice.pk).state == "issued"
    for _ in range(2):
        decide_write_off(acting_user=second, write_off_public_id=proposal.public_id, approve=True)
    done = WriteOff.objects.get()
    assert Invoice.objects.get(pk=invoice.pk).state == "written_off"
    assert done.principal == 119_000
    assert (balance("EUR", "5200"), balance("EUR", "4030")) == (119_000, 0)
    assert balance("EUR", "1200", buyer.company.pk) == balance("EUR", "1210", buyer.company.pk) == 0
    assert case_now().state == "written_off"
    with pytest.raises(IllegalTransition):
        decide_write_off(acting_user=second, write_off_public_id=proposal.public_id, approve=False)
    # Years later some of it comes in after all.
    pay(buyer, 50_000)
    assert balance("EUR", "4060") == 50_000
    pay(buyer, done.principal + done.fees - 50_000 + 100, "B-2")
    assert Invoice.objects.get(pk=invoice.pk).state == "settled"
    assert balance("EUR", "2110", buyer.company.pk) == 100


def test_what_is_not_late_for_long_is_not_written_off(days: Days) -> None:
    _buyer, invoice = late_invoice(days, 89)
    with pytest.raises(WriteOffNotPossible):
        propose_write_off(acting_user=make_staff(), invoice_public_id=invoice.public_id, reason="gone")
    assert not WriteOff.objects.exists()


def test_the_allowance_follows_the_age_of_the_debt(days: Days) -> None:
    buyer, invoice = late_invoice(days, -4)  # 31 March, not due
    staff = make_staff()
    book = {"acting_user": staff, "currency": "EUR"}
    assert post_loss_allowance(month_end=date(2026, 3, 31), **book) == 595  # 0.5 %
    after(days, 26)  # 30 April
    assert post_loss_allowance(month_end=date(2026, 4, 30), **book) == 2_380 - 595  # 2 %
    after(days, 57)
    assert post_loss_allowance(month_end=date(2026, 5, 31), **book) == 11_900 - 2_380  # 10 %
    after(days, 95)
    assert post_loss_allowance(month_end=date(2026, 7, 8), **book) == 59_500 - 11_900  # 50 %
    proposal = propose_write_off(acting_user=staff, invoice_public_id=invoice.public_id, reason="gone")
    decide_write_off(acting_user=make_staff(), write_off_public_id=proposal.public_id, approve=True)
    # Half of it was expected and is used up; the rest is a loss of its own.
    assert (balance("EUR", "1290"), balance("EUR", "5200")) == (0, 119_000)
    assert buyer.company.pk


def test_a_small_sum_late_opens_no_hold(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer = make_credit_buyer(currency="EUR")
    make_invoice(buyer, currency="EUR", pieces=1, price=2_000, vat_rate_bp=1900)
    after(days, 16)
    assert CreditLine.objects.get().status == "active"
    assert DunningCase.objects.get().state == "L2"
