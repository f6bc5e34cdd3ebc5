"""Money that comes in for what was written off."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import F

from marketplace.core import states
from marketplace.core.actors import Actor

from ..models import Allocation, Invoice, Payment, WriteOff
from ..rules.states import INVOICE

Parts = Sequence[tuple[WriteOff, int]]


def plan_recovery(payment: Payment, amount: int, directed_to: Collection[int]) -> tuple[Parts, int]:
    """What is left of a receipt goes to what was written off before it becomes a credit balance.

    Invoices it is directed to come first. Answers (write-off, amount) and the rest. A buyer's own credit
    balance is not spent on it.
    """
    if not amount or payment.rail == Payment.Rail.BALANCE:
        return [], amount
    rows = WriteOff.objects.select_for_update(of=("self",)).filter(
        invoice__buyer=payment.buyer_id,
        invoice__currency=payment.currency,
        state=WriteOff.State.APPROVED,
        recovered__lt=F("principal") + F("fees"),
    )
    found = []
    for row in sorted(rows, key=lambda r: (r.invoice_id not in directed_to, r.pk)):
        part = min(row.open, amount)
        if part:
            found.append((row, part))
            amount -= part
    return found, amount


def count_recovered(acting_user: Actor, payment: Payment, parts: Parts, day: date) -> None:
    """Write what came back; an invoice that came back whole is settled."""
    Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payment,
                target=Allocation.Target.RECOVERY,
                write_off=row,
                amount=part,
                effective_on=day,
            )
            for row, part in parts
        ]
    )
    for row, part in parts:
        WriteOff.objects.filter(pk=row.pk).update(recovered=F("recovered") + part)
        if row.open == part:
            states.transition(
                Invoice.objects.get(pk=row.invoice_id),
                Invoice.State.SETTLED,
                table=INVOICE,
                actor=acting_user,
                action="invoice.recovered",
                company_id=payment.buyer_id,
                settled_on=day,
            )
