"""Judging how well listings answer queries."""

from __future__ import annotations

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.core import audit, clock
from marketplace.core.errors import InvalidInput
from search.models import JudgedQuery, Judgement
from search.rulebook.rules import said


@transaction.atomic
def judge(
    *, acting_user: User, q: str, listing: Listing | None = None, grade: int | None = None
) -> JudgedQuery:
    """Keep a query as a judged one, and how well a listing answers it; no grade takes the judgement back."""
    text = said(q)
    if not text:
        raise InvalidInput
    query, made = JudgedQuery.objects.get_or_create(q=q.strip()[:128])
    if made:
        audit.record(query, "judged.begun", actor=acting_user)
    if listing is not None:
        if grade is None:
            query.judgements.filter(listing=listing).delete()
        else:
            Judgement.objects.update_or_create(
                query=query, listing=listing, defaults={"grade": grade, "at": clock.now()}
            )
        facts = {"listing": listing.public_id, "grade": grade}
        audit.record(query, "judged.graded", actor=acting_user, facts=facts)
    return query
