"""Whose portals a person may edit; the admin's choosers and lists ask here, on the server."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from clusters.models import Cluster


def clusters_of(user: Any) -> QuerySet[Cluster]:
    """Clusters whose portal page the user may change: all for administrators, else those of their group."""
    if user.is_superuser:
        return Cluster.objects.all()
    pages = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, {"change"})
    # A portal's page carries its cluster's code as slug; stories below it do not count.
    return Cluster.objects.filter(code__in=pages.filter(depth=3).values("slug"))
