"""The supplier's answer: one decision per order, accepted for a day or refused with a reason."""

from datetime import date, timedelta

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import clock, outbox, states
from marketplace.core.errors import Forbidden
from marketplace.orders.actions.cancel import give_back_lines, lock_order
from marketplace.orders.models import Order
from marketplace.orders.queries import order_for_supplier
from marketplace.orders.rules import AWAITING_ACCEPTANCE, CONFIRMED, ORDER_TRANSITIONS, REJECTED

from ..errors import AlreadyAnswered, PromiseOutOfRange
from ..rules import is_credible_promise


def lock_for_supplier(acting: Acting, public_id: str) -> Order:
    """An order to the acting supplier, locked. Raises Forbidden for a role that does not sell, NotFound."""
    if not acting.may("sell"):
        raise Forbidden
    return lock_order(order_for_supplier(acting, public_id).pk)


def usual_promise(order: Order) -> date:
    """The day the goods can leave by their lead times, counted from today."""
    lead = max((int(line.snapshot.get("lead_days", 0)) for line in order.lines.all()), default=0)
    return clock.today() + timedelta(days=lead)


@transaction.atomic
def accept_order(
    *, acting_user: User, acting: Acting, order_public_id: str, promise_date: date | None = None
) -> Order:
    """Accept an order and promise the day it leaves (default: by the lead times). Twice is once.

    Publishes `order.accepted`. Raises NotFound, Forbidden, AlreadyAnswered, PromiseOutOfRange.
    """
    order = lock_for_supplier(acting, order_public_id)
    if order.state == CONFIRMED:
        return order
    if order.state != AWAITING_ACCEPTANCE:
        raise AlreadyAnswered
    promise = promise_date or usual_promise(order)
    if not is_credible_promise(promise, clock.today()):
        raise PromiseOutOfRange(fields={"promise_date": PromiseOutOfRange.sentence})
    states.transition(
        order,
        CONFIRMED,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.accepted",
        company_id=acting.company.pk,
        facts={"promise_date": promise.isoformat()},
        promise_date=promise,
        confirmed_at=clock.now(),
    )
    outbox.publish("order.accepted", {"order": order.pk, "group": order.group_id}, key=str(order.pk))
    return order


@transaction.atomic
def refuse_order(*, acting_user: User, acting: Acting, order_public_id: str, reason: str) -> Order:
    """Refuse an order with a reason the buyer reads; its stock is free again. Twice is once.

    Publishes `order.rejected`. Raises NotFound, Forbidden, AlreadyAnswered.
    """
    order = lock_for_supplier(acting, order_public_id)
    if order.state == REJECTED:
        return order
    if order.state != AWAITING_ACCEPTANCE:
        raise AlreadyAnswered
    states.transition(
        order,
        REJECTED,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.rejected",
        reason=reason,
        company_id=acting.company.pk,
        state_reason=reason[:300],
    )
    give_back_lines(order)
    outbox.publish("order.rejected", {"order": order.pk, "group": order.group_id}, key=str(order.pk))
    return order
