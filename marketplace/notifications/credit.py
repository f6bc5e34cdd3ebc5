"""What happens to a buyer's credit line becomes a notice to those who buy and pay for that company."""

from typing import Any

from marketplace.companies.queries import members_to_tell
from marketplace.core.models import OutboxEvent
from marketplace.core.outbox import consumer
from payments.credit.models import CreditHold, CreditLine

from .actions import tell
from .consumers import sum_of
from .money import PAYS


def _line(event: OutboxEvent) -> CreditLine:
    return CreditLine.objects.select_related("buyer").get(pk=event.payload["line"])


def _tell_buyer(event: OutboxEvent, line: CreditLine, kind: str, facts: dict[str, Any]) -> None:
    tell(
        members_to_tell(line.buyer, PAYS),
        kind=kind,
        facts=facts,
        event_key=event.key,
        page="payments:finance",
        company=line.buyer,
    )


def _limit(line: CreditLine) -> dict[str, Any]:
    return {"total": sum_of(line.limit, line.currency)}


@consumer()
def credit_opened(event: OutboxEvent) -> None:
    """A credit line was granted."""
    line = _line(event)
    _tell_buyer(event, line, "credit_opened", _limit(line))


@consumer()
def credit_limit_set(event: OutboxEvent) -> None:
    """Staff changed the limit."""
    line = _line(event)
    _tell_buyer(event, line, "credit_limit_set", _limit(line))


@consumer()
def credit_hold_opened(event: OutboxEvent) -> None:
    """No new orders on credit for now."""
    _tell_buyer(event, _line(event), "credit_hold_opened", {"reason": {"hold": event.payload["reason"]}})


@consumer()
def credit_hold_closed(event: OutboxEvent) -> None:
    """One hold is over; the buyer hears of it when no other stands in the way."""
    line = _line(event)
    if CreditHold.objects.filter(line=line, closed_at__isnull=True).exists():
        return
    _tell_buyer(event, line, "credit_hold_closed", {"reason": {"hold": event.payload["reason"]}})


@consumer()
def fees_charged(event: OutboxEvent) -> None:
    """Late fees were added."""
    line = _line(event)
    total = sum_of(event.payload["amount"], line.currency)
    _tell_buyer(event, line, "fees_charged", {"total": total})
