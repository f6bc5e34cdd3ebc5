"""The buyer says that goods have arrived."""

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox, states
from marketplace.core.errors import Forbidden
from marketplace.orders.actions.cancel import lock_order
from marketplace.orders.models import Order
from marketplace.orders.queries import order_for_buyer
from marketplace.orders.rules import COMPLETED, ORDER_TRANSITIONS, SHIPPED

from ..errors import NothingOnTheRoad
from ..models import Shipment


@transaction.atomic
def confirm_receipt(*, acting_user: User, acting: Acting, order_public_id: str) -> Order:
    """Everything handed over so far has arrived; a wholly shipped order is completed by it. Twice is once.

    Publishes `order.completed`. Raises NotFound, Forbidden, NothingOnTheRoad.
    """
    if not acting.may("buy"):
        raise Forbidden
    order = lock_order(order_for_buyer(acting, order_public_id).pk)
    if order.state == COMPLETED:
        return order
    now = clock.now()
    arrived = Shipment.objects.filter(order=order, state=Shipment.State.HANDED_OVER)
    numbers = list(arrived.order_by("number").values_list("number", flat=True))
    arrived.update(state=Shipment.State.DELIVERED, delivered_at=now, updated_at=now)
    if not numbers and order.state != SHIPPED:
        raise NothingOnTheRoad
    facts = {"shipments": numbers}
    if order.state != SHIPPED:
        audit.record(
            order,
            "order.received_part",
            actor=acting_user,
            company_id=acting.company.pk,
            from_state=order.state,
            to_state=order.state,
            facts=facts,
        )
        return order
    states.transition(
        order,
        COMPLETED,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.completed",
        company_id=acting.company.pk,
        facts=facts,
    )
    outbox.publish("order.completed", {"order": order.pk, "group": order.group_id}, key=str(order.pk))
    return order
