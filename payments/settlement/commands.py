"""Calls we owe the payment service.

Written with the change that needs them, sent after commit, answered once.

tx 1 writes the command and an outbox event; outside any transaction the call is made under `provider_key`; tx
2 stores the answer and its effect. A call without an answer is repeated under the same key; a new key is made
only after a definite no. A key older than a day is never used again: the service has forgotten it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from marketplace.core import clock, outbox

from ..models import OutboxCommand

CHECKOUT = "checkout.create"
REFUND = "refund.create"
TRANSFER = "transfer.create"
REVERSAL = "transfer.reverse"
EVENT = "payments.command"
KEY_LIFE = timedelta(hours=23)
State = OutboxCommand.State
_OPEN = (State.NEW, State.UNKNOWN, State.SENDING)


def owe(kind: str, subject_id: int, *, attempt: int = 1, args: dict[str, Any] | None = None) -> OutboxCommand:
    """Write a command in the caller's transaction; the same (kind, subject, attempt) is one command."""
    key = f"{kind}:{subject_id}:{attempt}"
    command, _ = OutboxCommand.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject_id": subject_id,
            "attempt": attempt,
            "args": args or {},
            "provider_key": key,
        },
    )
    outbox.publish(EVENT, {"command": command.pk}, key=key)
    return command


def _given_up() -> datetime:
    """A call begun before this moment has no process any more that waits for its answer."""
    return clock.now() - timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def claim(command_id: int) -> OutboxCommand | None:
    """Take a command for sending; None when it is answered, being sent by another, or its key is too old."""
    now = clock.now()
    free = Q(state__in=[State.NEW, State.UNKNOWN]) | Q(state=State.SENDING, sent_at__lt=_given_up())
    taken = OutboxCommand.objects.filter(free, pk=command_id, created_at__gt=now - KEY_LIFE).update(
        state=State.SENDING, sent_at=now, updated_at=now
    )
    return OutboxCommand.objects.get(pk=command_id) if taken else None


def claim_stale(command_id: int) -> OutboxCommand | None:
    """Take an open command whose key is too old to be sent; None for any other."""
    now = clock.now()
    taken = OutboxCommand.objects.filter(
        pk=command_id, state__in=_OPEN, created_at__lte=now - KEY_LIFE
    ).update(state=State.SENDING, sent_at=now, updated_at=now)
    return OutboxCommand.objects.get(pk=command_id) if taken else None


def open_keys(limit: int) -> list[int]:
    """Keys of commands without an answer that nobody is sending now, oldest first."""
    rows = OutboxCommand.objects.filter(state__in=_OPEN, updated_at__lt=_given_up())
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def is_open(command_id: int) -> bool:
    """Whether the outcome of a command is still not known."""
    return OutboxCommand.objects.filter(pk=command_id, state__in=_OPEN).exists()


def confirm(command: OutboxCommand, response: dict[str, Any]) -> bool:
    """Store the answer, in the transaction of its effect; False when another call stored it first."""
    return _end(command, State.CONFIRMED, response=response, last_error="")


def reject(command: OutboxCommand, why: str) -> bool:
    """Store a definite no."""
    return _end(command, State.REJECTED, last_error=why[:300])


def leave_unknown(command: OutboxCommand, why: str) -> bool:
    """No usable answer: to be asked again under the same key."""
    return _end(command, State.UNKNOWN, last_error=why[:300])


def _end(command: OutboxCommand, state: str, **columns: Any) -> bool:
    return bool(
        OutboxCommand.objects.filter(pk=command.pk, state__in=_OPEN).update(
            state=state, updated_at=clock.now(), **columns
        )
    )
