"""What collections staff read: the worklist by money at risk, a case, complaints to decide, write-offs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q, QuerySet

from marketplace.core import audit, clock
from marketplace.core.errors import NotFound
from marketplace.core.models import AuditRecord

from .. import policies
from ..credit.models import CreditLine
from ..models import DunningCase, DunningNotice, Instalment, Invoice, PromiseToPay, TradeDispute, WriteOff
from ..rules.dunning import may_write_off, money_at_risk

PAGE = 100


@dataclass(slots=True)
class Work:
    """A case on the worklist with what is late of it. Minor units."""

    case: DunningCase
    principal: int = 0
    fees: int = 0
    days: int = 0
    promise: PromiseToPay | None = None

    @property
    def total(self) -> int:
        return self.principal + self.fees

    @property
    def risk(self) -> int:
        """By what the list is ordered."""
        return money_at_risk(self.principal, self.fees, self.days)


@dataclass(frozen=True, slots=True)
class Worklist:
    """Open cases, most money at risk first, and what waits for a second person or a decision."""

    work: Sequence[Work]
    proposals: Sequence[WriteOff]
    disputes: Sequence[TradeDispute]


def worklist() -> Worklist:
    """Read the worklist; five queries, however many cases there are."""
    today = clock.today()
    cases = DunningCase.objects.exclude(state__in=DunningCase.ENDED).select_related("buyer")
    found = {(case.buyer_id, case.currency): Work(case) for case in cases}
    owing = Instalment.objects.filter(
        Q(amount__gt=F("paid") + F("credited") + F("written_off"), due_on__lt=today)
        | Q(fee_posted__gt=F("fee_paid") + F("fee_waived"))
        | Q(comp_posted__gt=F("comp_paid") + F("comp_waived")),
        invoice__state=Invoice.State.ISSUED,
        invoice__buyer__in=[case.buyer_id for case in cases],
    )
    for row in owing.select_related("invoice"):
        work = found.get((row.invoice.buyer_id, row.invoice.currency))
        if work is None:
            continue
        work.fees += row.fees_outstanding
        if row.payable and row.due_on < today:
            work.principal += row.payable
            work.days = max(work.days, (today - row.due_on).days)
    by_case = {work.case.pk: work for work in found.values()}
    for promise in PromiseToPay.objects.filter(case__in=by_case, state=PromiseToPay.State.OPEN):
        by_case[promise.case_id].promise = promise
    disputes = TradeDispute.objects.filter(state=TradeDispute.State.ESCALATED)
    return Worklist(
        sorted(found.values(), key=lambda work: (-work.risk, work.case.pk)),
        list(open_proposals()[:PAGE]),
        list(disputes.select_related("invoice__buyer", "invoice__supplier").order_by("opened_on")[:PAGE]),
    )


def open_proposals(case: DunningCase | None = None) -> QuerySet[WriteOff]:
    """Write-offs that wait for a second person, oldest first."""
    rows = WriteOff.objects.filter(state=WriteOff.State.PROPOSED)
    if case is not None:
        rows = rows.filter(invoice__buyer=case.buyer_id, invoice__currency=case.currency)
    return rows.select_related("invoice__buyer", "proposed_by").order_by("pk")


@dataclass(slots=True)
class LateInvoice:
    """An open invoice of a case: what is late of it and for how long."""

    invoice: Invoice
    rows: list[Instalment] = field(default_factory=list)

    @property
    def principal(self) -> int:
        return sum(row.payable for row in self.rows)

    @property
    def disputed(self) -> int:
        return sum(row.outstanding for row in self.rows if row.dispute_id)

    @property
    def fees(self) -> int:
        return sum(row.fees_outstanding for row in self.rows)

    @property
    def due_on(self) -> date:
        return min(row.due_on for row in self.rows)

    @property
    def days(self) -> int:
        late = [(clock.today() - row.due_on).days for row in self.rows if row.payable]
        return max(0, *late) if late else 0

    @property
    def can_be_given_up(self) -> bool:
        policy = policies.by_label(self.invoice.policy)
        return not self.disputed and may_write_off(self.days, self.principal + self.fees, policy)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with everything a collector needs to call somebody."""

    case: DunningCase
    line: CreditLine | None
    invoices: Sequence[LateInvoice]
    notices: Sequence[DunningNotice]
    promises: Sequence[PromiseToPay]
    proposals: Sequence[WriteOff]
    trail: Sequence[AuditRecord]

    @property
    def principal(self) -> int:
        return sum(late.principal for late in self.invoices if late.days)

    @property
    def proposed(self) -> set[int]:
        """Keys of invoices somebody has proposed to write off."""
        return {proposal.invoice_id for proposal in self.proposals}

    @property
    def fees(self) -> int:
        return sum(late.fees for late in self.invoices)


def case_page(public_id: str) -> CasePage:
    """One case. Raises NotFound; seven queries."""
    case = DunningCase.objects.select_related("buyer").filter(public_id=public_id).first()
    if case is None:
        raise NotFound
    rows = Instalment.objects.filter(
        invoice__buyer=case.buyer_id, invoice__currency=case.currency, invoice__state=Invoice.State.ISSUED
    )
    late: dict[int, LateInvoice] = {}
    grouped: dict[int, list[Instalment]] = defaultdict(list)
    for row in rows.select_related("invoice__supplier").order_by("due_on", "seq"):
        if row.outstanding or row.fees_outstanding:
            grouped[row.invoice_id].append(row)
            late.setdefault(row.invoice_id, LateInvoice(row.invoice, grouped[row.invoice_id]))
    return CasePage(
        case=case,
        line=CreditLine.objects.filter(buyer=case.buyer_id, currency=case.currency).first(),
        invoices=list(late.values()),
        notices=list(DunningNotice.objects.filter(case=case).order_by("-id")[:PAGE]),
        promises=list(PromiseToPay.objects.filter(case=case).order_by("-id")[:PAGE]),
        proposals=list(open_proposals(case)),
        trail=list(audit.trail(case).order_by("-id")[:PAGE]),
    )
