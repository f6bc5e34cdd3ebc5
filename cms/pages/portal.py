"""The portal of a cluster: its name card and the blocks its team arranges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from clusters.models import Cluster
from clusters.queries import ClusterLine, cluster_line, line_of
from marketplace.catalog.models import Listing
from marketplace.core.frozen import Frozen, Marks

from ..blocks.base import Chosen, Piece, pieces_of
from ..blocks.portal import PortalBlocks
from ..fields import BlocksField
from ..images import Picture
from .base import WindowPage, address_of

MOST_STORIES = 9


def picked_listings(stream: Any) -> set[int]:
    """Keys of all listings chosen by hand in a stream."""
    keys: set[int] = set()
    for child in stream:
        if child.block_type == "shelf":
            keys.update(choice.pk for choice in child.value["listings"] or () if choice)
    return keys


def refuse_foreign_listings(stream: Any, cluster_id: int) -> None:
    """Raise ValidationError when a shelf holds a listing of another cluster, whoever put it there."""
    keys = picked_listings(stream)
    if keys and Listing.objects.filter(pk__in=keys).exclude(cluster_id=cluster_id).exists():
        raise ValidationError(
            {"body": _("A shelf holds a listing of another cluster. Only your own can be shown here.")}
        )


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list."""

    title: str
    lede: str
    kind: Any
    url: str
    picture_id: int | None


def _story_model() -> Any:
    """A story knows its portal, so the portal knows stories by name only."""
    return apps.get_model("cms", "StoryPage")


def _newest_below(m: Marks) -> Any:
    rows = _story_model().objects.filter(path__startswith=m.start("path"), depth=m.whole("depth"), live=True)
    columns = rows.order_by("-first_published_at", "-pk")
    return columns.values_list("title", "lede", "kind", "slug", "picture_id")[:MOST_STORIES]


_stories_below = Frozen(_newest_below)


class PortalPage(WindowPage, Page):  # type: ignore[misc]
    """A cluster's own page, one per language; its slug is the cluster's code in both."""

    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    lede = models.CharField(
        _("One sentence"),
        max_length=200,
        help_text=_("What the town makes and why it makes it better than anyone."),
    )
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("Picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Wide, 16:9, at least 1600 pixels: the town, its market or its machines."),
    )
    body = BlocksField(PortalBlocks(), verbose_name=_("Page"), blank=True)

    template = "cms/pages/portal.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    # A portal is made with its cluster, in both languages at once, never alone in the page tree.
    is_creatable = False

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("lede"), FieldPanel("picture")], heading=_("Name card")),
        FieldPanel("body"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("seo_title"), FieldPanel("search_description")], heading=_("For search engines")
        ),
    ]

    class Meta:
        verbose_name = _("portal")
        verbose_name_plural = _("portals")

    @cached_property
    def portal_line(self) -> ClusterLine:
        """The cluster, from the list every page keeps; a closed one's page can still be previewed."""
        return cluster_line(self.slug) or line_of(self.cluster)

    def clean(self) -> None:
        super().clean()
        if self.slug != self.cluster.code:
            raise ValidationError({"slug": _("A portal's address is its cluster's code.")})
        refuse_foreign_listings(self.body, self.cluster_id)

    def newest_stories(self, count: int) -> list[StoryLine]:
        """The newest published stories of this portal."""
        rows = _stories_below(path=self.path, depth=self.depth + 1)[:count]
        kinds = dict(_story_model().Kind.choices)
        here = address_of(self.locale.language_code, self.url_path)
        return [
            StoryLine(title, lede, kinds.get(kind, ""), f"{here}{slug}/", picture_id)
            for title, lede, kind, slug, picture_id in rows
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        live = context["live"]
        choice = Chosen(self.picture_id) if self.picture_id else None
        live.need_picture(choice)
        context["hero"] = live.shot(choice)
        context["anchors"] = anchors_of(pieces_of(self.body))
        return context

    def linked_facts(self, root: str, url: str) -> list[dict[str, Any]]:
        line = self.portal_line
        organisation = {
            "@type": "Organization",
            "name": line.name,
            "alternateName": line.name_en if line.name == line.name_zh else line.name_zh,
            "url": url,
            "description": self.lede,
            "areaServed": line.region,
            "address": {"@type": "PostalAddress", "addressLocality": line.region, "addressCountry": "CN"},
            "location": {
                "@type": "Place",
                "geo": {"@type": "GeoCoordinates", "latitude": line.latitude, "longitude": line.longitude},
            },
        }
        if line.since_year:
            organisation["foundingDate"] = str(line.since_year)
        return [organisation, *super().linked_facts(root, url)]


# Blocks a reader may jump to, by the word of the jump list.
_JUMPS = {
    "shelf": _("Goods"),
    "factories": _("Factories"),
    "map": _("Map"),
    "story": _("Story"),
    "stories": _("Stories"),
    "faq": _("Questions"),
    "inquiry": _("Ask"),
}


def anchors_of(pieces: Iterable[Piece]) -> list[tuple[str, Any]]:
    """(element id, word) of the first block of each kind a reader may jump to, in page order."""
    found: dict[str, tuple[str, Any]] = {}
    for child, _content in pieces:
        if child.block_type in _JUMPS:
            found.setdefault(child.block_type, (f"b-{child.id}", _JUMPS[child.block_type]))
    return list(found.values())
