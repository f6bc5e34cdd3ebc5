"""What happens by itself each day: fees grow, holds open and close, suppliers are paid, old holds end."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q

from marketplace.core import outbox
from marketplace.core.actors import SystemActor
from marketplace.core.clock import BUSINESS_ZONE

from .. import policies
from ..credit.models import CreditHold, CreditLine
from ..credit.reserve import expired_parts, lock_line, release
from ..models import DunningCase, Instalment, Invoice
from ..policies import ACCRUE_DAILY
from .allowance import book_allowance
from .disputes import escalate_unanswered
from .dunning import dun_buyer
from .late_fees import accrue_to, already_compensated, open_instalments, overdue_buyers, owes_compensation
from .payouts import due_items, release_item, schedule_item
from .receipts import review_holds
from .statements import freeze_statements

ACTOR = SystemActor("daily")
Work = Callable[[date], dict[str, Any]]


def _is_notice_day(rows: list[Instalment], day: date) -> bool:
    """Whether late fees are booked today: daily, or at month ends and when the hold level is reached."""
    if day.day == monthrange(day.year, day.month)[1]:
        return True
    if any(policies.by_label(row.invoice.policy).accrual == ACCRUE_DAILY for row in rows):
        return True
    done = already_compensated(rows)
    return any(row.invoice_id not in done and owes_compensation(row, day) for row in rows)


def accrue_late_fees(day: date) -> dict[str, Any]:
    """Book late fees of every overdue buyer and review the holds that follow."""
    charged = 0
    buyers = overdue_buyers(day)
    for buyer_id, currency in buyers:
        line = lock_line(buyer_id, currency)
        if line is None:
            continue
        rows = open_instalments(buyer_id=buyer_id, currency=currency)
        if _is_notice_day(rows, day):
            charged += len(accrue_to(acting_user=ACTOR, line=line, instalments=rows, until=day))
        review_holds(acting_user=ACTOR, line=line, day=day)
    return {"buyers": len(buyers), "charges": charged}


def close_finished_holds(day: date) -> dict[str, Any]:
    """Review lines whose hold follows from figures although nothing is overdue any more."""
    reasons = [CreditHold.Reason.OVERDUE, CreditHold.Reason.OVER_LIMIT]
    lines = CreditLine.objects.filter(holds__closed_at__isnull=True, holds__reason__in=reasons).distinct()
    for line in lines.order_by("pk"):
        locked = lock_line(line.buyer_id, line.currency)
        if locked is not None:
            review_holds(acting_user=ACTOR, line=locked, day=day)
    return {"lines": len(lines)}


def pay_out(day: date) -> dict[str, Any]:
    """Release what is due to suppliers and put it on its way; without an account it waits, visibly."""
    sent = waiting = 0
    for item in due_items(day):
        if item.state != item.State.AVAILABLE:
            release_item(acting_user=ACTOR, item=item)
        if schedule_item(acting_user=ACTOR, item=item):
            sent += 1
        else:
            waiting += 1
    return {"sent": sent, "waiting": waiting}


def expire_authorisations(day: date) -> dict[str, Any]:
    """Give back credit set aside longer than the policy allows."""
    moment = datetime.combine(day, time.max, BUSINESS_ZONE)
    freed = 0
    for part in expired_parts(moment):
        amount = release(
            acting_user=ACTOR,
            order=part.order,
            cause="expired",
            reason="not shipped within the time of the hold",
        )
        freed += amount
        if amount:
            outbox.publish(
                "credit.expired",
                {"order": part.order_id, "amount": amount},
                key=f"{part.authorisation_id}:{part.order_id}",
            )
    return {"freed": freed}


def dun(day: date) -> dict[str, Any]:
    """Keep every case in step with its debt and write the day's notices, one per buyer and currency."""
    told = 0
    buyers = dunnable_buyers(day)
    for buyer_id, currency in buyers:
        lock_line(buyer_id, currency)
        rows = open_instalments(buyer_id=buyer_id, currency=currency)
        notice = dun_buyer(ACTOR, buyer_id=buyer_id, currency=currency, rows=rows, day=day)
        told += notice is not None
    return {"buyers": len(buyers), "told": told}


def dunnable_buyers(day: date) -> list[tuple[int, str]]:
    """(buyer, currency) that have a case, are late, or have a step of a ladder today, in key order."""
    ahead = {day - timedelta(days=n) for p in policies.SETS.values() for n in p.dunning_days if n <= 0}
    late = Instalment.objects.filter(
        Q(due_on__lt=day) | Q(due_on__in=ahead),
        amount__gt=F("paid") + F("credited") + F("written_off"),
        invoice__state=Invoice.State.ISSUED,
    )
    cases = DunningCase.objects.exclude(state__in=DunningCase.ENDED)
    return sorted(
        {
            *late.values_list("invoice__buyer_id", "invoice__currency"),
            *cases.values_list("buyer_id", "currency"),
        }
    )


def escalate_complaints(day: date) -> dict[str, Any]:
    """Complaints nobody settled in time go to the platform."""
    return {"escalated": escalate_unanswered(ACTOR, day)}


def book_allowances(day: date) -> dict[str, Any]:
    """At a month's end: what is expected to be lost, where the policy books it by itself (P11)."""
    if day.day != monthrange(day.year, day.month)[1]:
        return {}
    changed = {}
    for policy in policies.latest():
        if not policy.books_allowance:
            continue
        changed[policy.currency] = book_allowance(acting_user=ACTOR, policy=policy, month_end=day)
    return changed


# In this order on each day; each is run once per date (JobRun).
JOBS: tuple[tuple[str, Work], ...] = (
    ("expire_authorisations", expire_authorisations),
    ("accrue_late_fees", accrue_late_fees),
    ("close_finished_holds", close_finished_holds),
    ("escalate_complaints", escalate_complaints),
    ("remind", dun),
    ("pay_out", pay_out),
    ("book_allowances", book_allowances),
    ("freeze_statements", freeze_statements),
)
