"""What the admin of the window adds to Wagtail's, and what it takes away from those who tend one portal."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from marketplace.core.i18n import pick

from .choosers import listing_chooser
from .pages.portal import PortalPage
from .rights import clusters_of

# Menu entries that speak of the whole site; Wagtail's own rights refuse operators what they lead to.
_FOR_STAFF = {"reports", "settings", "help"}


class PortalsPanel(Component):  # type: ignore[misc]
    """The front of the admin: the portals a person tends, one press from editing."""

    name = "portals"
    order = 50
    template_name = "cms/admin/portals_panel.html"
    MOST = 24

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """One row per cluster with its page in each language."""
        user = parent_context["request"].user
        pages = (
            PortalPage.objects.filter(cluster__in=clusters_of(user))
            .select_related("cluster", "locale")
            .order_by("cluster__position", "cluster_id", "-locale__language_code")
        )
        rows = [
            {
                "name": pick(cluster, "name"),
                "pages": list(own),
                "rules": reverse("curation:rules", args=[cluster.code]),
            }
            for cluster, own in groupby(pages[: 2 * self.MOST], key=lambda page: page.cluster)
        ]
        return {
            "rows": rows,
            "heading": _("Your portals"),
            "edit": _("Edit"),
            "view": _("View"),
            "rules": _("Search rules"),
        }


@hooks.register("register_admin_viewset")
def register_listing_chooser() -> Any:
    """The chooser of listings for shelves."""
    return listing_chooser


@hooks.register("construct_page_chooser_queryset")
def own_pages_only(pages: Any, request: HttpRequest) -> Any:
    """Links are chosen among the pages a person tends; stock Wagtail lists the titles of all."""
    if request.user.is_superuser:
        return pages
    own = policy_registry.get_by_type(Page).explorable_instances(request.user)
    return pages.filter(pk__in=own.values("pk"))


@hooks.register("construct_main_menu")
def short_menu(request: HttpRequest, items: list[Any]) -> None:
    """Operators see pages and media, nothing of the site's machinery."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in _FOR_STAFF]


# After the parts of Wagtail that add to it.
@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    """How many pages the whole site has is nothing an operator needs to know."""
    if not request.user.is_superuser:
        items.clear()


@hooks.register("construct_homepage_panels")
def portals_first(request: HttpRequest, panels: list[Any]) -> None:
    """The portals a person tends, above everything else."""
    panels.append(PortalsPanel())
