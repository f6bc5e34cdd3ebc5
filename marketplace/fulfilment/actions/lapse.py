"""Orders that no factory answered in time: the buyer's credit and the goods are free again."""

from django.db import transaction

from marketplace.core import clock
from marketplace.core.actors import SystemActor
from marketplace.orders.actions.cancel import cancel_order, lock_order
from marketplace.orders.models import Order
from marketplace.orders.rules import NOT_ANSWERED

ACTOR = SystemActor("deadlines")


def cancel_unanswered(*, at_most: int = 500) -> int:
    """Call off what was not accepted or refused by its `answer_by`; answers how many."""
    late = Order.objects.filter(state=Order.State.AWAITING_ACCEPTANCE, answer_by__lt=clock.now())
    return sum(_cancel(pk) for pk in late.order_by("pk").values_list("pk", flat=True)[:at_most])


@transaction.atomic
def _cancel(pk: int) -> bool:
    order = lock_order(pk)
    # The factory may have answered while the order was being locked.
    if order.state != Order.State.AWAITING_ACCEPTANCE:
        return False
    cancel_order(acting_user=ACTOR, order=order, reason=NOT_ANSWERED)
    return True
