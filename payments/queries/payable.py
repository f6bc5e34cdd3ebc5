"""What a buyer can pay: open invoices with principal and fees as of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.money import share

from .. import policies
from ..models import Extension, Instalment, Invoice
from ..rules.late_fees import Accrued, accrue, rounded


@dataclass(frozen=True, slots=True)
class PayableInstalment:
    """An instalment as it stands today; `fees` include what has grown since they were last booked."""

    instalment: Instalment
    principal: int
    fees: int

    @property
    def due_on(self) -> date:
        return self.instalment.due_on

    @property
    def disputed(self) -> int:
        """Principal that stands still, minor units."""
        return self.instalment.outstanding - self.principal

    @property
    def days_late(self) -> int:
        return max(0, (clock.today() - self.due_on).days) if self.principal else 0


@dataclass(frozen=True, slots=True)
class Payable:
    """An open invoice and what is open on it. Minor units."""

    invoice: Invoice
    instalments: tuple[PayableInstalment, ...]

    @property
    def principal(self) -> int:
        return sum(part.principal for part in self.instalments)

    @property
    def fees(self) -> int:
        return sum(part.fees for part in self.instalments)

    @property
    def disputed(self) -> int:
        """Principal under dispute: owed, but not to be paid now."""
        return sum(part.disputed for part in self.instalments)

    @property
    def total(self) -> int:
        """What can be paid now."""
        return self.principal + self.fees

    @property
    def due_on(self) -> date | None:
        """The first due date with anything open."""
        return min((part.due_on for part in self.instalments if part.principal or part.fees), default=None)

    @property
    def days_late(self) -> int:
        return max((part.days_late for part in self.instalments), default=0)

    @property
    def overdue(self) -> int:
        """Principal open after its due date."""
        return sum(part.principal for part in self.instalments if part.days_late)

    @property
    def paid(self) -> int:
        return sum(part.instalment.paid for part in self.instalments)


def _payable(invoice: Invoice, today: date) -> Payable:
    rates = policies.by_label(invoice.policy).late_rates
    parts = []
    for row in invoice.instalments.all():
        until = min(today, row.fee_through) if row.dispute_id else today
        grown = accrue(row.outstanding, Accrued(row.fee_exact, row.fee_through), until, rates)
        fees = rounded(grown.exact) - row.fee_paid - row.fee_waived + row.flat_outstanding
        parts.append(PayableInstalment(row, row.payable, fees))
    return Payable(invoice, tuple(parts))


def _open(rows: QuerySet[Invoice]) -> list[Payable]:
    loaded = (
        rows.filter(state=Invoice.State.ISSUED)
        .select_related("supplier", "order")
        .prefetch_related(Prefetch("instalments", Instalment.objects.order_by("seq")))
    )
    today = clock.today()
    found = [_payable(invoice, today) for invoice in loaded]
    return sorted(found, key=lambda p: (p.due_on or date.max, p.invoice.pk))


def open_invoices(buyer: Company) -> list[Payable]:
    """A buyer's open invoices, first due first; two queries."""
    return _open(Invoice.objects.filter(buyer=buyer))


def payable_invoices(buyer: Company, public_ids: Sequence[str]) -> list[Payable]:
    """The chosen invoices of a buyer that exist, settled ones with nothing open."""
    rows = Invoice.objects.filter(buyer=buyer, public_id__in=list(public_ids)[:200])
    rows = rows.select_related("supplier", "order").prefetch_related(
        Prefetch("instalments", Instalment.objects.order_by("seq"))
    )
    today = clock.today()
    return sorted((_payable(row, today) for row in rows), key=lambda p: (p.due_on or date.max, p.invoice.pk))


@dataclass(frozen=True, slots=True)
class ExtensionOffer:
    """A later due date that can be had for a fee in minor units."""

    due_before: date
    due_after: date
    fee: int


def extension_offer(invoice: Invoice) -> ExtensionOffer | None:
    """By how much the next due date of an invoice can move, None if it can't; at most two queries."""
    unpaid = sorted((r for r in invoice.instalments.all() if r.outstanding), key=lambda r: (r.due_on, r.seq))
    if not unpaid or any(row.dispute_id or row.due_on < clock.today() for row in unpaid):
        return None
    if Extension.objects.filter(invoice=invoice).exists():
        return None
    policy = policies.by_label(invoice.policy)
    row = unpaid[0]
    later = row.due_on + timedelta(days=policy.extension_days)
    return ExtensionOffer(row.due_on, later, share(row.outstanding, policy.extension_fee_rate))
