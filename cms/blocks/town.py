"""The town itself: its factories on a wall and on a map, its festivals, its stories, and how to ask it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..live import Live
from .base import LiveBlock, Same


class FactoryWallBlock(LiveBlock):
    """Factories with capacity and certificates, verified ones first."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    count = blocks.IntegerBlock(label=_("How many"), default=6, min_value=1, max_value=24)

    class Meta:
        icon = "group"
        label = _("Factory wall")
        template = "cms/blocks/factories.html"
        description = _("The cluster's factories of this moment, with capacity and valid certificates.")
        preview_value = {"title": "源头工厂", "count": 3}

    def collect(self, value: Any, live: Live) -> None:
        live.need_factories(value["count"])

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"cards": live.factories(value["count"])}

    def shown(self, value: Any, live: Live) -> Hashable:
        return Same(live.wall)


class MapBlock(LiveBlock):
    """Where the factories are, as a map and as a list."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(label=_("How to get there"), required=False, max_length=400, rows=3)

    class Meta:
        icon = "site"
        label = _("Map of factories")
        template = "cms/blocks/map.html"
        description = _("Where the factories are. The list beside it says the same without a map.")
        preview_value = {"title": "厂在哪里", "text": ""}

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"plan": live.plan}

    def shown(self, value: Any, live: Live) -> Hashable:
        return Same(live.plan)


class CampaignBlock(LiveBlock):
    """The festival that runs or comes next; nothing when there is none."""

    days_ahead = blocks.IntegerBlock(
        label=_("Show how many days before it starts"), default=14, min_value=0, max_value=90
    )

    class Meta:
        icon = "date"
        label = _("Running festival")
        template = "cms/blocks/campaign.html"
        description = _("The running or next festival with the time left. Shows nothing when there is none.")
        preview_value = {"days_ahead": 90}

    def collect(self, value: Any, live: Live) -> None:
        live.need_campaigns(value["days_ahead"])

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"festivals": live.festivals(value["days_ahead"], 2)}


class StoriesBlock(LiveBlock):
    """The newest stories of this portal."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    count = blocks.IntegerBlock(label=_("How many"), default=3, min_value=1, max_value=9)

    class Meta:
        icon = "doc-full"
        label = _("Stories")
        template = "cms/blocks/stories.html"
        description = _("The newest stories of this portal, newest first.")

    def collect(self, value: Any, live: Live) -> None:
        live.need_stories(value["count"])

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"stories": live.stories(value["count"])}


class InquiryBlock(LiveBlock):
    """The way to ask the town when the shelf has no answer."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=300, rows=3)

    class Meta:
        icon = "mail"
        label = _("Inquiry")
        template = "cms/blocks/inquiry.html"
        description = _("Leads to the inquiry form; the cluster's team passes it to factories that fit.")
        preview_value = {"title": "找不到？问产地", "text": "说说要做什么、要多少、什么时候要。"}

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"ask_url": live.ask_url}
