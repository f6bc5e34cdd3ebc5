"""Past queries that the search box must not offer."""

from __future__ import annotations

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import InvalidInput, NotFound
from search.log.rules import kept_query
from search.models import HiddenSuggestion


@transaction.atomic
def hide_suggestion(*, acting_user: User, q: str, reason: str) -> HiddenSuggestion:
    """Never offer a past query again; one that is hidden already gets the new reason.

    Raises InvalidInput for a query of which nothing is left when it is read.
    """
    text = kept_query(q)
    if not text:
        raise InvalidInput
    row, _made = HiddenSuggestion.objects.update_or_create(
        q=text, defaults={"reason": reason, "hidden_by": acting_user}
    )
    audit.record(row, "suggestion.hidden", actor=acting_user, facts={"q": text, "reason": reason})
    return row


@transaction.atomic
def show_suggestion(*, acting_user: User, public_id: str) -> None:
    """Let a hidden query be offered again. Raises NotFound."""
    row = HiddenSuggestion.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    audit.record(row, "suggestion.shown", actor=acting_user, facts={"q": row.q, "reason": row.reason})
    row.delete()
