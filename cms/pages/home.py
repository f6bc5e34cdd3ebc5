"""The home page: a map of towns that is a real way in, what runs, what sells."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from ..blocks.portal import HomeBlocks
from ..fields import BlocksField
from ..home import home_context
from ..mine import mine_of
from .base import WindowPage


class HomePage(WindowPage, Page):  # type: ignore[misc]
    """The first page, one per language."""

    headline = models.CharField(_("Headline"), max_length=80)
    lede = models.CharField(_("Introduction"), max_length=200, blank=True)
    searches = models.TextField(
        _("Suggested searches"),
        blank=True,
        help_text=_("One per line, at most eight; shown below the headline."),
    )
    body = BlocksField(HomeBlocks(), verbose_name=_("Below the map"), blank=True)

    template = "cms/pages/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.PortalPage"]
    max_count = 2

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("lede"),
        FieldPanel("searches"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context.update(home_context(), mine=mine_of(request))
        context["searches"] = [line.strip() for line in self.searches.splitlines() if line.strip()][:8]
        return context

    def linked_facts(self, root: str, url: str) -> list[dict[str, Any]]:
        search = f"{url}find/?q={{search_term_string}}"
        return [
            {
                "@type": "WebSite",
                "name": "Chandi 产地",
                "url": url,
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": {"@type": "EntryPoint", "urlTemplate": search},
                    "query-input": "required name=search_term_string",
                },
            }
        ]
