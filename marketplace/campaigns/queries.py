"""Reads of campaigns."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from marketplace.core import clock
from marketplace.core.frozen import Frozen, Marks

from .models import Campaign

_MOST = 8
# What lists of festivals show; the rest is read when asked for.
_SHOWN = (
    *("public_id", "kind", "cluster_id", "starts_at", "ends_at"),
    *("title_zh", "title_en", "summary_zh", "summary_en"),
    "cluster__code",
)


def running_or_soon(*, cluster_id: int | None = None, days_ahead: int = 14, limit: int = 4) -> list[Campaign]:
    """Campaigns running now or starting within `days_ahead`, soonest first; of one cluster or of the site."""
    now = clock.now()
    moments = {"now": now, "soon": now + timedelta(days=days_ahead)}
    found = _anywhere(**moments) if cluster_id is None else _around(cluster=cluster_id, **moments)
    return found[:limit]


def _between(m: Marks) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(
        state=Campaign.State.APPROVED, ends_at__gt=m.moment("now"), starts_at__lt=m.moment("soon")
    )
    shown = rows.only(*_SHOWN).select_related("cluster")
    return shown.order_by("starts_at", "pk")


_anywhere = Frozen(lambda m: _between(m)[:_MOST])
_around = Frozen(
    lambda m: _between(m).filter(Q(cluster_id=m.whole("cluster")) | Q(cluster__isnull=True))[:_MOST]
)
