"""One reducer for card payments: from the payment as the service sees it now to states and journals.

Events are only hints: whoever hears of one fetches the payment and calls `apply_snapshot`. Each effect is
booked under its own key, so duplicates, any order of events, and missing ones come to the same end.
"""

from dataclasses import dataclass
from enum import StrEnum

import structlog

from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import IllegalTransition
from marketplace.orders.actions.progress import record_payment_state, release_to_suppliers
from marketplace.orders.models import Order, PaymentState

from ..credit.reserve import lock_line
from ..gateway import PaymentSnapshot, RefundSnapshot, RefundState
from ..gateway import PaymentState as Seen
from ..ledger.posting import post
from ..models import Allocation, Payment, Refund
from ..rules.states import PAYMENT
from . import journals
from .receipts import apply_repayment
from .refunds import refund_refused, refund_surplus, refund_taken, undo_order_payment

log = structlog.get_logger(__name__)
State = Payment.State


class Outcome(StrEnum):
    """What became of a snapshot."""

    APPLIED = "applied"
    IGNORED = "ignored"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome, and why where a person has to look."""

    outcome: Outcome
    note: str = ""


_TAKEN = (
    State.SUCCEEDED,
    State.PARTIALLY_REFUNDED,
    State.REFUNDED,
    State.DISPUTED,
    State.CHARGED_BACK,
    State.RETURNED,
)
_WAITING = {
    Seen.ACTION_NEEDED: State.REQUIRES_ACTION,
    Seen.PROCESSING: State.PROCESSING,
    Seen.DECLINED: State.REQUIRES_METHOD,
    Seen.CANCELED: State.CANCELED,
    Seen.EXPIRED: State.CANCELED,
}


def locked_payment(payment_id: int) -> Payment:
    """The payment, locked after what comes before it in the order of locks: credit line, orders."""
    plain = Payment.objects.get(pk=payment_id)
    if plain.group_id is None:
        lock_line(plain.buyer_id, plain.currency)
    else:
        list(Order.objects.select_for_update(of=("self",)).filter(group_id=plain.group_id).order_by("pk"))
    return Payment.objects.select_for_update(of=("self",)).select_related("group", "buyer").get(pk=payment_id)


def apply_snapshot(*, acting_user: Actor, payment_id: int, seen: PaymentSnapshot) -> Applied:
    """Bring a payment to what the service says, in the caller's transaction."""
    payment = locked_payment(payment_id)
    if seen.state == Seen.SUCCEEDED:
        if payment.state not in _TAKEN:
            if seen.received.currency != payment.currency or seen.received.amount != payment.amount:
                return _park(acting_user, payment, seen)
            _take_in(acting_user, payment, seen)
        _book_fee(acting_user, payment, seen)
        for refund in seen.refunds:
            _apply_refund(acting_user, payment, refund)
        return Applied(Outcome.APPLIED)
    wanted = _WAITING.get(seen.state)
    if wanted is None or payment.state in _TAKEN:
        return Applied(Outcome.IGNORED)
    return _move(acting_user, payment, wanted, seen)


def _move(acting_user: Actor, payment: Payment, wanted: str, seen: PaymentSnapshot) -> Applied:
    """A payment not taken yet: waiting for something, or given up."""
    try:
        moved = states.transition(
            payment,
            wanted,
            table=PAYMENT,
            actor=acting_user,
            company_id=payment.buyer_id,
            reason=seen.decline_code,
            failure_code=seen.decline_code[:60],
        )
    except IllegalTransition:
        return Applied(Outcome.IGNORED, f"{payment.state} stays, {seen.state} is older")
    if moved and wanted == State.CANCELED:
        outbox.publish("payment.canceled", {"payment": payment.pk}, key=str(payment.pk))
    if moved and wanted == State.REQUIRES_METHOD:
        outbox.publish("payment.declined", {"payment": payment.pk, "code": seen.decline_code})
    return Applied(Outcome.APPLIED)


def _park(acting_user: Actor, payment: Payment, seen: PaymentSnapshot) -> Applied:
    """The sum is not the one asked for: nothing is booked, a person has to look (S6)."""
    note = (
        f"received {seen.received.amount} {seen.received.currency}, asked {payment.amount} {payment.currency}"
    )
    audit.record(
        payment, "payment.amount_differs", actor=acting_user, company_id=payment.buyer_id, reason=note
    )
    log.error("payment_amount_differs", payment=payment.public_id, note=note)
    return Applied(Outcome.PARKED, note)


def _take_in(acting_user: Actor, payment: Payment, seen: PaymentSnapshot) -> None:
    """The money is here: once per payment, by its state under lock and by `pi:{payment}:succeeded`."""
    late = payment.state == State.CANCELED
    states.transition(
        payment,
        State.SUCCEEDED,
        table=PAYMENT,
        actor=acting_user,
        action="payment.succeeded",
        company_id=payment.buyer_id,
        provider_id=seen.intent_id,
        succeeded_at=clock.now(),
        failure_code="",
        facts={"amount": payment.amount, "currency": payment.currency, "late": late},
    )
    if payment.purpose == Payment.Purpose.REPAYMENT:
        invoices = payment.targets.exclude(invoice=None).values_list("invoice_id", flat=True)
        apply_repayment(acting_user=acting_user, payment=payment, directed_to=list(invoices))
    else:
        _take_in_for_orders(acting_user, payment)
    outbox.publish("payment.received", {"payment": payment.pk}, key=str(payment.pk))


def _take_in_for_orders(acting_user: Actor, payment: Payment) -> None:
    group = payment.group
    assert group is not None
    targets = list(payment.targets.exclude(order=None).select_related("order").order_by("order_id"))
    paid_before = Allocation.objects.filter(
        order__in=[t.order_id for t in targets], reversed_by__isnull=True
    ).exists()
    if paid_before:
        refund_surplus(acting_user=acting_user, payment=payment, cause="paid twice")
        return
    parts = [(t.order_id, t.amount) for t in targets if t.order_id is not None and t.amount is not None]
    post(journals.order_paid(payment, parts, actor=acting_user))
    Allocation.objects.bulk_create(
        [
            Allocation(
                payment=payment,
                target=Allocation.Target.ORDER,
                order_id=order,
                amount=amount,
                effective_on=clock.today(),
            )
            for order, amount in parts
        ]
    )
    keys = [order for order, _ in parts]
    whole = not Order.objects.filter(group=group).exclude(pk__in=keys).exists()
    record_payment_state(
        acting_user=acting_user,
        group=group,
        payment_state=PaymentState.PAID,
        order_ids=None if whole else keys,
    )
    gone = [t.order for t in targets if t.order is not None and t.order.state in ("cancelled", "rejected")]
    for order in gone:
        undo_order_payment(acting_user=acting_user, order_id=order.pk, cause=order.state)
    release_to_suppliers(acting_user=acting_user, group=group, reason="paid by card")


def _book_fee(acting_user: Actor, payment: Payment, seen: PaymentSnapshot) -> None:
    """The processor's fee, when it is known and in the payment's currency."""
    fee = seen.fee
    if fee is None or not fee.amount or payment.fee:
        return
    if fee.currency != payment.currency:
        log.error("payment_fee_in_other_currency", payment=payment.public_id, currency=fee.currency)
        return
    payment.fee = fee.amount
    payment.save(update_fields=["fee"])
    post(journals.processing_fee(payment, actor=acting_user))


def _apply_refund(acting_user: Actor, payment: Payment, seen: RefundSnapshot) -> None:
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment", "order__group")
        .filter(public_id=seen.reference, payment=payment)
        .first()
    )
    if refund is None:
        log.error("refund_not_ours", payment=payment.public_id, refund=seen.provider_id)
        return
    if seen.state in (RefundState.FAILED, RefundState.CANCELED):
        refund_refused(acting_user=acting_user, refund=refund, code=seen.failure_reason or str(seen.state))
    else:
        refund_taken(
            acting_user=acting_user,
            refund=refund,
            provider_id=seen.provider_id,
            is_final=seen.state == RefundState.SUCCEEDED,
        )
