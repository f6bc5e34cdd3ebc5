"""What the clock does with orders (Celery beat)."""

from celery import shared_task

from .actions.lapse import cancel_unanswered


@shared_task(name="fulfilment.cancel_unanswered")
def cancel_unanswered_orders() -> int:
    """Beat, every few minutes: orders whose time to be answered is over."""
    return cancel_unanswered()
