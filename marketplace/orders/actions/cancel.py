"""Calling an order off before anything of it has left."""

from django.db import transaction
from django.db.models import F

from marketplace.accounts.models import User
from marketplace.catalog.actions import release_stock
from marketplace.companies.acting import Acting
from marketplace.core import outbox, states
from marketplace.core.actors import Actor

from ..errors import NotCancellable
from ..models import Order, OrderLine
from ..queries import order_for_buyer
from ..rules import CANCELLABLE, CANCELLED, ORDER_TRANSITIONS
from .cart import check_buyer


def lock_order(pk: int) -> Order:
    """The order, locked; its own row only."""
    return Order.objects.select_for_update(of=("self",)).get(pk=pk)


def give_back_lines(order: Order) -> None:
    """Cancel all that is outstanding on an order's lines and give the stock set aside for it back."""
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    release_stock({ln.variant_id: ln.outstanding for ln in lines if ln.is_stock_reserved and ln.outstanding})
    OrderLine.objects.filter(order=order).update(cancelled=F("quantity") - F("shipped"))


@transaction.atomic
def cancel_order(*, acting_user: Actor, order: Order, reason: str, company_id: int | None = None) -> Order:
    """Cancel an order none of which has shipped: its stock is free again, `order.cancelled` is published.

    Returns quietly when it was cancelled before. Raises NotCancellable.
    """
    locked = lock_order(order.pk)
    if locked.state == CANCELLED:
        return locked
    if locked.state not in CANCELLABLE:
        raise NotCancellable
    states.transition(
        locked,
        CANCELLED,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.cancelled",
        reason=reason,
        company_id=company_id,
        state_reason=reason[:300],
    )
    give_back_lines(locked)
    outbox.publish("order.cancelled", {"order": locked.pk, "group": locked.group_id}, key=str(locked.pk))
    return locked


@transaction.atomic
def cancel_own_order(*, acting_user: User, acting: Acting, order_public_id: str, reason: str) -> Order:
    """The buyer calls an order off. Raises NotFound, Forbidden, NotCancellable."""
    check_buyer(acting)
    order = order_for_buyer(acting, order_public_id)
    return cancel_order(acting_user=acting_user, order=order, reason=reason, company_id=acting.company.pk)
