"""A card holder's bank takes money back: withheld, then ours again or lost, and the debt comes back to life.

Each effect is booked under its own key (`dp:{id}:withdrawn`, `:reinstated`, `:lost`), so any order and number
of tidings of one dispute comes to the same end.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor

from ..credit.actions import Reason, close_hold, open_hold
from ..credit.models import CreditLine
from ..credit.reserve import lock_line, revive
from ..ledger.posting import Leg, dr, post
from ..ledger.queries import balance
from ..models import Allocation, CardDispute, DueChange, Instalment, Invoice, Payment
from ..rules.states import CARD_DISPUTE, INVOICE, PAYMENT
from . import dispute_journals as journals
from .credit_notes import next_seq
from .receipts import review_holds

State = CardDispute.State
_WITHDRAWN = (State.OPEN, State.UNDER_REVIEW, State.WON, State.LOST, State.APPEALED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A dispute as the payment service tells it now. Amounts in the payment's currency, minor units."""

    provider_id: str
    state: str
    amount: int
    fee: int = 0
    reason: str = ""
    evidence_due: datetime | None = None


def apply_dispute(*, acting_user: Actor, payment_id: int, seen: Seen) -> CardDispute:
    """Bring a dispute to what the service says, in the caller's transaction.

    What the service says of an earlier time changes nothing.
    """
    plain = Payment.objects.get(pk=payment_id)
    line = lock_line(plain.buyer_id, plain.currency)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    dispute = _known(acting_user, payment, seen)
    if seen.state in _WITHDRAWN and not dispute.is_withdrawn:
        _withdraw(acting_user, payment, dispute, line)
    if dispute.state != seen.state and _reachable(dispute.state, seen.state):
        _move(acting_user, payment, dispute, seen)
        if seen.state == State.WON:
            _reinstate(acting_user, payment, dispute, line)
        elif seen.state == State.LOST:
            _lose(acting_user, payment, dispute, line)
    return dispute


def _known(acting_user: Actor, payment: Payment, seen: Seen) -> CardDispute:
    first = State.INQUIRY if seen.state in (State.INQUIRY, State.INQUIRY_CLOSED) else State.OPEN
    dispute, is_new = CardDispute.objects.select_for_update(of=("self",)).get_or_create(
        provider_id=seen.provider_id,
        defaults={
            "payment": payment,
            "amount": seen.amount,
            "fee": seen.fee,
            "currency": payment.currency,
            "reason": seen.reason[:60],
            "evidence_due": seen.evidence_due,
            "state": State.PREVENTED if seen.state == State.PREVENTED else first,
        },
    )
    if is_new:
        audit.record(
            dispute,
            "card_dispute.opened",
            actor=acting_user,
            company_id=payment.buyer_id,
            to_state=dispute.state,
            reason=seen.reason,
            facts={"amount": seen.amount, "fee": seen.fee},
        )
        outbox.publish("card_dispute.opened", {"dispute": dispute.pk}, key=str(dispute.pk))
    return dispute


def _reachable(start: str, end: str) -> bool:
    """Whether a state can still follow, directly or by steps nobody told us of."""
    seen, wave = {start}, {start}
    while wave:
        wave = {after for state in wave for after in CARD_DISPUTE[state]} - seen
        seen |= wave
    return end in seen


def _move(acting_user: Actor, payment: Payment, dispute: CardDispute, seen: Seen) -> None:
    for step in _way(dispute.state, seen.state):
        states.transition(
            dispute,
            step,
            table=CARD_DISPUTE,
            actor=acting_user,
            action=f"card_dispute.{step}",
            company_id=payment.buyer_id,
            evidence_due=seen.evidence_due,
        )


def _way(start: str, end: str) -> list[str]:
    """The shortest steps from a state to another, by the table."""
    ways: dict[str, list[str]] = {start: []}
    queue = [start]
    while queue:
        here = queue.pop(0)
        for after in sorted(CARD_DISPUTE[here]):
            if after not in ways:
                ways[after] = [*ways[here], after]
                queue.append(after)
    return ways[end]


def _withdraw(acting_user: Actor, payment: Payment, dispute: CardDispute, line: CreditLine | None) -> None:
    """The service took amount and fee from our balance."""
    post(journals.withdrawn(dispute, actor=acting_user))
    dispute.is_withdrawn = True
    CardDispute.objects.filter(pk=dispute.pk).update(is_withdrawn=True, updated_at=clock.now())
    states.transition(
        payment,
        Payment.State.DISPUTED,
        table=PAYMENT,
        actor=acting_user,
        action="payment.disputed",
        company_id=payment.buyer_id,
    )
    if line is not None:
        open_hold(acting_user=acting_user, line=line, reason=Reason.CHARGEBACK, note=payment.public_id)


def _reinstate(acting_user: Actor, payment: Payment, dispute: CardDispute, line: CreditLine | None) -> None:
    """Won: the money is back, and nothing has happened. The fee stays with us."""
    post(journals.reinstated(dispute, actor=acting_user))
    states.transition(
        payment,
        Payment.State.SUCCEEDED,
        table=PAYMENT,
        actor=acting_user,
        action="payment.dispute_won",
        company_id=payment.buyer_id,
    )
    if line is not None:
        close_hold(acting_user=acting_user, line=line, reason=Reason.CHARGEBACK, note=payment.public_id)


def _lose(acting_user: Actor, payment: Payment, dispute: CardDispute, line: CreditLine | None) -> None:
    """Lost: whom the buyer still owes for delivered goods, they owe again; what nobody owes is our loss."""
    day = clock.today()
    legs: list[Leg] = []
    left = dispute.amount
    if payment.purpose == Payment.Purpose.REPAYMENT and line is not None:
        legs, left = _revive_repayment(acting_user, payment, line, left, day)
    elif payment.purpose == Payment.Purpose.ORDER:
        legs, left = _revive_prepaid(payment, line, left, day)
    if left:
        legs.append(dr("5020", left))
    CardDispute.objects.filter(pk=dispute.pk).update(
        loss_bearer="us" if left == dispute.amount else "buyer", updated_at=clock.now()
    )
    post(journals.lost(dispute, legs, actor=acting_user))
    states.transition(
        payment,
        Payment.State.CHARGED_BACK,
        table=PAYMENT,
        actor=acting_user,
        action="payment.charged_back",
        company_id=payment.buyer_id,
    )
    if line is not None:
        review_holds(acting_user=acting_user, line=line, day=day)
    outbox.publish("payment.charged_back", {"payment": payment.pk}, key=str(dispute.pk))


def _revive_repayment(
    actor: Actor, payment: Payment, line: CreditLine, amount: int, day: date
) -> tuple[list[Leg], int]:
    """Undo what a repayment paid, the last of it first, up to `amount`; what it paid is due at once."""
    legs: list[Leg] = []
    principal = fees = 0
    live = Allocation.objects.filter(payment=payment, reversed_by__isnull=True, reverses__isnull=True)
    for allocation in live.select_related("instalment__invoice").order_by("-id"):
        part = min(allocation.amount, amount)
        if not part or allocation.target == Allocation.Target.RECOVERY:
            continue
        row = allocation.instalment
        _reverse_allocation(allocation, part, day)
        amount -= part
        if row is None:
            legs.append(dr("2110", part, payment.buyer_id))
            continue
        is_principal = allocation.target == Allocation.Target.PRINCIPAL
        code, column = ("1200", "paid") if is_principal else ("1210", _FEE_COLUMNS[allocation.target])
        dims = {"order": row.invoice.order_id, "invoice": row.invoice_id, "instalment": row.pk}
        legs.append(dr(code, part, payment.buyer_id, **dims))
        _undo(row, column, part, day if is_principal else None)
        principal, fees = principal + part * is_principal, fees + part * (not is_principal)
        _reopen(actor, row.invoice)
    revive(line.pk, principal=principal, fees=fees)
    return legs, amount


_FEE_COLUMNS: dict[str, str] = {
    Allocation.Target.INTEREST: "fee_paid",
    Allocation.Target.COMPENSATION: "comp_paid",
}


def _reverse_allocation(allocation: Allocation, amount: int, day: date) -> None:
    """Point an allocation to its reversal; what is not reversed of it is written anew."""
    again: dict[str, Any] = {
        "payment_id": allocation.payment_id,
        "target": allocation.target,
        "instalment_id": allocation.instalment_id,
    }
    mirror = Allocation.objects.create(amount=allocation.amount, effective_on=day, **again)
    Allocation.objects.filter(pk=allocation.pk).update(reversed_by=mirror)
    if allocation.amount > amount:
        Allocation.objects.create(
            amount=allocation.amount - amount,
            order_id=allocation.order_id,
            effective_on=allocation.effective_on,
            **again,
        )


def _undo(row: Instalment, column: str, amount: int, day: date | None) -> None:
    """Take back what was counted as paid. Principal is due at once and bears fees from today on."""
    changes: dict[str, Any] = {column: F(column) - amount}
    if day is not None:
        changes["fee_through"] = max(row.fee_through, day)
        if row.due_on > day:
            changes["due_on"] = day
            DueChange.objects.create(
                instalment=row,
                due_before=row.due_on,
                due_after=day,
                changed_on=day,
                cause=DueChange.Cause.CHARGEBACK,
            )
    Instalment.objects.filter(pk=row.pk).update(**changes, updated_at=clock.now())


def _reopen(actor: Actor, invoice: Invoice) -> None:
    if Invoice.objects.filter(pk=invoice.pk, state=Invoice.State.SETTLED).exists():
        states.transition(
            invoice,
            Invoice.State.ISSUED,
            table=INVOICE,
            actor=actor,
            action="invoice.revived",
            company_id=invoice.buyer_id,
            settled_on=None,
        )


def _revive_prepaid(
    payment: Payment, line: CreditLine | None, amount: int, day: date
) -> tuple[list[Leg], int]:
    """Take back what was paid ahead for goods not shipped; what was delivered is owed now, due at once.

    A buyer without a credit line can't owe: that part is left over.
    """
    legs: list[Leg] = []
    live = Allocation.objects.filter(payment=payment, reversed_by__isnull=True, order__isnull=False)
    for allocation in live.order_by("-id"):
        part = min(balance(payment.currency, "2100", allocation.order_id or 0), allocation.amount, amount)
        if part > 0:
            legs.append(dr("2100", part, allocation.order_id or 0, order=allocation.order_id))
            _reverse_allocation(allocation, part, day)
            amount -= part
    if line is None:
        return legs, amount
    orders = payment.targets.exclude(order=None).values_list("order_id", flat=True)
    revived = 0
    for invoice in Invoice.objects.select_for_update(of=("self",)).filter(order__in=orders).order_by("pk"):
        part = min(invoice.prepaid - invoice.revived, amount)
        if part > 0:
            legs.append(_owed_again(payment, invoice, part, day))
            amount, revived = amount - part, revived + part
    revive(line.pk, principal=revived, fees=0)
    return legs, amount


def _owed_again(payment: Payment, invoice: Invoice, amount: int, day: date) -> Leg:
    row = Instalment.objects.create(
        invoice=invoice,
        seq=next_seq(invoice),
        due_on=day,
        amount=amount,
        fee_through=day,
        is_revived=True,
    )
    Invoice.objects.filter(pk=invoice.pk).update(
        revived=F("revived") + amount, state=Invoice.State.ISSUED, settled_on=None, updated_at=clock.now()
    )
    return dr(
        "1200",
        amount,
        payment.buyer_id,
        order=invoice.order_id,
        invoice=invoice.pk,
        instalment=row.pk,
    )
