"""A complaint about goods stops the clock for what it claims (P9), and ends in a credit note or nothing."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F

from marketplace.core import clock, outbox, states
from marketplace.core.actors import Actor

from .. import policies
from ..credit.models import CreditLine
from ..ledger.posting import post
from ..models import CreditNote, DueChange, Instalment, Standstill, TradeDispute
from ..rules.states import TRADE_DISPUTE
from . import collecting_journals as journals
from .credit_notes import Ask, issue_credit_note, next_seq
from .late_fees import accrue_to
from .receipts import review_holds

State = TradeDispute.State


def stop_clock(
    acting_user: Actor, line: CreditLine, dispute: TradeDispute, rows: Sequence[Instalment]
) -> int:
    """Set the latest-due instalments still for what is claimed; answers how much is stopped.

    Fees are booked up to today first. Of an instalment disputed in part a line of its own is made, so that
    the rest goes on.
    """
    day = clock.today()
    accrue_to(acting_user=acting_user, line=line, instalments=rows, until=day)
    left = dispute.claimed
    for row in sorted(rows, key=lambda r: (r.due_on, r.seq), reverse=True):
        part = min(row.outstanding, left)
        if part <= 0:
            continue
        still = row if part == row.outstanding else _split(acting_user, row, part)
        Instalment.objects.filter(pk=still.pk).update(dispute=dispute, updated_at=clock.now())
        Standstill.objects.create(instalment=still, dispute=dispute, since=day)
        left -= part
    review_holds(acting_user=acting_user, line=line, day=day)
    return dispute.claimed - left


def _split(acting_user: Actor, row: Instalment, amount: int) -> Instalment:
    part = Instalment.objects.create(
        invoice=row.invoice,
        seq=next_seq(row.invoice),
        due_on=row.due_on,
        amount=amount,
        fee_through=row.fee_through,
        split_from=row,
    )
    Instalment.objects.filter(pk=row.pk).update(amount=F("amount") - amount, updated_at=clock.now())
    post(journals.split(row, part, actor=acting_user))
    return part


def end(
    acting_user: Actor,
    line: CreditLine | None,
    dispute: TradeDispute,
    *,
    as_credit: bool = False,
) -> CreditNote | None:
    """Close a settled complaint: the agreed part becomes a credit note, what stays owed is due anew.

    The new due date is at least a week away, and the time of the complaint bears no fee.
    """
    day = clock.today()
    note = None
    if dispute.agreed:
        note = issue_credit_note(
            acting_user=acting_user,
            invoice_id=dispute.invoice_id,
            ask=Ask(
                key=f"dispute:{dispute.pk}",
                reason=CreditNote.Reason.DISPUTE,
                note=dispute.text,
                amount=dispute.agreed,
                as_credit=as_credit,
                dispute=dispute,
            ),
        )
    _start_clock(dispute, day)
    states.transition(
        dispute,
        State.CLOSED,
        table=TRADE_DISPUTE,
        actor=acting_user,
        action="dispute.closed",
        company_id=dispute.invoice.buyer_id,
        resolved_on=day,
        facts={"claimed": dispute.claimed, "agreed": dispute.agreed},
    )
    if line is not None:
        review_holds(acting_user=acting_user, line=line, day=day)
    outbox.publish("dispute.closed", {"dispute": dispute.pk}, key=str(dispute.pk))
    return note


def _start_clock(dispute: TradeDispute, day: date) -> None:
    grace = policies.by_label(dispute.invoice.policy).dispute_grace_days
    for row in Instalment.objects.select_for_update().filter(dispute=dispute):
        due_on = max(row.due_on, day + timedelta(days=grace))
        if due_on != row.due_on:
            DueChange.objects.create(
                instalment=row,
                due_before=row.due_on,
                due_after=due_on,
                changed_on=day,
                cause=DueChange.Cause.DISPUTE,
            )
        Instalment.objects.filter(pk=row.pk).update(
            dispute=None, due_on=due_on, fee_through=max(row.fee_through, due_on), updated_at=clock.now()
        )
    Standstill.objects.filter(dispute=dispute, until__isnull=True).update(until=day)


def locked_dispute(dispute_id: int) -> TradeDispute:
    """A complaint, locked, with its invoice."""
    rows = TradeDispute.objects.select_for_update(of=("self",)).select_related(
        "invoice__supplier__company", "invoice__buyer"
    )
    return rows.get(pk=dispute_id)


def escalate_unanswered(acting_user: Actor, day: date) -> int:
    """Complaints nobody settled in time go to the platform; answers how many."""
    count = 0
    rows = TradeDispute.objects.filter(state__in=[State.OPENED, State.REPLIED]).select_related("invoice")
    for row in rows.order_by("pk"):
        allowed = timedelta(days=policies.by_label(row.invoice.policy).dispute_answer_days)
        if day - row.opened_on > allowed:
            states.transition(
                row,
                State.ESCALATED,
                table=TRADE_DISPUTE,
                actor=acting_user,
                action="dispute.escalated",
                reason="not settled in time",
                company_id=row.invoice.buyer_id,
            )
            outbox.publish("dispute.escalated", {"dispute": row.pk}, key=str(row.pk))
            count += 1
    return count
