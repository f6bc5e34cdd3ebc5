"""Reads of what is taken back: creditable lines of a supplier's invoice, notes, claims, refunds to send."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core.errors import NotFound
from marketplace.core.i18n import pick

from ..models import Clawback, CreditNote, Invoice, InvoiceLine, Payment, Refund
from .receipts import STAFF_READERS


@dataclass(frozen=True, slots=True)
class CreditableLine:
    """An invoice line and how many of its pieces have not come back."""

    position: int
    title: str
    left: int


def invoice_of_supplier(acting: Acting, public_id: str) -> Invoice:
    """An invoice of the acting supplier. Raises NotFound."""
    rows = Invoice.objects.select_related("buyer", "supplier")
    found = rows.filter(supplier=acting.supplier, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def creditable_lines(invoice: Invoice) -> list[CreditableLine]:
    """Lines of an invoice in order, with what can still come back; one query."""
    rows = InvoiceLine.objects.filter(invoice=invoice).annotate(gone=Sum("credited__quantity", default=0))
    return [
        CreditableLine(row.position, pick(row, "title"), row.quantity - row.gone)
        for row in rows.order_by("position")
    ]


def note_for_reader(user: User, acting: Acting | None, public_id: str) -> tuple[CreditNote, str]:
    """A credit note and the reader's side: "buyer", "supplier" or "staff". Raises NotFound."""
    rows = CreditNote.objects.select_related("invoice__buyer", "supplier__company")
    found = rows.prefetch_related("lines__invoice_line").filter(public_id=public_id).first()
    if found is not None and acting is not None and found.invoice.buyer_id == acting.company.pk:
        return found, "buyer"
    if found is not None and acting is not None and acting.supplier == found.supplier:
        return found, "supplier"
    if found is not None and (user.is_superuser or user.staff_role in STAFF_READERS):
        return found, "staff"
    raise NotFound


def notes_of(invoice: Invoice) -> Sequence[CreditNote]:
    """Credit notes on an invoice, oldest first."""
    return list(CreditNote.objects.filter(invoice=invoice).order_by("pk"))


def open_clawbacks() -> QuerySet[Clawback]:
    """What suppliers still owe us, oldest first."""
    rows = Clawback.objects.filter(amount__gt=F("recovered")).select_related("supplier", "invoice")
    return rows.prefetch_related("reversals").order_by("pk")


def refunds_to_send() -> QuerySet[Refund]:
    """Refunds that our bank has to send, oldest first."""
    rows = Refund.objects.filter(payment__rail=Payment.Rail.BANK, state=Refund.State.SUBMITTED)
    return rows.select_related("payment__buyer").order_by("pk")
