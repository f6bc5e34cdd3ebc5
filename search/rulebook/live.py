"""The live rules in this process: a look at which versions are live every few seconds, read anew when others
are.
"""

from __future__ import annotations

import time
from threading import Lock

from django.conf import settings
from django.db.models import QuerySet

from search.models import Rule, RuleVersion

from .book import Book, Line, forms_of
from .rules import said

_kept: list[tuple[float, Book]] = []
_lock = Lock()


def live_book() -> Book:
    """The live rules of the market and all towns, some seconds old at most; one query when it looks."""
    if _kept and time.monotonic() - _kept[0][0] < settings.SEARCH_RULES_SECONDS:
        return _kept[0][1]
    key = _live_key()
    with _lock:
        book = _kept[0][1] if _kept and _kept[0][1].key == key else None
    if book is None:
        book = Book(lines_of(Rule.objects.filter(version__in=[pk for pk, _at in key])), key=key)
    with _lock:
        _kept[:] = [(time.monotonic(), book)]
    return book


def _live_key() -> tuple[tuple[int, object], ...]:
    rows = RuleVersion.objects.filter(state=RuleVersion.State.LIVE).order_by("pk")
    return tuple(rows.values_list("pk", "live_since"))


def book_with(version: RuleVersion) -> Book:
    """The live rules with one version in the place of the live one of its town or of the market."""
    others = RuleVersion.objects.filter(state=RuleVersion.State.LIVE).exclude(cluster=version.cluster_id)
    if version.cluster_id is None:
        others = RuleVersion.objects.filter(state=RuleVersion.State.LIVE, cluster__isnull=False)
    keys = [*others.values_list("pk", flat=True), version.pk]
    return Book(lines_of(Rule.objects.filter(version__in=keys)), key=("tried", version.pk))


def lines_of(rules: QuerySet[Rule]) -> list[Line]:
    """Rules as they are applied, in the order they were made; one query."""
    rows = rules.select_related("version__cluster", "listing", "category").order_by("pk")
    return [
        Line(
            public_id=rule.public_id,
            kind=rule.kind,
            scope=rule.version.cluster.code if rule.version.cluster else "",
            query=said(rule.query),
            exact=rule.match == Rule.Match.EXACT,
            language=rule.language,
            starts_on=rule.starts_on,
            ends_on=rule.ends_on,
            position=rule.position or 1,
            factor=float(rule.factor or 1),
            listing_id=rule.listing_id,
            listing=rule.listing.public_id if rule.listing else "",
            supplier_id=rule.supplier_id,
            category=rule.category.slug if rule.category else "",
            forms=forms_of(rule.forms),
            others=forms_of(rule.others),
        )
        for rule in rows
    ]


def forget() -> None:
    """Look anew at the next question."""
    _kept.clear()
