"""What payments does when something happened elsewhere (outbox consumers), and by the clock (Celery beat)."""

from datetime import timedelta

import structlog
from celery import shared_task

from marketplace.core import clock, outbox
from marketplace.core.actors import SystemActor
from marketplace.core.models import OutboxEvent

from .actions.card import CommandOpen, look_at_payment, process_event, run_command, stop_group_payment
from .actions.daily import cancel_unpaid_groups
from .actions.daily import run_daily as run_daily_action
from .actions.recover import settle_open_commands
from .gateway import GatewayError
from .models import Payment
from .settlement.invoicing import invoice_shipment
from .settlement.refunds import undo_order_payment

log = structlog.get_logger(__name__)
ACTOR = SystemActor("payments")


@outbox.consumer()
def issue_invoice(event: OutboxEvent) -> None:
    """`shipment.handed_over` {shipment}: its invoice, receivable and planned payout."""
    invoice_shipment(acting_user=ACTOR, shipment_id=event.payload["shipment"])


@outbox.consumer()
def undo_rejected(event: OutboxEvent) -> None:
    """`order.rejected` {order}: the supplier will not deliver."""
    undo_order_payment(acting_user=ACTOR, order_id=event.payload["order"], cause="rejected")


@outbox.consumer()
def undo_cancelled(event: OutboxEvent) -> None:
    """`order.cancelled` {order}: the buyer, or time, called it off."""
    undo_order_payment(acting_user=ACTOR, order_id=event.payload["order"], cause="cancelled")


@outbox.consumer()
def undo_rest(event: OutboxEvent) -> None:
    """`order.rest_cancelled` {order, amount}: the rest of a partly shipped order will never come."""
    undo_order_payment(
        acting_user=ACTOR,
        order_id=event.payload["order"],
        cause="rest_cancelled",
        at_most=event.payload["amount"],
    )


@outbox.consumer(outside=True)
def close_payment_page(event: OutboxEvent) -> None:
    """`order.cancelled` {group}: an unpaid hosted page over it must not take money any more."""
    stop_group_payment(group_id=event.payload["group"])


@outbox.consumer(outside=True)
def send_command(event: OutboxEvent) -> None:
    """`payments.command` {command}: a call to the card service; asked again until it is answered."""
    if not run_command(command_id=event.payload["command"]):
        raise CommandOpen(f"command {event.payload['command']} has no answer yet")


@outbox.consumer(outside=True)
def work_on_event(event: OutboxEvent) -> None:
    """`payments.webhook` {event}: a signed event of the card service."""
    process_event(event_id=event.payload["event"])


@shared_task(name="payments.run_daily")
def run_daily() -> dict[str, int]:
    """Beat: the daily round with the dates missed before."""
    return run_daily_action()


@shared_task(name="payments.sweep")
def sweep() -> dict[str, int]:
    """Beat, every few minutes: ask after what has no answer yet, call off unpaid card orders."""
    now = clock.now()
    waiting = Payment.objects.filter(
        state__in=Payment.OPEN_STATES,
        session_id__isnull=False,
        created_at__lt=now - timedelta(minutes=5),
        created_at__gt=now - timedelta(days=4),
    )
    looked = 0
    for key in waiting.order_by("pk").values_list("pk", flat=True)[:200]:
        try:
            look_at_payment(payment_id=key)
            looked += 1
        except GatewayError as error:
            log.warning("payment_not_looked_at", payment=key, error=str(error))
    try:
        settled = settle_open_commands()
    except GatewayError as error:
        settled = 0
        log.warning("commands_not_settled", error=str(error))
    return {"looked": looked, "settled": settled, "cancelled": cancel_unpaid_groups()}
