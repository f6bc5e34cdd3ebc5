"""Who did what, when and why: one row in the same transaction as the change."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from django.db.models import Model, QuerySet

from . import clock
from .actors import Actor
from .models import AuditRecord


def subject_type(subject: Model | type[Model]) -> str:
    """The name under which a model's records are kept, e.g. `orders.order`."""
    return subject._meta.label_lower


def build(
    subject: Model,
    action: str,
    *,
    actor: Actor,
    company_id: int | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> AuditRecord:
    """An unsaved record, for writing many at once."""
    context = structlog.contextvars.get_contextvars()
    return AuditRecord(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        action=action,
        from_state=from_state,
        to_state=to_state,
        actor_id=actor.pk,
        actor_label=actor.audit_label,
        company_id=company_id,
        reason=reason[:500],
        facts=facts or {},
        request_id=str(context.get("request_id", ""))[:64],
        at=clock.now(),
    )


_gathered: ContextVar[list[AuditRecord] | None] = ContextVar("gathered_records", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Inside the block records are gathered and written in one statement at its end, unless it raises.

    For a transaction made of several steps, each of which records what it did. Nests: the outermost writes.
    """
    if _gathered.get() is not None:
        yield
        return
    rows: list[AuditRecord] = []
    token = _gathered.set(rows)
    try:
        yield
    finally:
        _gathered.reset(token)
    AuditRecord.objects.bulk_create(rows)


def record_all(rows: Iterable[AuditRecord]) -> None:
    """Write records that were built before, in one statement."""
    gathered = _gathered.get()
    if gathered is None:
        AuditRecord.objects.bulk_create(rows)
    else:
        gathered += rows


def record(subject: Model, action: str, **details: Any) -> AuditRecord:
    """Write one record. Details as in `build`; `actor` is required."""
    row = build(subject, action, **details)
    record_all([row])
    return row


def trail(subject: Model) -> QuerySet[AuditRecord]:
    """All records of one object, oldest first."""
    return AuditRecord.objects.filter(subject_type=subject_type(subject), subject_id=subject.pk).order_by(
        "id"
    )
