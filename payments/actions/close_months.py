"""Closing a month of the books: finance takes the first step, a second person the last."""

from datetime import date

from django.db import transaction

from marketplace.core import audit
from marketplace.core.actors import Actor

from ..ledger import closing


@transaction.atomic
def soft_close_month(*, acting_user: Actor, month: date) -> None:
    """From now on only finance books into the month, with a reason. Raises PeriodNotReady."""
    period = closing.soft_close(month, actor=acting_user)
    audit.record(period, "books.soft_closed", actor=acting_user, from_state="open", to_state=period.state)


@transaction.atomic
def close_month(*, acting_user: Actor, month: date) -> None:
    """Nothing takes effect in the month any more.

    Raises PeriodNotReady, SecondPersonNeeded, BooksNotWhole.
    """
    period = closing.close(month, actor=acting_user)
    audit.record(
        period,
        "books.closed",
        actor=acting_user,
        from_state="soft_closed",
        to_state=period.state,
        facts={"entries": period.entries, "head": period.head},
    )
