"""Steps of a group that payments calls in its own transaction: payment state, release to suppliers."""

from collections.abc import Collection
from typing import Any

from django.db import connection

from marketplace.core import audit, clock, outbox
from marketplace.core.actors import Actor
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import AuditRecord
from marketplace.core.states import sources

from ..models import Order, OrderGroup
from ..rules import ANSWER_WITHIN, PAYMENT_TRANSITIONS


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("this step belongs to the transaction of the payment it follows from")


def payment_record(
    group: OrderGroup,
    before: str,
    after: str,
    actor: Actor,
    *,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> AuditRecord:
    """The unsaved record of a group's payment having come from one state to another."""
    return audit.build(
        group,
        "payment_state.changed",
        actor=actor,
        company_id=group.company_id,
        from_state=before,
        to_state=after,
        reason=reason,
        facts=facts,
    )


def release_record(order: Order, actor: Actor, reason: str) -> AuditRecord:
    """The unsaved record of an order having gone to its supplier."""
    return audit.build(
        order,
        "order.released",
        actor=actor,
        company_id=order.buyer_id,
        from_state=Order.State.AWAITING_PAYMENT,
        to_state=Order.State.AWAITING_ACCEPTANCE,
        reason=reason,
    )


def released_event(group: OrderGroup) -> tuple[str, dict[str, Any], str]:
    """Name, payload and key of the event that a group's orders went to their suppliers."""
    return "orders.released", {"group": group.pk}, str(group.pk)


def record_payment_state(
    *,
    acting_user: Actor,
    group: OrderGroup,
    payment_state: str,
    reason: str = "",
    order_ids: Collection[int] | None = None,
) -> bool:
    """Write where payment of a group stands: on its orders (or those named) and, for all, on the group.

    True when this call changed anything, False when it stood there before. Raises IllegalTransition, and
    RuntimeError outside a transaction. Called by payments only.
    """
    _demand_transaction()
    allowed = sources(PAYMENT_TRANSITIONS, payment_state)
    now = clock.now()
    orders = Order.objects.filter(group=group)
    if order_ids is not None:
        orders = orders.filter(pk__in=order_ids)
    moved = orders.filter(payment_state__in=allowed).update(payment_state=payment_state, updated_at=now)
    if not moved:
        if orders.exclude(payment_state=payment_state).exists():
            raise IllegalTransition(wanted=payment_state)
        return False
    before = group.payment_state
    if order_ids is None:
        OrderGroup.objects.filter(pk=group.pk).update(payment_state=payment_state, updated_at=now)
        group.payment_state = payment_state
    facts = {"orders": sorted(order_ids)} if order_ids is not None else {}
    audit.record_all([payment_record(group, before, payment_state, acting_user, reason=reason, facts=facts)])
    return True


def release_to_suppliers(*, acting_user: Actor, group: OrderGroup, reason: str = "") -> int:
    """Payment is secured: the group's waiting orders go to their suppliers, who have 72 hours to answer.

    Returns how many orders this call released; 0 when they were released before. Publishes `orders.released`.
    Raises RuntimeError outside a transaction.
    """
    _demand_transaction()
    now = clock.now()
    waiting = list(
        Order.objects.select_for_update()
        .filter(group=group, state=Order.State.AWAITING_PAYMENT)
        .order_by("pk")
    )
    if not waiting:
        return 0
    Order.objects.filter(pk__in=[order.pk for order in waiting]).update(
        state=Order.State.AWAITING_ACCEPTANCE, answer_by=now + ANSWER_WITHIN, updated_at=now
    )
    audit.record_all([release_record(order, acting_user, reason) for order in waiting])
    outbox.publish_many([released_event(group)])
    return len(waiting)
