"""Doors of complaints about goods: the buyer opens and escalates, the factory answers, staff decide."""

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import Forbidden, NotFound

from ..credit.models import CreditLine
from ..credit.reserve import lock_line
from ..errors import DisputeNotPossible
from ..models import Instalment, Invoice, TradeDispute
from ..rules.states import TRADE_DISPUTE
from ..settlement.credit_notes import sums_gone
from ..settlement.disputes import end, locked_dispute, stop_clock

State = TradeDispute.State


@transaction.atomic
def open_dispute(
    *, acting_user: User, acting: Acting, invoice_public_id: str, reason: str, text: str, claimed: int
) -> TradeDispute:
    """A buyer complains about goods of an invoice worth `claimed` gross; twice is the one that is open.

    Raises Forbidden, NotFound, DisputeNotPossible.
    """
    if not acting.may("pay"):
        raise Forbidden
    plain = Invoice.objects.filter(buyer=acting.company, public_id=invoice_public_id).first()
    if plain is None:
        raise NotFound
    line = lock_line(plain.buyer_id, plain.currency)
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=plain.pk)
    known = TradeDispute.objects.filter(invoice=invoice).exclude(state=State.CLOSED).first()
    if known is not None:
        return known
    left = invoice.net + invoice.vat - sums_gone(invoice).gross
    if invoice.state not in (Invoice.State.ISSUED, Invoice.State.SETTLED) or not 0 < claimed <= left:
        raise DisputeNotPossible(fields={"claimed": DisputeNotPossible.sentence}, left=left)
    dispute = TradeDispute.objects.create(
        invoice=invoice,
        reason=reason,
        text=text.strip()[:1000],
        claimed=claimed,
        opened_on=clock.today(),
        opened_by=acting_user,
    )
    if line is not None:
        rows = list(Instalment.objects.select_for_update().filter(invoice=invoice).order_by("seq"))
        for row in rows:
            row.invoice = invoice
        stop_clock(acting_user, line, dispute, rows)
    audit.record(
        dispute,
        "dispute.opened",
        actor=acting_user,
        company_id=invoice.buyer_id,
        to_state=dispute.state,
        facts={"claimed": claimed, "invoice": invoice.number},
    )
    outbox.publish("dispute.opened", {"dispute": dispute.pk}, key=str(dispute.pk))
    return dispute


def _of_supplier(acting: Acting, public_id: str) -> TradeDispute:
    if not acting.may("sell") or acting.supplier is None:
        raise Forbidden
    found = TradeDispute.objects.filter(invoice__supplier=acting.supplier, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _of_buyer(acting: Acting, public_id: str) -> TradeDispute:
    if not acting.may("pay"):
        raise Forbidden
    found = TradeDispute.objects.filter(invoice__buyer=acting.company, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _lock(found: TradeDispute) -> tuple[CreditLine | None, TradeDispute]:
    line = lock_line(found.invoice.buyer_id, found.invoice.currency)
    return line, locked_dispute(found.pk)


def _move(dispute: TradeDispute, target: str, actor: Actor, action: str, **updates: object) -> None:
    """One step of a complaint. Raises IllegalTransition."""
    columns: dict[str, object] = dict(updates)
    states.transition(
        dispute,
        target,
        table=TRADE_DISPUTE,
        actor=actor,
        action=action,
        company_id=dispute.invoice.buyer_id,
        **columns,  # type: ignore[arg-type]
    )
    outbox.publish(action, {"dispute": dispute.pk}, key=f"{dispute.pk}:{target}")


@transaction.atomic
def answer_dispute(
    *, acting_user: User, acting: Acting, dispute_public_id: str, text: str, offered: int
) -> TradeDispute:
    """The factory says what it gives (`offered` gross, 0 for nothing). The buyer accepts it or goes on.

    Raises Forbidden, NotFound, DisputeNotPossible, IllegalTransition.
    """
    _line, dispute = _lock(_of_supplier(acting, dispute_public_id))
    if not 0 <= offered <= dispute.claimed:
        raise DisputeNotPossible(fields={"offered": DisputeNotPossible.sentence})
    _move(dispute, State.REPLIED, acting_user, "dispute.replied", reply=text[:1000], offered=offered)
    if not offered:
        _move(dispute, State.REJECTED, acting_user, "dispute.rejected")
    elif offered == dispute.claimed:
        _agree(acting_user, _line, dispute)
    return dispute


def _agree(acting_user: Actor, line: CreditLine | None, dispute: TradeDispute) -> None:
    _move(dispute, State.AGREED, acting_user, "dispute.agreed", agreed=dispute.offered)
    end(acting_user, line, dispute)


@transaction.atomic
def accept_offer(*, acting_user: User, acting: Acting, dispute_public_id: str) -> TradeDispute:
    """The buyer takes what the factory offered. Raises Forbidden, NotFound, IllegalTransition."""
    line, dispute = _lock(_of_buyer(acting, dispute_public_id))
    _agree(acting_user, line, dispute)
    return dispute


@transaction.atomic
def escalate_dispute(*, acting_user: User, acting: Acting, dispute_public_id: str) -> TradeDispute:
    """The buyer asks the platform to decide. Raises Forbidden, NotFound, IllegalTransition."""
    _line, dispute = _lock(_of_buyer(acting, dispute_public_id))
    _move(dispute, State.ESCALATED, acting_user, "dispute.escalated")
    return dispute


@transaction.atomic
def decide_dispute(*, acting_user: User, dispute_public_id: str, agreed: int, decision: str) -> TradeDispute:
    """Staff decide how much is credited (0: nothing).

    Raises NotFound, DisputeNotPossible, IllegalTransition.
    """
    found = TradeDispute.objects.filter(public_id=dispute_public_id).first()
    if found is None:
        raise NotFound
    line, dispute = _lock(found)
    if not 0 <= agreed <= dispute.claimed or not decision.strip():
        raise DisputeNotPossible(fields={"agreed": DisputeNotPossible.sentence})
    _move(
        dispute,
        State.DECIDED,
        acting_user,
        "dispute.decided",
        agreed=agreed,
        decision=decision.strip()[:1000],
    )
    end(acting_user, line, dispute)
    return dispute
