"""Asking for work on an engine's index, which the worker does: building it anew, comparing it."""

from __future__ import annotations

from typing import TypeVar

from django.db import IntegrityError, transaction

from marketplace.accounts.models import User
from marketplace.core import audit, clock, outbox
from marketplace.core.errors import NotFound
from search.backends.serving import backends
from search.models import DriftCheck, RebuildOrder

from ..errors import AlreadyComparing, AlreadyRebuilding

Order = TypeVar("Order", RebuildOrder, DriftCheck)


def ask_rebuild(*, acting_user: User, engine: str) -> RebuildOrder:
    """Have an index built anew beside the live one; it goes on where a killed one stopped.

    Raises NotFound for no engine, AlreadyRebuilding.
    """
    try:
        return _ask(RebuildOrder, acting_user, engine, "search.rebuild_asked")
    except IntegrityError as error:
        raise AlreadyRebuilding from error


def ask_check(*, acting_user: User, engine: str) -> DriftCheck:
    """Have the live index compared with the database now; nothing is mended.

    Raises NotFound for no engine, AlreadyComparing.
    """
    try:
        return _ask(DriftCheck, acting_user, engine, "search.check_asked")
    except IntegrityError as error:
        raise AlreadyComparing from error


@transaction.atomic
def _ask(model: type[Order], acting_user: User, engine: str, event: str) -> Order:
    """Write the order down and tell the worker. Raises IntegrityError while another of its kind moves."""
    if engine not in backends():
        raise NotFound
    for stuck in model.objects.filter(engine=engine, finished_at__isnull=True):
        if stuck.is_stuck:
            stuck.state, stuck.finished_at = model.State.FAILED, clock.now()
            stuck.save(update_fields=["state", "finished_at"])
    order = model.objects.create(engine=engine, asked_by=acting_user)
    audit.record(order, event, actor=acting_user, facts={"engine": engine})
    outbox.publish(event, {"order": order.pk})
    return order
