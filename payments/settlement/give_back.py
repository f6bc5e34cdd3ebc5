"""Which payments a buyer's money goes back to: the newest first, each on the rail it came by (P8)."""

from django.db.models import Sum

from marketplace.core.actors import Actor

from ..models import Allocation, CreditNote, Invoice, Payment, Refund
from .refunds import send_refund

# A payment out of the credit balance has no rail to go back on: that part becomes credit again.
_RAILS = (Payment.Rail.CARD, Payment.Rail.BANK)
_GONE = (Refund.State.REJECTED, Refund.State.CREDITED)


def plan_refunds(invoice: Invoice, amount: int) -> list[tuple[Payment, int]]:
    """(payment, amount) for as much of `amount` as payments of this invoice can take back."""
    paid: dict[int, int] = {}
    live = Allocation.objects.filter(reversed_by__isnull=True, reverses__isnull=True)
    for row in live.filter(instalment__invoice=invoice, target=Allocation.Target.PRINCIPAL):
        paid[row.payment_id] = paid.get(row.payment_id, 0) + row.amount
    prepaid = invoice.prepaid - invoice.revived
    for row in live.filter(order=invoice.order_id).order_by("pk"):
        part = min(prepaid, row.amount)
        prepaid -= part
        paid[row.payment_id] = paid.get(row.payment_id, 0) + part
    found = []
    taken = Payment.objects.select_for_update(of=("self",)).filter(
        pk__in=paid, rail__in=_RAILS, state__in=["succeeded", "partially_refunded"]
    )
    for payment in taken.order_by("-succeeded_at", "-pk"):
        left = min(paid[payment.pk] - _back(payment, invoice), payment.amount - _back(payment))
        part = min(left, amount)
        if part > 0:
            found.append((payment, part))
            amount -= part
    return found


def _back(payment: Payment, invoice: Invoice | None = None) -> int:
    """What of a payment went back or is on its way: for one invoice, or at all."""
    rows = Refund.objects.filter(payment=payment).exclude(state__in=_GONE)
    if invoice is not None:
        rows = rows.filter(credit_note__invoice=invoice)
    return int(rows.aggregate(s=Sum("amount", default=0))["s"])


def refund_for_note(*, acting_user: Actor, note: CreditNote, payment: Payment, amount: int) -> Refund:
    """Put the refund of a note on its way; its money is owed by the note's journal already."""
    refund = Refund.objects.create(
        key=f"note:{note.pk}:{payment.pk}",
        payment=payment,
        credit_note=note,
        amount=amount,
        currency=note.currency,
        reason=note.number,
    )
    send_refund(acting_user=acting_user, refund=refund)
    return refund
