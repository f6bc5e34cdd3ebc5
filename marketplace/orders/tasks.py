"""What the worker does for orders, once a business day."""

from __future__ import annotations

from celery import shared_task

from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from marketplace.core.jobs import missed_days, run_once

from .actions.figures import refresh_repurchase


@shared_task(name="orders.refresh_figures")
def refresh_figures() -> None:
    """Repurchase figures of listings, by which search sorts."""
    for day in missed_days("orders.figures", until=clock.today(), at_most=1):
        run_once("orders.figures", day, lambda _day: {"changed": refresh_repurchase(acting_user=SYSTEM)})
