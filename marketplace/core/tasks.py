"""The one Celery task through which every consumer is reached."""

from celery import shared_task

from . import outbox


@shared_task(name="core.deliver", acks_late=True)
def deliver(consumer_name: str, keys: list[int]) -> int:
    """Run a consumer for its outbox deliveries (their ids); returns how many were done."""
    return outbox.deliver(consumer_name, keys)
