"""Reads of campaigns."""

from datetime import timedelta

from marketplace.core import clock

from .models import Campaign


def running_or_soon(*, cluster_id: int | None = None, days_ahead: int = 14, limit: int = 4) -> list[Campaign]:
    """Campaigns running now or starting within `days_ahead`, soonest first; of one cluster or of the site."""
    now = clock.now()
    rows = Campaign.objects.filter(
        state=Campaign.State.APPROVED, ends_at__gt=now, starts_at__lt=now + timedelta(days=days_ahead)
    ).select_related("cluster")
    if cluster_id is not None:
        rows = rows.filter(cluster_id=cluster_id) | rows.filter(cluster__isnull=True)
    return list(rows.order_by("starts_at", "pk")[:limit])
