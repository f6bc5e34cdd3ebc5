"""Complaints about goods as buyer, factory and staff see them."""

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core.errors import NotFound

from ..models import CreditNote, Invoice, TradeDispute
from .receipts import STAFF_READERS


def invoice_of_buyer(acting: Acting, public_id: str) -> Invoice:
    """An invoice of the acting buyer. Raises NotFound."""
    rows = Invoice.objects.select_related("supplier")
    found = rows.filter(buyer=acting.company, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def dispute_for_reader(user: User, acting: Acting | None, public_id: str) -> tuple[TradeDispute, str]:
    """A complaint and the reader's side: "buyer", "supplier" or "staff". Raises NotFound."""
    rows = TradeDispute.objects.select_related("invoice__buyer", "invoice__supplier__company")
    found = rows.filter(public_id=public_id).first()
    if found is not None and acting is not None and found.invoice.buyer_id == acting.company.pk:
        return found, "buyer"
    if found is not None and acting is not None and acting.supplier == found.invoice.supplier:
        return found, "supplier"
    if found is not None and (user.is_superuser or user.staff_role in STAFF_READERS):
        return found, "staff"
    raise NotFound


def note_of(dispute: TradeDispute) -> CreditNote | None:
    """The credit note a complaint ended in."""
    return CreditNote.objects.filter(dispute=dispute).first()


def disputes_of(invoice: Invoice) -> list[TradeDispute]:
    """Complaints about an invoice, oldest first."""
    return list(TradeDispute.objects.filter(invoice=invoice).order_by("pk"))
