"""Late fees of instalments, booked as growth of an exact sum; the flat compensation of some policies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from marketplace.core import audit, outbox
from marketplace.core.actors import Actor

from .. import policies
from ..credit.models import CreditLine
from ..credit.reserve import charge_fees
from ..ledger.posting import Posting, post_all
from ..models import Instalment, Invoice
from ..policies import Policy
from ..rules.late_fees import Accrued, accrue, rounded
from . import journals


@dataclass(frozen=True, slots=True)
class Charge:
    """What one instalment's fees grew by."""

    instalment: Instalment
    interest: int
    compensation: int


def open_instalments(*, buyer_id: int, currency: str, lock: bool = True) -> list[Instalment]:
    """Instalments of a buyer with principal or fees open, in due order, locked, each with its invoice."""
    rows = Instalment.objects.filter(
        invoice__buyer_id=buyer_id, invoice__currency=currency, invoice__state=Invoice.State.ISSUED
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("invoice").order_by("due_on", "invoice_id", "seq")
    return [row for row in found if row.outstanding or row.fees_outstanding]


def _policy_of(instalment: Instalment) -> Policy:
    return policies.by_label(instalment.invoice.policy)


def owes_compensation(instalment: Instalment, today: date) -> bool:
    """Whether an instalment has reached the day on which its invoice owes the flat compensation."""
    policy = _policy_of(instalment)
    late_days = (today - instalment.due_on).days
    return bool(policy.compensation and instalment.payable and late_days >= policy.hold_after_days)


def accrue_to(
    *, acting_user: Actor, line: CreditLine, instalments: Sequence[Instalment], until: date
) -> list[Charge]:
    """Book late fees of overdue instalments up to and including `until`; the line and rows are locked.

    The growth is rounded from the exact sum, so calling it daily, monthly or twice comes to the same total.
    What is disputed stands still.
    """
    compensated = already_compensated(instalments)
    charges, postings = [], []
    for row in instalments:
        if row.dispute_id:
            continue
        state = accrue(
            row.outstanding, Accrued(row.fee_exact, row.fee_through), until, _policy_of(row).late_rates
        )
        interest = rounded(state.exact) - row.fee_posted
        comp = 0
        if row.invoice_id not in compensated and owes_compensation(row, until):
            comp = _policy_of(row).compensation
            compensated.add(row.invoice_id)
        if state.through == row.fee_through and not interest and not comp:
            continue
        row.fee_exact, row.fee_through = state.exact, state.through
        row.fee_posted += interest
        row.comp_posted += comp
        row.is_compensated = row.is_compensated or bool(comp)
        row.save(update_fields=["fee_exact", "fee_through", "fee_posted", "comp_posted", "is_compensated"])
        postings += _postings(row, interest, comp, until, acting_user)
        if interest or comp:
            charges.append(Charge(row, interest, comp))
    post_all(postings)
    _count(acting_user, line, charges, until)
    return charges


def already_compensated(instalments: Iterable[Instalment]) -> set[int]:
    """Invoices of which any instalment, settled ones too, bears the compensation."""
    invoices = {row.invoice_id for row in instalments}
    rows = Instalment.objects.filter(invoice_id__in=invoices, is_compensated=True)
    return set(rows.values_list("invoice_id", flat=True))


def _postings(row: Instalment, interest: int, comp: int, until: date, actor: Actor) -> list[Posting]:
    postings = []
    if comp:
        postings.append(journals.compensation(row, row.invoice, comp, until, actor=actor))
    if interest:
        postings.append(journals.late_fee(row, row.invoice, interest, until, actor=actor))
    return postings


def _count(actor: Actor, line: CreditLine, charges: Sequence[Charge], until: date) -> None:
    total = sum(charge.interest + charge.compensation for charge in charges)
    if not total:
        return
    charge_fees(line.pk, total)
    audit.record(
        line,
        "fees.charged",
        actor=actor,
        company_id=line.buyer_id,
        facts={"amount": total, "until": str(until)},
    )
    outbox.publish(
        "fees.charged",
        {"line": line.pk, "amount": total, "invoices": sorted({c.instalment.invoice_id for c in charges})},
        key=f"{line.pk}:{until}",
    )


def overdue_buyers(day: date) -> list[tuple[int, str]]:
    """(buyer, currency) with principal open after its due date, in key order."""
    rows = Instalment.objects.filter(
        due_on__lt=day,
        dispute__isnull=True,
        amount__gt=F("paid") + F("credited") + F("written_off"),
        invoice__state=Invoice.State.ISSUED,
    )
    return list(
        rows.values_list("invoice__buyer_id", "invoice__currency")
        .distinct()
        .order_by("invoice__buyer_id", "invoice__currency")
    )
