"""Rules about queries, made live as staff makes them live."""

from __future__ import annotations

from typing import Any

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from search.curation import actions
from search.models import RuleVersion
from search.rulebook import live

EMPTY = {
    "query": "", "match": "exact", "language": "", "starts_on": None, "ends_on": None, "position": None,
    "factor": None, "listing": None, "supplier": None, "category": None, "forms": "", "others": "",
}  # fmt: skip


def live_rules(staff: User, *rules: dict[str, Any], cluster: Cluster | None = None) -> RuleVersion:
    """Make rules live, in one version."""
    actions.begin_draft(acting_user=staff, cluster=cluster)
    for rule in rules:
        actions.put_rule(acting_user=staff, cluster=cluster, values={**EMPTY, **rule})
    version = actions.publish_draft(acting_user=staff, cluster=cluster, note="try")
    live.forget()
    return version


def pin(listing: Listing, query: str = "socks", position: int = 1, **more: Any) -> dict[str, Any]:
    return {"kind": "pin", "query": query, "listing": listing, "position": position, **more}
