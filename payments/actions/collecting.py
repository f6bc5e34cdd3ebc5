"""Doors of collecting: promises, pauses, hand-over, extension, waiver, credit balance, write-off."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.core.money import share

from .. import policies
from ..credit.actions import Reason, close_hold, open_hold
from ..credit.models import CreditLine
from ..credit.reserve import charge_fees, lock_line
from ..errors import ExtensionNotPossible, NothingToApply, PromiseNotPossible
from ..ledger.posting import post
from ..ledger.queries import balance
from ..models import DueChange, DunningCase, Extension, Instalment, Invoice, Payment, PromiseToPay
from ..rules.dunning import is_credible
from ..rules.states import PAYMENT, PROMISE
from ..settlement import collecting_journals as journals
from ..settlement.dunning import move_case, pause, resume
from ..settlement.receipts import apply_repayment

Pause = DunningCase.Pause


def _locked_case(public_id: str) -> tuple[CreditLine, DunningCase]:
    found = DunningCase.objects.filter(public_id=public_id).first()
    line = lock_line(found.buyer_id, found.currency) if found else None
    if found is None or line is None:
        raise NotFound
    return line, DunningCase.objects.select_for_update().get(pk=found.pk)


@transaction.atomic
def take_promise(
    *, acting_user: Actor, case_public_id: str, amount: int, due_on: date, note: str = ""
) -> PromiseToPay:
    """A buyer promises an amount by a day: the case rests until then; a promise before it is withdrawn.

    Raises NotFound, PromiseNotPossible, IllegalTransition (the case has ended).
    """
    _line, case = _locked_case(case_public_id)
    if not is_credible(amount, due_on, clock.today()):
        raise PromiseNotPossible(fields={"due_on": PromiseNotPossible.sentence})
    for old in PromiseToPay.objects.filter(case=case, state=PromiseToPay.State.OPEN):
        states.transition(
            old, PromiseToPay.State.WITHDRAWN, table=PROMISE, actor=acting_user, company_id=case.buyer_id
        )
    promise = PromiseToPay.objects.create(
        case=case, amount=amount, due_on=due_on, made_on=clock.today(), note=note[:300]
    )
    resume(acting_user, case, note="a promise in place of the pause")
    pause(acting_user, case, reason=Pause.PROMISE, note=note)
    audit.record(
        promise,
        "promise.made",
        actor=acting_user,
        company_id=case.buyer_id,
        reason=note,
        facts={"amount": amount, "due_on": str(due_on)},
    )
    outbox.publish("promise.made", {"promise": promise.pk, "case": case.pk}, key=str(promise.pk))
    return promise


@transaction.atomic
def pause_case(
    *, acting_user: Actor, case_public_id: str, reason: str, until: date | None, note: str
) -> DunningCase:
    """Let a case rest, with a reason and (but for insolvency) an end within 60 days. Twice is once.

    Insolvency also stops new orders. Raises NotFound, InvalidInput, IllegalTransition.
    """
    line, case = _locked_case(case_public_id)
    ends_well = until is not None and clock.today() < until <= clock.today() + timedelta(days=60)
    if not note.strip() or not (ends_well or reason == Pause.INSOLVENCY):
        raise InvalidInput(fields={"until": InvalidInput.sentence})
    pause(acting_user, case, reason=reason, until=until, note=note.strip()[:300])
    if reason == Pause.INSOLVENCY:
        open_hold(acting_user=acting_user, line=line, reason=Reason.INSOLVENCY, note=note)
    return case


@transaction.atomic
def resume_case(*, acting_user: Actor, case_public_id: str, note: str) -> DunningCase:
    """Go on with a resting case at the level it had. Harmless where it does not rest. Raises NotFound."""
    line, case = _locked_case(case_public_id)
    insolvent = case.pause_reason == Pause.INSOLVENCY
    resume(acting_user, case, note=note[:300])
    if insolvent:
        close_hold(acting_user=acting_user, line=line, reason=Reason.INSOLVENCY, note=note)
    return case


@transaction.atomic
def hand_over(*, acting_user: Actor, case_public_id: str, note: str) -> DunningCase:
    """A person hands a case over to collections. Raises NotFound, IllegalTransition."""
    _line, case = _locked_case(case_public_id)
    moved = move_case(
        acting_user,
        case,
        DunningCase.State.COLLECTIONS,
        action="case.handed_over",
        reason=note[:300],
        paused_at_level="",
        pause_reason="",
        paused_until=None,
    )
    if moved:
        outbox.publish("case.handed_over", {"case": case.pk}, key=str(case.pk))
    return case


@transaction.atomic
def extend_due_date(*, acting_user: User, acting: Acting, invoice_public_id: str) -> Extension:
    """Move the next due date of an invoice, once, for a fee; the second time it is the same extension.

    Raises Forbidden, NotFound, ExtensionNotPossible.
    """
    if not acting.may("pay"):
        raise Forbidden
    plain = Invoice.objects.filter(buyer=acting.company, public_id=invoice_public_id).first()
    line = lock_line(plain.buyer_id, plain.currency) if plain else None
    if plain is None or line is None:
        raise NotFound
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=plain.pk)
    known = Extension.objects.filter(invoice=invoice).first()
    if known is not None:
        return known
    rows = list(Instalment.objects.select_for_update().filter(invoice=invoice).order_by("due_on", "seq"))
    unpaid = [row for row in rows if row.outstanding]
    if not unpaid or any(row.dispute_id or row.due_on < clock.today() for row in unpaid):
        raise ExtensionNotPossible
    return _extend(acting_user, line, invoice, unpaid[0])


def _extend(acting_user: User, line: CreditLine, invoice: Invoice, row: Instalment) -> Extension:
    policy = policies.by_label(invoice.policy)
    due_on = row.due_on + timedelta(days=policy.extension_days)
    fee = share(row.outstanding, policy.extension_fee_rate)
    row.invoice = invoice
    extension = Extension.objects.create(
        invoice=invoice,
        instalment=row,
        due_before=row.due_on,
        due_after=due_on,
        fee=fee,
        asked_by=acting_user,
    )
    DueChange.objects.create(
        instalment=row,
        due_before=row.due_on,
        due_after=due_on,
        changed_on=clock.today(),
        cause=DueChange.Cause.EXTENSION,
    )
    Instalment.objects.filter(pk=row.pk).update(
        due_on=due_on,
        fee_through=due_on,
        comp_posted=F("comp_posted") + fee,
        updated_at=clock.now(),
    )
    if fee:
        post(journals.extension_fee(extension, row, actor=acting_user))
        charge_fees(line.pk, fee)
    audit.record(
        invoice,
        "invoice.extended",
        actor=acting_user,
        company_id=invoice.buyer_id,
        facts={"before": str(extension.due_before), "after": str(due_on), "fee": fee},
    )
    outbox.publish("invoice.extended", {"invoice": invoice.pk}, key=str(invoice.pk))
    return extension


@transaction.atomic
def use_credit_balance(*, acting_user: User, acting: Acting, currency: str, submission_key: str) -> Payment:
    """Pay what is open out of the buyer's credit balance, in the order of the waterfall.

    The same submission is one payment. Raises Forbidden, NothingToApply.
    """
    if not acting.may("pay"):
        raise Forbidden
    line = lock_line(acting.company.pk, currency)
    known = Payment.objects.filter(submission_key=submission_key, buyer=acting.company).first()
    if known is not None:
        return known
    free = balance(currency, "2110", acting.company.pk)
    amount = min(free, line.owed + line.fees_owed) if line else 0
    rows = Instalment.objects.filter(
        invoice__buyer=acting.company, invoice__currency=currency, invoice__state=Invoice.State.ISSUED
    )
    amount = min(amount, sum(row.payable + row.fees_outstanding for row in rows))
    if amount <= 0:
        raise NothingToApply
    payment = Payment.objects.create(
        buyer=acting.company,
        user=acting_user,
        purpose=Payment.Purpose.REPAYMENT,
        amount=amount,
        currency=currency,
        rail=Payment.Rail.BALANCE,
        submission_key=submission_key,
    )
    states.transition(
        payment,
        Payment.State.SUCCEEDED,
        table=PAYMENT,
        actor=acting_user,
        action="payment.succeeded",
        company_id=acting.company.pk,
        succeeded_at=clock.now(),
        facts={"amount": amount, "rail": payment.rail},
    )
    apply_repayment(acting_user=acting_user, payment=payment)
    return payment
