"""Festivals."""

from typing import Any

from clusters.models import Cluster
from marketplace.campaigns.models import Campaign
from marketplace.core import clock


def make_festival(cluster: Cluster | None, **fields: Any) -> Campaign:
    """A festival of a town, or of all, that runs since last year and until the next."""
    now = clock.now()
    defaults = {
        "kind": Campaign.Kind.ORIGIN_DAY,
        "title_zh": "节",
        "title_en": "Origin Day",
        "starts_at": now.replace(year=now.year - 1),
        "ends_at": now.replace(year=now.year + 1),
        "state": Campaign.State.APPROVED,
    }
    return Campaign.objects.create(cluster=cluster, **{**defaults, **fields})
