"""The daily round, once per date; missed dates are caught up in order."""

from datetime import date, timedelta

from django.db import transaction

from marketplace.core import clock, jobs
from marketplace.core.actors import SystemActor
from marketplace.orders.actions.cancel import cancel_order
from marketplace.orders.models import Order, OrderGroup, PaymentMethod
from marketplace.orders.rules import NOT_PAID

from ..models import Payment
from ..settlement.daily import JOBS

ACTOR = SystemActor("daily")
# How long an order waits for its card payment before its stock is free again.
PAY_WITHIN = timedelta(hours=24)


def run_daily(*, until: date | None = None) -> dict[str, int]:
    """Run every job for each date it has not had, up to `until` (today); answers how often each ran."""
    last = until or clock.today()
    waiting = {name: set(jobs.missed_days(name, until=last)) for name, _ in JOBS}
    counts = {name: 0 for name, _ in JOBS}
    for day in sorted(set().union(*waiting.values())):
        for name, work in JOBS:
            if day in waiting[name] and jobs.run_once(name, day, work):
                counts[name] += 1
    return counts


def cancel_unpaid_groups() -> int:
    """Call off card orders that were not paid in time; answers how many orders. Their stock is free again."""
    waiting = OrderGroup.objects.filter(
        payment_method=PaymentMethod.CARD,
        orders__state=Order.State.AWAITING_PAYMENT,
        created_at__lt=clock.now() - PAY_WITHIN,
    ).distinct()
    cancelled = 0
    for group in waiting.order_by("pk")[:200]:
        if Payment.objects.filter(group=group, state=Payment.State.PROCESSING).exists():
            continue
        with transaction.atomic():
            for order in group.orders.filter(state=Order.State.AWAITING_PAYMENT).order_by("pk"):
                cancel_order(acting_user=ACTOR, order=order, reason=NOT_PAID)
                cancelled += 1
    return cancelled
