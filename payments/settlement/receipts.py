"""A buyer's money arrives: where each cent goes, and what that sets free."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import F

from marketplace.core import audit, clock, outbox
from marketplace.core.actors import Actor

from .. import policies
from ..credit.actions import Reason, close_hold, open_hold, review_over_limit
from ..credit.models import CreditLine
from ..credit.reserve import lock_line, repay
from ..errors import LedgerFault
from ..ledger.posting import Leg, cr, post
from ..models import Allocation, Instalment, Invoice, Payment, PayoutItem
from ..rules.days import start_of
from ..rules.waterfall import Kind, Open, Share, distribute
from . import journals
from .dunning import open_case, resolve_if_clear
from .late_fees import accrue_to, open_instalments
from .recovery import count_recovered, plan_recovery

_TARGETS = {
    Kind.PRINCIPAL: Allocation.Target.PRINCIPAL,
    Kind.INTEREST: Allocation.Target.INTEREST,
    Kind.COMPENSATION: Allocation.Target.COMPENSATION,
}


def apply_repayment(
    *,
    acting_user: Actor,
    payment: Payment,
    directed_to: Collection[int] = (),
    received_on: date | None = None,
) -> None:
    """Spread a received repayment: fees up to the day are booked first, then the waterfall (P6) runs.

    Joins the caller's transaction, which has made sure that this payment arrives once. What is left over
    becomes the buyer's credit balance.
    """
    day = received_on or clock.today()
    line = lock_line(payment.buyer_id, payment.currency)
    if line is None:
        raise LedgerFault(f"payment {payment.pk}: the buyer has no credit line in {payment.currency}")
    rows = open_instalments(buyer_id=payment.buyer_id, currency=payment.currency)
    _accrue_before(acting_user, line, rows, payment.amount, frozenset(directed_to), day)
    shares, rest = distribute(
        [_open(row) for row in rows], payment.amount, today=day, directed_to=frozenset(directed_to)
    )
    by_key = {row.pk: row for row in rows}
    legs = [_leg(share, by_key[share.instalment], payment.buyer_id) for share in shares]
    recovered, rest = plan_recovery(payment, rest, frozenset(directed_to))
    legs += [cr("4060", part, invoice=found.invoice_id) for found, part in recovered]
    if rest:
        legs.append(cr("2110", rest, payment.buyer_id))
    effective = start_of(day) if received_on else None
    post(journals.repaid(payment, legs, actor=acting_user, effective_at=effective))
    _allocate(payment, shares, rest, day)
    count_recovered(acting_user, payment, recovered, day)
    settled = _pay(shares, by_key, day, acting_user)
    repay(
        line.pk,
        principal=sum(s.amount for s in shares if s.kind == Kind.PRINCIPAL),
        fees=sum(s.amount for s in shares if s.kind != Kind.PRINCIPAL),
    )
    review_holds(acting_user=acting_user, line=line, day=day)
    audit.record(
        payment,
        "payment.applied",
        actor=acting_user,
        company_id=payment.buyer_id,
        facts={
            "amount": payment.amount,
            "left_over": rest,
            "settled": [invoice.number for invoice in settled],
        },
    )
    for invoice in settled:
        outbox.publish("invoice.settled", {"invoice": invoice.pk}, key=f"{invoice.pk}:{payment.pk}")


def _accrue_before(
    acting_user: Actor,
    line: CreditLine,
    rows: Sequence[Instalment],
    amount: int,
    directed_to: Collection[int],
    day: date,
) -> None:
    """Book fees up to the receipt: of what it is directed to, and of everything when it may reach further."""
    aimed = [row for row in rows if not directed_to or row.invoice_id in directed_to]
    accrue_to(acting_user=acting_user, line=line, instalments=aimed, until=day)
    if amount > sum(row.payable + row.fees_outstanding for row in aimed):
        others = [row for row in rows if row not in aimed]
        accrue_to(acting_user=acting_user, line=line, instalments=others, until=day)


def _open(row: Instalment) -> Open:
    return Open(
        row.pk,
        row.invoice_id,
        row.due_on,
        row.seq,
        row.payable,
        row.interest_outstanding,
        row.flat_outstanding,
    )


def _leg(share: Share, row: Instalment, buyer_id: int) -> Leg:
    code = "1200" if share.kind == Kind.PRINCIPAL else "1210"
    return cr(
        code,
        share.amount,
        buyer_id,
        order=row.invoice.order_id,
        invoice=share.invoice,
        instalment=share.instalment,
    )


def _allocate(payment: Payment, shares: Sequence[Share], rest: int, day: date) -> None:
    rows = [
        Allocation(
            payment=payment,
            target=_TARGETS[s.kind],
            instalment_id=s.instalment,
            amount=s.amount,
            effective_on=day,
        )
        for s in shares
    ]
    if rest:
        rows.append(
            Allocation(payment=payment, target=Allocation.Target.CREDIT, amount=rest, effective_on=day)
        )
    Allocation.objects.bulk_create(rows)


def _pay(shares: Sequence[Share], rows: dict[int, Instalment], day: date, actor: Actor) -> list[Invoice]:
    """Write what each instalment has had; returns the invoices that are settled by it."""
    columns = {Kind.PRINCIPAL: "paid", Kind.INTEREST: "fee_paid", Kind.COMPENSATION: "comp_paid"}
    for share in shares:
        column = columns[share.kind]
        Instalment.objects.filter(pk=share.instalment).update(
            **{column: F(column) + share.amount}, updated_at=clock.now()
        )
    touched = {rows[share.instalment].invoice_id: rows[share.instalment].invoice for share in shares}
    return [
        invoice for key, invoice in sorted(touched.items()) if settle_if_paid(invoice, day=day, actor=actor)
    ]


def settle_if_paid(invoice: Invoice, *, day: date, actor: Actor) -> bool:
    """Close an invoice of which nothing is open any more.

    The supplier's reserve and waiting share become due.
    """
    rows = list(Instalment.objects.filter(invoice=invoice))
    if any(row.outstanding or row.fees_outstanding for row in rows):
        return False
    moved = Invoice.objects.filter(pk=invoice.pk, state=Invoice.State.ISSUED).update(
        state=Invoice.State.SETTLED, settled_on=day, updated_at=clock.now()
    )
    if not moved:
        return False
    PayoutItem.objects.filter(
        invoice=invoice, state=PayoutItem.State.PENDING, available_on__isnull=True
    ).update(available_on=day)
    audit.record(
        invoice,
        "invoice.settled",
        actor=actor,
        company_id=invoice.buyer_id,
        from_state=Invoice.State.ISSUED,
        to_state=Invoice.State.SETTLED,
    )
    return True


def review_holds(*, acting_user: Actor, line: CreditLine, day: date) -> None:
    """Open or close the holds that follow from figures: overdue, and over the limit."""
    rows = open_instalments(buyer_id=line.buyer_id, currency=line.currency, lock=False)
    late = [row for row in rows if row.payable and row.due_on < day]
    fees = sum(row.fees_outstanding for row in rows)
    overdue = sum(row.payable for row in late)
    if not late and not fees:
        close_hold(acting_user=acting_user, line=line, reason=Reason.OVERDUE)
    elif any(_opens_hold(row, overdue, day) for row in late):
        numbers = ", ".join(sorted({row.invoice.number for row in late}))
        open_hold(acting_user=acting_user, line=line, reason=Reason.OVERDUE, note=numbers)
    review_over_limit(acting_user=acting_user, line=line)
    case = open_case(line.buyer_id, line.currency)
    if case is not None:
        resolve_if_clear(acting_user, case, rows, day)


def _opens_hold(row: Instalment, overdue: int, day: date) -> bool:
    policy = policies.by_label(row.invoice.policy)
    return (day - row.due_on).days >= policy.hold_after_days and overdue >= max(1, policy.hold_tolerance)
