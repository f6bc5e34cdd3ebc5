"""Saved searches and rows of the search log."""

from itertools import count
from typing import Any

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.core import clock, ids
from search.models import (
    HiddenSuggestion,
    JudgedQuery,
    Rule,
    RuleVersion,
    SavedSearch,
    SearchClick,
    SearchEvent,
)
from search.saved.rules import fingerprint_of

_numbers = count(1)


def make_saved(
    user: User, query: str = "q=socks", *, portal: Cluster | None = None, **fields: Any
) -> SavedSearch:
    """A search that somebody keeps, without anything seen in it."""
    defaults = {"name": query, "locale": "en", "frequency": SavedSearch.Frequency.AT_ONCE}
    return SavedSearch.objects.create(
        user=user,
        query=query,
        portal=portal,
        fingerprint=fingerprint_of(query, portal.code if portal else ""),
        **{**defaults, **fields},
    )


def make_event(q: str = "socks", *, shown: list[int] | None = None, **fields: Any) -> SearchEvent:
    """A results page of today, shown to somebody new."""
    at = fields.pop("at", clock.now())
    defaults = {
        "query_id": ids.new_public_id(),
        "visitor": f"{next(_numbers):016x}",
        "day": clock.business_date(at),
        "locale": "en",
        "engine": "embedded",
        "total": len(shown or ()),
        "took_ms": 10,
    }
    return SearchEvent.objects.create(q=q, shown=shown or [], at=at, **{**defaults, **fields})


def make_click(event: SearchEvent, listing_id: int, *, position: int = 1, **fields: Any) -> SearchClick:
    """A listing opened from that page by the same visitor."""
    at = fields.pop("at", event.at)
    return SearchClick.objects.create(
        query_id=event.query_id,
        visitor=event.visitor,
        listing_id=listing_id,
        position=position,
        at=at,
        day=clock.business_date(at),
        **fields,
    )


def make_rules(cluster: Cluster | None, word: str) -> tuple[RuleVersion, Rule]:
    """A former version of rules, and a draft with a rule about a word."""
    former = RuleVersion.objects.create(cluster=cluster, number=1, state=RuleVersion.State.FORMER)
    draft = RuleVersion.objects.create(cluster=cluster, number=2)
    return former, Rule.objects.create(version=draft, kind=Rule.Kind.KEEP, forms=word)


def make_judged(q: str) -> JudgedQuery:
    """A query to be judged, without a grade yet."""
    return JudgedQuery.objects.create(q=q)


def make_hidden(q: str) -> HiddenSuggestion:
    """A past query that the search box does not offer."""
    return HiddenSuggestion.objects.create(q=q, reason="not for everyone")
