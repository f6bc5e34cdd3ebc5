"""A buyer's finance page and statement: line, open invoices, payments, movements.

Scoped to the acting company.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.companies.acting import Acting
from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.errors import NotFound

from ..credit.models import CreditLine
from ..ledger.aged import balances_of
from ..ledger.queries import Movement, movements
from ..models import FrozenStatement, Invoice, Payment
from .payable import Payable, open_invoices

SETTLED_SHOWN = 20
RECEIVABLE = ("1200", "1210")


@dataclass(frozen=True, slots=True)
class FinancePage:
    """What a buyer has and owes; one currency per line."""

    lines: Sequence[CreditLine]
    payables: Sequence[Payable]
    pending: Sequence[Payment]
    settled: Sequence[Invoice]
    balances: Sequence[tuple[str, int]]
    statements: Sequence[FrozenStatement]

    @property
    def overdue(self) -> int:
        return sum(payable.overdue for payable in self.payables)

    def of(self, currency: str) -> list[Payable]:
        """Open invoices in one currency."""
        return [payable for payable in self.payables if payable.invoice.currency == currency]


def finance_page(acting: Acting) -> FinancePage:
    """Read the finance page; seven queries."""
    company = acting.company
    lines = list(CreditLine.objects.filter(buyer=company).order_by("currency"))
    pending = Payment.objects.filter(
        buyer=company, purpose=Payment.Purpose.REPAYMENT, state=Payment.State.PROCESSING
    )
    settled = Invoice.objects.filter(buyer=company, state=Invoice.State.SETTLED).select_related(
        "supplier", "order"
    )
    return FinancePage(
        lines=lines,
        payables=open_invoices(company),
        pending=list(pending),
        settled=list(settled.order_by("-id")[:SETTLED_SHOWN]),
        balances=balances_of("2110", company.pk),
        statements=list(FrozenStatement.objects.filter(company=company).order_by("-until", "currency")[:12]),
    )


def frozen_statement(acting: Acting, public_id: str) -> FrozenStatement:
    """A kept statement of the acting company. Raises NotFound."""
    found = FrozenStatement.objects.filter(company=acting.company, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Statement:
    """Movements of what a buyer owes in a period: opening + Σ lines = closing.

    Minor units, owed is positive.
    """

    company: Company
    currency: str
    since: date
    until: date
    opening: int
    lines: Sequence[Movement]
    numbers: Mapping[int, str]

    @property
    def rows(self) -> list[tuple[Movement, str]]:
        """The lines, each with the number of the invoice it concerns."""
        return [(line, self.numbers.get(line.entry.invoice_id or 0, "")) for line in self.lines]

    def as_rows(self) -> list[dict[str, str | int]]:
        """The lines as plain values, to be kept: day booked, day it counts from, kind, reference, amounts."""
        return [
            {
                "day": clock.business_date(line.entry.tx.recorded_at).isoformat(),
                "effective": clock.business_date(line.entry.tx.effective_at).isoformat(),
                "kind": line.entry.tx.kind,
                "reference": number or line.entry.tx.key,
                "change": line.change,
                "balance": line.balance,
            }
            for line, number in self.rows
        ]

    @property
    def closing(self) -> int:
        return self.lines[-1].balance if self.lines else self.opening


def statement(acting: Acting, currency: str, since: date, until: date) -> Statement:
    """The acting company's statement by booking day, both days included."""
    return statement_of(acting.company, currency, since, until)


def statement_of(company: Company, currency: str, since: date, until: date) -> Statement:
    """A company's statement by booking day, both days included."""
    opening, lines = movements(currency, RECEIVABLE, company.pk, since=since, until=until)
    lines = _merged(lines)
    keys = {line.entry.invoice_id for line in lines if line.entry.invoice_id}
    numbers = dict(Invoice.objects.filter(pk__in=keys).values_list("pk", "number"))
    return Statement(company, currency, since, until, opening, lines, numbers)


def _merged(lines: Sequence[Movement]) -> list[Movement]:
    """One line per event and invoice, whatever instalments it touched; none where it changed nothing."""
    found: list[Movement] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and _same(last, line):
            found[-1] = Movement(last.entry, last.change + line.change, line.balance)
        else:
            found.append(line)
    return [line for line in found if line.change]


def _same(one: Movement, other: Movement) -> bool:
    a, b = one.entry, other.entry
    return (a.tx_id, a.account_id, a.invoice_id) == (b.tx_id, b.account_id, b.invoice_id)


def statement_currency(acting: Acting) -> str:
    """The currency of the company's first line, else its own."""
    line = CreditLine.objects.filter(buyer=acting.company).order_by("currency").first()
    return line.currency if line else acting.company.default_currency
