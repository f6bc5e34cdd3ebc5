"""Giving up what will not come in: one person proposes, another decides. Waivers of fees, loss allowance."""

from datetime import date

from django.db import transaction
from django.db.models import F

from marketplace.accounts.models import User
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import InvalidInput, NotFound

from .. import policies
from ..credit.models import CreditLine
from ..credit.reserve import lock_line, repay
from ..errors import FourEyesNeeded, NothingToApply, WriteOffNotPossible
from ..ledger.posting import post
from ..ledger.queries import balance
from ..models import DunningCase, Instalment, Invoice, WriteOff
from ..rules.dunning import may_write_off
from ..rules.states import INVOICE, WRITE_OFF
from ..settlement import collecting_journals as journals
from ..settlement.allowance import book_allowance
from ..settlement.dunning import move_case, open_case
from ..settlement.late_fees import accrue_to
from ..settlement.receipts import review_holds, settle_if_paid


def _lock(invoice_id: int) -> tuple[CreditLine, Invoice, list[Instalment]]:
    plain = Invoice.objects.get(pk=invoice_id)
    line = lock_line(plain.buyer_id, plain.currency)
    if line is None:
        raise NotFound
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    rows = list(Instalment.objects.select_for_update().filter(invoice=invoice).order_by("seq"))
    for row in rows:
        row.invoice = invoice
    return line, invoice, rows


def _may_give_up(invoice: Invoice, rows: list[Instalment]) -> bool:
    if invoice.state != Invoice.State.ISSUED or any(row.dispute_id for row in rows):
        return False
    days = max(((clock.today() - row.due_on).days for row in rows if row.outstanding), default=0)
    left = sum(row.outstanding + row.fees_outstanding for row in rows)
    return may_write_off(days, left, policies.by_label(invoice.policy))


@transaction.atomic
def propose_write_off(*, acting_user: User, invoice_public_id: str, reason: str) -> WriteOff:
    """Propose to give up what is open of an invoice; the proposal there is, if there is one.

    Raises NotFound, InvalidInput, WriteOffNotPossible.
    """
    found = Invoice.objects.filter(public_id=invoice_public_id).first()
    if found is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(fields={"reason": InvalidInput.sentence})
    _line, invoice, rows = _lock(found.pk)
    known = WriteOff.objects.filter(invoice=invoice).exclude(state=WriteOff.State.REJECTED).first()
    if known is not None:
        return known
    if not _may_give_up(invoice, rows):
        raise WriteOffNotPossible
    proposal = WriteOff.objects.create(
        invoice=invoice,
        principal=sum(row.outstanding for row in rows),
        fees=sum(row.fees_outstanding for row in rows),
        reason=reason.strip()[:300],
        proposed_by=acting_user,
    )
    audit.record(
        proposal,
        "write_off.proposed",
        actor=acting_user,
        company_id=invoice.buyer_id,
        to_state=proposal.state,
        reason=reason,
        facts={"invoice": invoice.number, "principal": proposal.principal, "fees": proposal.fees},
    )
    return proposal


@transaction.atomic
def decide_write_off(*, acting_user: User, write_off_public_id: str, approve: bool) -> WriteOff:
    """The second person's word. Approved, it is booked with the figures of this moment.

    Raises NotFound, FourEyesNeeded, WriteOffNotPossible (paid since), IllegalTransition.
    """
    found = WriteOff.objects.filter(public_id=write_off_public_id).first()
    if found is None:
        raise NotFound
    line, invoice, rows = _lock(found.invoice_id)
    proposal = WriteOff.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if proposal.proposed_by_id == acting_user.pk:
        raise FourEyesNeeded
    target = WriteOff.State.APPROVED if approve else WriteOff.State.REJECTED
    if approve and proposal.state == WriteOff.State.PROPOSED and not _may_give_up(invoice, rows):
        raise WriteOffNotPossible
    moved = states.transition(
        proposal,
        target,
        table=WRITE_OFF,
        actor=acting_user,
        action=f"write_off.{target}",
        company_id=invoice.buyer_id,
        decided_by_id=acting_user.pk,
        decided_on=clock.today(),
    )
    if moved and approve:
        proposal.invoice = invoice
        _give_up(acting_user, line, proposal, rows)
    return proposal


def _give_up(acting_user: User, line: CreditLine, proposal: WriteOff, rows: list[Instalment]) -> None:
    invoice = proposal.invoice
    day = clock.today()
    accrue_to(acting_user=acting_user, line=line, instalments=rows, until=day)
    principal = [(row, row.outstanding) for row in rows if row.outstanding]
    fees = [(row, row.fees_outstanding) for row in rows if row.fees_outstanding]
    proposal.principal, proposal.fees = sum(a for _, a in principal), sum(a for _, a in fees)
    proposal.from_allowance = max(0, min(proposal.principal, balance(invoice.currency, "1290")))
    proposal.save(update_fields=["principal", "fees", "from_allowance"])
    post(journals.written_off(proposal, principal, fees, actor=acting_user))
    for row in rows:
        Instalment.objects.filter(pk=row.pk).update(
            written_off=F("written_off") + row.outstanding,
            fee_waived=F("fee_waived") + row.interest_outstanding,
            comp_waived=F("comp_waived") + row.flat_outstanding,
            updated_at=clock.now(),
        )
    repay(line.pk, principal=proposal.principal, fees=proposal.fees)
    states.transition(
        invoice,
        Invoice.State.WRITTEN_OFF,
        table=INVOICE,
        actor=acting_user,
        action="invoice.written_off",
        company_id=invoice.buyer_id,
        facts={"principal": proposal.principal, "fees": proposal.fees},
    )
    _end_case(acting_user, invoice, day)
    review_holds(acting_user=acting_user, line=line, day=day)
    outbox.publish("invoice.written_off", {"invoice": invoice.pk}, key=str(invoice.pk))


def _end_case(acting_user: Actor, invoice: Invoice, day: date) -> None:
    """A case with nothing else to ask for ends as written off, if it was with collections."""
    case = open_case(invoice.buyer_id, invoice.currency)
    others = Invoice.objects.filter(
        buyer=invoice.buyer_id, currency=invoice.currency, state=Invoice.State.ISSUED
    )
    if case is None or case.state != DunningCase.State.COLLECTIONS:
        return
    if any(row.outstanding or row.fees_outstanding for row in Instalment.objects.filter(invoice__in=others)):
        return
    move_case(acting_user, case, DunningCase.State.WRITTEN_OFF, action="case.written_off", ended_on=day)


@transaction.atomic
def waive_fees(*, acting_user: User, invoice_public_id: str, note: str, submission_key: str) -> int:
    """Give up the fees booked on an invoice; answers the amount.

    Interest goes on where principal stays open. The same submission is one waiver. Raises NotFound,
    InvalidInput, NothingToApply.
    """
    found = Invoice.objects.filter(public_id=invoice_public_id).first()
    if found is None:
        raise NotFound
    if not note.strip():
        raise InvalidInput(fields={"note": InvalidInput.sentence})
    line, invoice, rows = _lock(found.pk)
    parts = [(row, row.fees_outstanding) for row in rows if row.fees_outstanding]
    total = sum(amount for _, amount in parts)
    if not total:
        raise NothingToApply
    key = f"waive:{invoice.pk}:{submission_key[:64]}"
    if not post(journals.waived(key, parts, invoice, actor=acting_user)).is_new:
        return total
    for row, _amount in parts:
        Instalment.objects.filter(pk=row.pk).update(
            fee_waived=F("fee_waived") + row.interest_outstanding,
            comp_waived=F("comp_waived") + row.flat_outstanding,
            updated_at=clock.now(),
        )
    repay(line.pk, fees=total)
    settle_if_paid(invoice, day=clock.today(), actor=acting_user)
    review_holds(acting_user=acting_user, line=line, day=clock.today())
    audit.record(
        invoice,
        "fees.waived",
        actor=acting_user,
        company_id=invoice.buyer_id,
        reason=note,
        facts={"amount": total},
    )
    return total


@transaction.atomic
def post_loss_allowance(*, acting_user: Actor, currency: str, month_end: date) -> int:
    """Book what is expected to be lost at a month's end, by the latest policy of a currency; the change.

    Raises NotFound for a currency without a policy.
    """
    policy = next((p for p in policies.latest() if p.currency == currency), None)
    if policy is None:
        raise NotFound
    return book_allowance(acting_user=acting_user, policy=policy, month_end=month_end)
