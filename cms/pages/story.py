"""A story of a town or a factory, or a buying guide, told below its portal."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from clusters.queries import ClusterLine, cluster_line, line_of

from ..blocks.base import Chosen
from ..blocks.portal import StoryBlocks
from ..fields import BlocksField
from ..images import Picture
from .base import WindowPage
from .portal import PortalPage, refuse_foreign_listings


class StoryPage(WindowPage, Page):  # type: ignore[misc]
    """A longer read; a shelf in it shows the goods it speaks of at the price of this moment."""

    class Kind(models.TextChoices):
        TOWN = "town", _("Story of the town")
        FACTORY = "factory", _("Story of a factory")
        GUIDE = "guide", _("Buying guide")

    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.TOWN)
    lede = models.CharField(_("Introduction"), max_length=240)
    picture = models.ForeignKey(
        Picture, verbose_name=_("Picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = BlocksField(StoryBlocks(), verbose_name=_("Story"), blank=True)

    template = "cms/pages/story.html"
    parent_page_types = ["cms.PortalPage"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        MultiFieldPanel([FieldPanel("lede"), FieldPanel("picture")], heading=_("Opening")),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    @cached_property
    def portal_page(self) -> PortalPage:
        """The portal it is told below."""
        page: PortalPage = PortalPage.objects.select_related("cluster").get(path=self.path[: -self.steplen])
        return page

    @cached_property
    def portal_line(self) -> ClusterLine:
        """The cluster it is told in; its code is the step before the last of the address."""
        return cluster_line(self.url_path.rstrip("/").split("/")[-2]) or line_of(self.portal_page.cluster)

    @property
    def trail(self) -> list[tuple[str, str]]:
        return [(self.title, "")]

    def clean(self) -> None:
        super().clean()
        if self.path:  # a new page has no place in the tree yet; it is checked when it has
            refuse_foreign_listings(self.body, self.portal_page.cluster_id)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        live = context["live"]
        choice = Chosen(self.picture_id) if self.picture_id else None
        live.need_picture(choice)
        context["hero"] = live.shot(choice)
        return context

    def linked_facts(self, root: str, url: str) -> list[dict[str, Any]]:
        article = {
            "@type": "Article",
            "headline": self.title,
            "description": self.lede,
            "url": url,
            "inLanguage": self.locale.language_code,
            "publisher": {"@type": "Organization", "name": self.portal_line.name},
        }
        if self.first_published_at:
            article["datePublished"] = self.first_published_at.date().isoformat()
        return [article, *super().linked_facts(root, url)]
