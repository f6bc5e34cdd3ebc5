"""State changes: a table in the app's `rules.py`, applied as one conditional UPDATE with an audit record."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from . import audit, clock
from .actors import Actor
from .errors import IllegalTransition

Transitions = Mapping[str, Collection[str]]


def sources(table: Transitions, target: str) -> list[str]:
    """The states from which `target` may be reached."""
    return [state for state, targets in table.items() if target in targets]


def transition(
    subject: Model,
    target: str,
    *,
    table: Transitions,
    actor: Actor,
    action: str | None = None,
    reason: str = "",
    company_id: int | None = None,
    field: str = "state",
    facts: dict[str, Any] | None = None,
    **updates: Any,
) -> bool:
    """Move `subject` to `target`; True when this call moved it, False when it was already there.

    The UPDATE carries the allowed source states in its WHERE, so of two racing calls one wins. `updates` are
    further columns set in the same statement. Raises IllegalTransition and changes nothing otherwise.
    """
    before = getattr(subject, field)
    if any(f.name == "updated_at" for f in subject._meta.fields):
        updates.setdefault("updated_at", clock.now())
    manager = type(subject)._default_manager
    moved = manager.filter(pk=subject.pk, **{f"{field}__in": sources(table, target)}).update(
        **{field: target}, **updates
    )
    if not moved:
        current = manager.values_list(field, flat=True).get(pk=subject.pk)
        setattr(subject, field, current)
        if current == target:
            return False
        raise IllegalTransition(current=current, wanted=target)
    setattr(subject, field, target)
    for name, value in updates.items():
        if not hasattr(value, "resolve_expression"):
            setattr(subject, name, value)
    audit.record(
        subject,
        action or target,
        actor=actor,
        company_id=company_id,
        from_state=before,
        to_state=target,
        reason=reason,
        facts=facts,
    )
    return True
