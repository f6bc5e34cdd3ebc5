"""Cases of overdue debt: opened and raised by the ladder, paused and resumed, resolved when nothing is open.

Each step joins the caller's transaction, which has locked the buyer's credit line.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from marketplace.core import audit, outbox, states
from marketplace.core.actors import Actor

from .. import policies
from ..models import Allocation, DunningCase, DunningNotice, Instalment, PromiseToPay
from ..policies import Step
from ..rules.dunning import LEVELS, Late, highest, loudest, next_level, step_on
from ..rules.states import DUNNING_CASE, PROMISE

State = DunningCase.State


def open_case(buyer_id: int, currency: str) -> DunningCase | None:
    """The case of a buyer in a currency that has not ended, locked."""
    rows = DunningCase.objects.select_for_update().filter(buyer=buyer_id, currency=currency)
    return rows.exclude(state__in=DunningCase.ENDED).first()


def late_view(row: Instalment, day: date) -> Late:
    """An instalment as the ladder sees it; nothing of it counts while it is disputed."""
    return Late((day - row.due_on).days, row.payable, policies.by_label(row.invoice.policy))


def dun_buyer(
    acting_user: Actor, *, buyer_id: int, currency: str, rows: Sequence[Instalment], day: date
) -> DunningNotice | None:
    """A day's work on one buyer: keep the case in step with the debt, write the day's one notice."""
    case = open_case(buyer_id, currency)
    level = highest(late_view(row, day) for row in rows)
    if case is None and level:
        case = _open(acting_user, buyer_id, currency, day)
    if case is not None:
        _review_promise(acting_user, case, day)
        _review_pause(acting_user, case, rows, day)
        if not resolve_if_clear(acting_user, case, rows, day):
            _raise(acting_user, case, level)
    return _notify(case, buyer_id, currency, rows, day)


def _open(acting_user: Actor, buyer_id: int, currency: str, day: date) -> DunningCase:
    case = DunningCase.objects.create(buyer_id=buyer_id, currency=currency, opened_on=day)
    audit.record(case, "case.opened", actor=acting_user, company_id=buyer_id, to_state=case.state)
    return case


def _raise(acting_user: Actor, case: DunningCase, level: str) -> None:
    """To the level the debt has reached. Handing over to collections is a person's decision."""
    wanted = min(level or State.OPEN, State.L3, key=LEVELS.index)
    if case.state == State.PAUSED or LEVELS.index(wanted) <= LEVELS.index(case.state):
        return
    move_case(acting_user, case, wanted, action="case.raised")


def move_case(
    acting_user: Actor, case: DunningCase, target: str, *, action: str, reason: str = "", **updates: Any
) -> bool:
    """One step of a case. Raises IllegalTransition."""
    return states.transition(
        case,
        target,
        table=DUNNING_CASE,
        actor=acting_user,
        action=action,
        reason=reason,
        company_id=case.buyer_id,
        **updates,
    )


def pause(
    acting_user: Actor, case: DunningCase, *, reason: str, until: date | None = None, note: str = ""
) -> bool:
    """Let a case rest; its level stays as it is. False when it rests already."""
    if case.state == State.PAUSED:
        return False
    return move_case(
        acting_user,
        case,
        State.PAUSED,
        action="case.paused",
        reason=note or reason,
        paused_at_level=case.state,
        pause_reason=reason,
        paused_until=until,
    )


def resume(acting_user: Actor, case: DunningCase, *, to: str = "", note: str = "") -> bool:
    """Go on with a case, at the level it had or at `to`. False when it does not rest."""
    if case.state != State.PAUSED:
        return False
    return move_case(
        acting_user,
        case,
        to or case.paused_at_level,
        action="case.resumed",
        reason=note,
        paused_at_level="",
        pause_reason="",
        paused_until=None,
    )


def _review_promise(acting_user: Actor, case: DunningCase, day: date) -> None:
    promise = (
        PromiseToPay.objects.select_for_update().filter(case=case, state=PromiseToPay.State.OPEN).first()
    )
    if promise is None:
        return
    if paid_since(case, promise.made_on, promise.due_on) >= promise.amount:
        _end_promise(acting_user, case, promise, PromiseToPay.State.KEPT)
        resume(acting_user, case, note="promise kept")
    elif day > promise.due_on:
        _end_promise(acting_user, case, promise, PromiseToPay.State.BROKEN)
        level = next_level(case.level)
        if case.state == State.PAUSED:
            resume(acting_user, case, to=level, note="promise broken")
        elif level != case.state:
            move_case(acting_user, case, level, action="case.raised", reason="promise broken")
        outbox.publish("promise.broken", {"promise": promise.pk, "case": case.pk}, key=str(promise.pk))


def _end_promise(acting_user: Actor, case: DunningCase, promise: PromiseToPay, state: str) -> None:
    states.transition(
        promise,
        state,
        table=PROMISE,
        actor=acting_user,
        action=f"promise.{state}",
        company_id=case.buyer_id,
        facts={"amount": promise.amount, "due_on": str(promise.due_on)},
    )


def paid_since(case: DunningCase, since: date, until: date) -> int:
    """What a buyer paid towards invoices in the days [since, until], minor units."""
    rows = Allocation.objects.filter(
        payment__buyer=case.buyer_id,
        payment__currency=case.currency,
        instalment__isnull=False,
        reversed_by__isnull=True,
        reverses__isnull=True,
        effective_on__range=(since, until),
    )
    return int(rows.aggregate(s=Sum("amount", default=0))["s"])


def _review_pause(acting_user: Actor, case: DunningCase, rows: Sequence[Instalment], day: date) -> None:
    """Rest while all that is late is disputed; go on when that, or the time of a pause, is over."""
    late = any(row.payable and row.due_on < day for row in rows)
    disputed = any(row.dispute_id and row.outstanding for row in rows)
    if case.state != State.PAUSED:
        if disputed and not late:
            pause(acting_user, case, reason=DunningCase.Pause.DISPUTE)
    elif case.pause_reason == DunningCase.Pause.DISPUTE and (late or not disputed):
        resume(acting_user, case, note="no longer disputed")
    elif case.paused_until is not None and day > case.paused_until:
        resume(acting_user, case, note="the time of the pause is over")


def resolve_if_clear(acting_user: Actor, case: DunningCase, rows: Sequence[Instalment], day: date) -> bool:
    """End a case when neither principal nor fees of what was late are open; True when it ended."""
    if any(row.payable and row.due_on < day for row in rows):
        return False
    if any(row.fees_outstanding or (row.dispute_id and row.outstanding) for row in rows):
        return False
    moved = move_case(
        acting_user,
        case,
        State.RESOLVED,
        action="case.resolved",
        ended_on=day,
        paused_at_level="",
        pause_reason="",
        paused_until=None,
    )
    for promise in PromiseToPay.objects.filter(case=case, state=PromiseToPay.State.OPEN):
        _end_promise(acting_user, case, promise, PromiseToPay.State.KEPT)
    return moved


def _notify(
    case: DunningCase | None, buyer_id: int, currency: str, rows: Sequence[Instalment], day: date
) -> DunningNotice | None:
    """The one notice of a day, if any instalment is on a step of its ladder: those, and all that is late."""
    steps: dict[int, Step] = {}
    for row in rows:
        step = step_on(late_view(row, day)) if row.payable else None
        if step is not None and (step.day <= 0 or case is None or case.state != State.PAUSED):
            steps[row.pk] = step
    if not steps:
        return None
    step = loudest(list(steps.values()))
    told = [row for row in rows if row.pk in steps or (step.day > 0 and row.payable and row.due_on < day)]
    notice, is_new = DunningNotice.objects.get_or_create(
        buyer_id=buyer_id,
        currency=currency,
        sent_on=day,
        defaults={
            "case": case if step.day > 0 else None,
            "template": step.template,
            "level": step.level,
            "principal": sum(row.payable for row in told),
            "fees": sum(row.fees_outstanding for row in told),
            "items": [_item(row, steps.get(row.pk)) for row in told],
        },
    )
    if is_new:
        outbox.publish("dunning.notice", {"notice": notice.pk}, key=str(notice.pk))
    return notice


def _item(row: Instalment, step: Step | None) -> dict[str, object]:
    return {
        "invoice": row.invoice.public_id,
        "number": row.invoice.number,
        "instalment": row.pk,
        "seq": row.seq,
        "due_on": row.due_on.isoformat(),
        "principal": row.payable,
        "fees": row.fees_outstanding,
        "step": step.day if step else None,
    }
