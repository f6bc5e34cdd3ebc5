"""What is decided about a buyer's credit: opening a line, its limit and terms, holds."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from marketplace.companies.models import Company
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor

from ..errors import LimitNotAllowed
from ..rules.late_fees import MAX_AMOUNT
from ..rules.states import CREDIT_LINE
from .models import CreditDecision, CreditHold, CreditLine

Reason = CreditHold.Reason


@transaction.atomic
def open_credit_line(
    *,
    acting_user: Actor,
    buyer: Company,
    currency: str,
    limit: int,
    terms: Sequence[str],
    note: str,
    grade: str = "",
    inputs: dict[str, Any] | None = None,
) -> CreditLine:
    """Give a buyer a line of `limit` minor units. A line that exists gets the new limit and terms instead.

    Raises LimitNotAllowed for a negative or absurd limit or an empty note.
    """
    _check(limit, note)
    line, is_new = CreditLine.objects.get_or_create(
        buyer=buyer,
        currency=currency,
        defaults={"base_limit": limit, "allowed_terms": list(terms), "grade": grade},
    )
    if not is_new:
        return set_credit_limit(
            acting_user=acting_user,
            line=line,
            limit=limit,
            note=note,
            terms=terms,
            grade=grade,
            inputs=inputs,
        )
    _decide(acting_user, line, 0, note, inputs)
    audit.record(
        line,
        "credit.opened",
        actor=acting_user,
        company_id=buyer.pk,
        to_state=line.status,
        reason=note,
        facts={"limit": limit, "currency": currency},
    )
    outbox.publish("credit.opened", {"line": line.pk}, key=f"{line.pk}")
    return line


@transaction.atomic
def set_credit_limit(
    *,
    acting_user: Actor,
    line: CreditLine,
    limit: int,
    note: str,
    terms: Sequence[str] | None = None,
    grade: str | None = None,
    inputs: dict[str, Any] | None = None,
) -> CreditLine:
    """Change a line's limit, and its terms where given, by a recorded decision.

    A limit below what is used breaks nothing: available shows 0 and the hold `over_limit` opens until there
    is room again. Raises LimitNotAllowed.
    """
    _check(limit, note)
    line = CreditLine.objects.select_for_update().get(pk=line.pk)
    before = line.base_limit
    line.base_limit = limit
    if terms is not None:
        line.allowed_terms = list(terms)
    if grade is not None:
        line.grade = grade
    line.version += 1
    line.save(update_fields=["base_limit", "allowed_terms", "grade", "version"])
    decision = _decide(acting_user, line, before, note, inputs)
    audit.record(
        line,
        "credit.limit_set",
        actor=acting_user,
        company_id=line.buyer_id,
        reason=note,
        facts={"before": before, "after": limit, "currency": line.currency},
    )
    outbox.publish("credit.limit_set", {"line": line.pk, "decision": decision.pk}, key=f"{decision.pk}")
    review_over_limit(acting_user=acting_user, line=line)
    return line


def _check(limit: int, note: str) -> None:
    if not note.strip():
        raise LimitNotAllowed(fields={"note": LimitNotAllowed.sentence})
    if not 0 <= limit <= MAX_AMOUNT:
        raise LimitNotAllowed(fields={"limit": LimitNotAllowed.sentence})


def _decide(
    acting_user: Actor, line: CreditLine, before: int, note: str, inputs: dict[str, Any] | None
) -> CreditDecision:
    return CreditDecision.objects.create(
        line=line,
        limit_before=before,
        limit_after=line.base_limit,
        terms=line.allowed_terms,
        grade=line.grade,
        note=note.strip(),
        inputs=inputs or {},
        decided_by_id=acting_user.pk,
        decided_by_label=acting_user.audit_label,
        at=clock.now(),
    )


@transaction.atomic
def open_hold(*, acting_user: Actor, line: CreditLine, reason: str, note: str = "") -> bool:
    """Stop new orders on a line for a reason; False when that hold is open already."""
    line = CreditLine.objects.select_for_update().get(pk=line.pk)
    hold, is_new = CreditHold.objects.get_or_create(
        line=line,
        reason=reason,
        closed_at=None,
        defaults={"note": note[:300], "opened_at": clock.now(), "opened_by": acting_user.audit_label},
    )
    if not is_new:
        return False
    if line.status == CreditLine.Status.ACTIVE:
        states.transition(
            line,
            CreditLine.Status.ON_HOLD,
            table=CREDIT_LINE,
            actor=acting_user,
            field="status",
            company_id=line.buyer_id,
            action="credit.hold_opened",
            reason=f"{reason}: {note}" if note else reason,
        )
    outbox.publish(
        "credit.hold_opened", {"line": line.pk, "hold": hold.pk, "reason": reason}, key=f"{hold.pk}"
    )
    return True


@transaction.atomic
def close_hold(*, acting_user: Actor, line: CreditLine, reason: str, note: str = "") -> bool:
    """End a hold; the line works again when no other reason is open. False when there was none."""
    line = CreditLine.objects.select_for_update().get(pk=line.pk)
    hold = CreditHold.objects.filter(line=line, reason=reason, closed_at__isnull=True).first()
    if hold is None:
        return False
    hold.closed_at, hold.closed_by = clock.now(), acting_user.audit_label
    hold.save(update_fields=["closed_at", "closed_by"])
    still = CreditHold.objects.filter(line=line, closed_at__isnull=True).exists()
    if not still and line.status == CreditLine.Status.ON_HOLD:
        states.transition(
            line,
            CreditLine.Status.ACTIVE,
            table=CREDIT_LINE,
            actor=acting_user,
            field="status",
            company_id=line.buyer_id,
            action="credit.hold_closed",
            reason=f"{reason}: {note}" if note else reason,
        )
    outbox.publish(
        "credit.hold_closed", {"line": line.pk, "hold": hold.pk, "reason": reason}, key=f"{hold.pk}"
    )
    return True


def review_over_limit(*, acting_user: Actor, line: CreditLine) -> None:
    """Open or close the hold `over_limit` by what is used now."""
    line.refresh_from_db()
    if line.used > line.limit:
        open_hold(acting_user=acting_user, line=line, reason=Reason.OVER_LIMIT)
    else:
        close_hold(acting_user=acting_user, line=line, reason=Reason.OVER_LIMIT)
