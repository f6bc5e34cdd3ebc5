"""Alerts become one notice per search: at once (not more often than every ten minutes) or once a day.

Search decides that and what is told and publishes it; notifications put it into words and send it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.catalog.cards import facts_of
from marketplace.core import clock, outbox
from search.models import SavedAlert, SavedSearch

from .queries import price_at, stop_token, untold_of
from .rules import LINES_PER_NOTICE, PAUSE

# Digests go out from this hour on, where the site is.
DIGEST_HOUR = 8


def tell_due(saved_ids: Iterable[int] | None = None) -> int:
    """Publish a notice for every search that has something to tell and whose time has come."""
    now = clock.now()
    told = 0
    for saved in untold_of(saved_ids):
        if _is_due(saved, now):
            told += tell(saved)
    return told


def _is_due(saved: SavedSearch, now: datetime) -> bool:
    if saved.frequency == SavedSearch.Frequency.AT_ONCE:
        return saved.told_at is None or now - saved.told_at >= PAUSE
    local = timezone.localtime(now)
    today_told = saved.told_at is not None and timezone.localtime(saved.told_at).date() >= local.date()
    return local.hour >= DIGEST_HOUR and not today_told


@transaction.atomic
def tell(saved: SavedSearch) -> bool:
    """Publish what a search has untold as one event, and mark it told. False when there is nothing left.

    Goods that went off sale meanwhile are left out, and prices that are no longer open to everyone.
    """
    locked = SavedSearch.objects.select_for_update().get(pk=saved.pk)
    waiting = list(SavedAlert.objects.filter(saved=locked, told_at__isnull=True).order_by("pk"))
    if not waiting:
        return False
    now = clock.now()
    SavedAlert.objects.filter(pk__in=[alert.pk for alert in waiting]).update(told_at=now)
    lines = _lines(locked, waiting)
    if not lines:
        return False
    SavedSearch.objects.filter(pk=locked.pk).update(told_at=now)
    outbox.publish(
        "saved_search.found",
        {
            "saved": locked.public_id,
            "user": locked.user_id,
            "name": locked.name,
            "by_mail": locked.by_mail,
            "in_app": locked.in_app,
            "lines": lines[:LINES_PER_NOTICE],
            "count": len(lines),
            "stop": stop_token(locked),
        },
        key=f"{locked.pk}:{waiting[-1].pk}",
    )
    return True


def _lines(saved: SavedSearch, alerts: list[SavedAlert]) -> list[dict[str, Any]]:
    """What is told, price falls first: one line per listing, as it stands now."""
    facts = facts_of({alert.listing_id for alert in alerts}, images={})
    lines: dict[int, dict[str, Any]] = {}
    for alert in sorted(alerts, key=lambda a: (a.reason == SavedAlert.Reason.NEW, -a.pk)):
        one = facts.get(alert.listing_id)
        if one is None or alert.listing_id in lines:
            continue
        price = price_at(one, saved.quantity).amount
        fell = alert.reason == SavedAlert.Reason.PRICE
        if fell and (price is None or alert.before is None or price >= alert.before):
            continue
        lines[alert.listing_id] = {
            "listing": one.public_id,
            "title": {"zh": one.title_zh, "en": one.title_en},
            "reason": str(alert.reason),
            "price": None if price is None else [price, one.currency],
            "before": [alert.before, alert.currency] if fell else None,
            "quantity": saved.quantity,
        }
    return list(lines.values())
