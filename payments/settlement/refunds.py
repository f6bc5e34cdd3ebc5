"""Orders that will not be delivered: credit is released, money goes back the way it came."""

from marketplace.core import audit, outbox, states
from marketplace.core.actors import Actor
from marketplace.orders.actions.progress import record_payment_state
from marketplace.orders.models import Order, PaymentMethod, PaymentState

from ..credit.reserve import lock_line, release
from ..ledger.posting import post
from ..models import Allocation, Payment, Refund
from ..rules.states import PAYMENT, REFUND
from . import commands, journals
from .invoicing import prepaid_left
from .vouchers import without_discount

State = Refund.State


def undo_order_payment(*, acting_user: Actor, order_id: int, cause: str, at_most: int | None = None) -> None:
    """An order was refused or cancelled: give back what was held or paid for it. Harmless twice.

    `at_most` limits it to the part that will never be shipped, whether or not the rest is invoiced yet.

    Joins the caller's transaction.
    """
    order = Order.objects.select_related("group", "supplier", "buyer").get(pk=order_id)
    if at_most is not None:
        at_most = without_discount(order, at_most)
    if order.group.payment_method == PaymentMethod.CREDIT:
        amount = release(acting_user=acting_user, order=order, reason=cause, at_most=at_most)
        if amount:
            outbox.publish("credit.released", {"order": order.pk, "amount": amount}, key=str(order.pk))
        return
    lock_line(order.buyer_id, order.currency)
    Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    left = prepaid_left(order)
    amount = left if at_most is None else min(at_most, left)
    if amount:
        _refund_prepaid(acting_user, order, amount, cause)


def _refund_prepaid(acting_user: Actor, order: Order, amount: int, cause: str) -> None:
    allocation = Allocation.objects.filter(order=order, reversed_by__isnull=True).order_by("id").first()
    assert allocation is not None
    refund, is_new = Refund.objects.get_or_create(
        key=f"order:{order.pk}:{cause}",
        defaults={
            "payment_id": allocation.payment_id,
            "order": order,
            "amount": amount,
            "currency": order.currency,
            "reason": cause,
        },
    )
    if not is_new:
        return
    post(journals.refund_owed(refund, actor=acting_user))
    send_refund(acting_user=acting_user, refund=refund)


def refund_surplus(*, acting_user: Actor, payment: Payment, cause: str) -> Refund:
    """Money arrived for an order that is paid, cancelled or gone: take it in and send all of it back."""
    refund, is_new = Refund.objects.get_or_create(
        key=f"surplus:{payment.pk}",
        defaults={
            "payment": payment,
            "amount": payment.amount,
            "currency": payment.currency,
            "reason": cause,
        },
    )
    if is_new:
        post(journals.surplus_owed(refund, actor=acting_user))
        send_refund(acting_user=acting_user, refund=refund)
    return refund


def send_refund(*, acting_user: Actor, refund: Refund) -> None:
    """Put an approved refund on its way: a call to the card service, or a line for who sends transfers."""
    states.transition(
        refund,
        State.SUBMITTED,
        table=REFUND,
        actor=acting_user,
        action="refund.submitted",
        reason=refund.reason,
        company_id=refund.payment.buyer_id,
        facts={"amount": refund.amount},
    )
    if refund.payment.rail == Payment.Rail.CARD:
        commands.owe(commands.REFUND, refund.pk, attempt=refund.attempt)
    outbox.publish("refund.submitted", {"refund": refund.pk}, key=f"{refund.pk}:{refund.attempt}")


def try_again(*, acting_user: Actor, refund_id: int) -> None:
    """A refund the service never heard of: owed once more under a new key."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
    if refund.state != State.SUBMITTED:
        return
    refund.attempt += 1
    refund.save(update_fields=["attempt"])
    audit.record(
        refund, "refund.repeated", actor=acting_user, company_id=refund.payment.buyer_id, reason="no answer"
    )
    commands.owe(commands.REFUND, refund.pk, attempt=refund.attempt)


def refund_taken(*, acting_user: Actor, refund: Refund, provider_id: str, is_final: bool) -> None:
    """The service took the refund: booked once (`re:{refund}:created`), final when the bank has it."""
    if refund.state == State.SUBMITTED:
        account = "1100" if refund.payment.rail == Payment.Rail.CARD else "1000"
        post(journals.refund_sent(refund, actor=acting_user, account=account))
        states.transition(refund, State.PENDING, table=REFUND, actor=acting_user, provider_id=provider_id)
        _count_refund(acting_user, refund)
    if is_final and refund.state == State.PENDING:
        states.transition(
            refund,
            State.SUCCEEDED,
            table=REFUND,
            actor=acting_user,
            action="refund.succeeded",
            company_id=refund.payment.buyer_id,
        )
        outbox.publish("refund.succeeded", {"refund": refund.pk}, key=str(refund.pk))


def _count_refund(acting_user: Actor, refund: Refund) -> None:
    """Payment and order show what went back."""
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=refund.payment_id)
    refunded = payment.refunded + refund.amount
    target = Payment.State.REFUNDED if refunded >= payment.amount else Payment.State.PARTIALLY_REFUNDED
    if target == payment.state:
        Payment.objects.filter(pk=payment.pk).update(refunded=refunded)
    else:
        states.transition(
            payment, target, table=PAYMENT, actor=acting_user, company_id=payment.buyer_id, refunded=refunded
        )
    order = refund.order
    if order is not None and order.payment_state == PaymentState.PAID:
        record_payment_state(
            acting_user=acting_user,
            group=order.group,
            payment_state=PaymentState.REFUNDED,
            order_ids=[order.pk],
            reason=refund.reason,
        )


def refund_refused(*, acting_user: Actor, refund: Refund, code: str) -> None:
    """The refund did not go through: what was booked as sent comes back, and staff are told."""
    if refund.state in (State.FAILED, State.SUCCEEDED):
        return
    if refund.state == State.PENDING:
        post(journals.refund_failed(refund, actor=acting_user))
    states.transition(
        refund,
        State.FAILED,
        table=REFUND,
        actor=acting_user,
        action="refund.failed",
        reason=code,
        company_id=refund.payment.buyer_id,
        failure_code=code[:60],
    )
    audit.record(refund, "refund.needs_attention", actor=acting_user, reason=code)
    outbox.publish("refund.failed", {"refund": refund.pk, "code": code}, key=f"{refund.pk}:{refund.attempt}")
