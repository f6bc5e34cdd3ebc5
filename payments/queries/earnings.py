"""A supplier's money page: every invoice from gross to payout, what waits, what comes.

Scoped to the supplier.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier

from ..ledger.queries import balance
from ..models import Invoice, PayoutItem, SupplierAccount

PAGE = 50


@dataclass(frozen=True, slots=True)
class Earning:
    """One invoice as its supplier sees it. Minor units."""

    invoice: Invoice
    items: Sequence[PayoutItem]

    @property
    def fee(self) -> int:
        return sum(item.fee for item in self.items)

    @property
    def payout(self) -> int:
        return sum(item.net for item in self.items)

    @property
    def paid(self) -> int:
        return sum(item.net for item in self.items if item.state == PayoutItem.State.PAID)

    @property
    def kept(self) -> int:
        """What the platform keeps: commission, VAT on it, fee."""
        return self.invoice.commission + self.invoice.commission_vat + self.fee


@dataclass(frozen=True, slots=True)
class EarningsPage:
    """What a supplier has earned and when it is paid. `next_before` is the key of the next page, or None."""

    account: SupplierAccount | None
    currency: str
    pending: int
    available: int
    in_transit: int
    reserve: int
    coming: Sequence[PayoutItem]
    earnings: Sequence[Earning]
    next_before: int | None


def _earnings(supplier: Supplier, *, before: int | None = None, order_id: int | None = None) -> list[Earning]:
    rows = Invoice.objects.filter(supplier=supplier).select_related("order", "buyer")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    rows = rows.prefetch_related(Prefetch("payout_items", PayoutItem.objects.order_by("id")))
    return [Earning(row, list(row.payout_items.all())) for row in rows.order_by("-pk")[: PAGE + 1]]


def earnings_page(acting: Acting, *, before: int | None = None) -> EarningsPage:
    """Read a page of earnings; eight queries."""
    supplier = acting.supplier
    assert supplier is not None
    found = _earnings(supplier, before=before)
    coming = PayoutItem.objects.filter(
        supplier=supplier,
        available_on__isnull=False,
        state__in=["pending", "available", "scheduled", "submitted"],
    ).order_by("available_on")
    currency = supplier.currency
    return EarningsPage(
        account=SupplierAccount.objects.filter(supplier=supplier).first(),
        currency=currency,
        pending=balance(currency, "2000", supplier.pk),
        available=balance(currency, "2010", supplier.pk),
        in_transit=balance(currency, "2020", supplier.pk),
        reserve=balance(currency, "2005", supplier.pk),
        coming=list(coming[:200]),
        earnings=found[:PAGE],
        next_before=found[PAGE - 1].invoice.pk if len(found) > PAGE else None,
    )


def earnings_of_order(supplier: Supplier, order_id: int) -> list[Earning]:
    """What one order brings its supplier, invoice by invoice, oldest first."""
    return list(reversed(_earnings(supplier, order_id=order_id)))
