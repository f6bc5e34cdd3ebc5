"""Words: the origin story, the years, a voice, questions and answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..live import Live
from .base import FEATURES, LiveBlock
from .pictures import PictureBlock


class StoryBlock(LiveBlock):
    """A few paragraphs under a heading, with a picture beside them."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=80)
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES)
    picture = PictureBlock(label=_("Picture"), required=False)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Story")
        template = "cms/blocks/story.html"
        description = _("How the town came to make what it makes.")
        preview_value = {
            "title": "大唐袜机响了四十年",
            "text": "<p>一九七〇年代末，大唐镇的第一批手摇袜机在自家堂屋里转了起来。</p>",
            "picture": None,
            "caption": "",
        }

    def collect(self, value: Any, live: Live) -> None:
        live.need_picture(value["picture"])

    def present(self, value: Any, live: Live) -> dict[str, Any]:
        return {"shot": live.shot(value["picture"])}


class YearBlock(blocks.StructBlock):  # type: ignore[misc]
    """One entry of a timeline."""

    year = blocks.CharBlock(label=_("Year"), max_length=20)
    title = blocks.CharBlock(label=_("What happened"), max_length=80)
    text = blocks.TextBlock(label=_("In a sentence or two"), required=False, max_length=300, rows=2)


class TimelineBlock(blocks.StructBlock):  # type: ignore[misc]
    """The years that made the town."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    entries = blocks.ListBlock(YearBlock(), label=_("Years"), min_num=2, max_num=14)

    class Meta:
        icon = "history"
        label = _("Timeline")
        template = "cms/blocks/timeline.html"
        description = _("The years that made the town, oldest first.")
        preview_value = {
            "title": "四十年",
            "entries": [
                {"year": "1978", "title": "第一台手摇袜机", "text": "大唐镇的家庭作坊开始织袜。"},
                {"year": "1991", "title": "袜业市场开张", "text": ""},
            ],
        }


class QuoteBlock(blocks.StructBlock):  # type: ignore[misc]
    """A voice from the town."""

    text = blocks.TextBlock(label=_("Words"), max_length=300, rows=3)
    who = blocks.CharBlock(label=_("Who says so"), max_length=60)
    role = blocks.CharBlock(label=_("What they do"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Voice")
        template = "cms/blocks/quote.html"
        description = _("One person of the town, in their own words.")
        preview_value = {
            "text": "一双袜子，差的就是那几分钱的纱。",
            "who": "陈师傅",
            "role": "机修，三十一年",
        }


class QuestionBlock(blocks.StructBlock):  # type: ignore[misc]
    """A question and its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=120)
    answer = blocks.TextBlock(label=_("Answer"), max_length=800, rows=3)


class FaqBlock(blocks.StructBlock):  # type: ignore[misc]
    """What buyers ask most."""

    title = blocks.CharBlock(label=_("Title"), max_length=80)
    entries = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1, max_num=20)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "cms/blocks/faq.html"
        description = _("What buyers ask most, answered by the town.")
        preview_value = {
            "title": "常见问题",
            "entries": [{"question": "最少订多少？", "answer": "现货一件起，定制三百双起。"}],
        }


class FiguresBlock(blocks.StructBlock):  # type: ignore[misc]
    """Numbers about the town that the market does not count itself, with their source."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=80)
    entries = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("value", blocks.CharBlock(label=_("Number"), max_length=24)),
                ("label", blocks.CharBlock(label=_("What it counts"), max_length=60)),
            ]
        ),
        label=_("Numbers"),
        min_num=2,
        max_num=6,
    )
    source = blocks.CharBlock(label=_("Source and year"), max_length=160)

    class Meta:
        icon = "decimal"
        label = _("Numbers of the town")
        template = "cms/blocks/figures.html"
        description = _("Production, people, share of the world, each with its source.")
        preview_value = {
            "title": "",
            "entries": [{"value": "250 亿", "label": "双袜子一年"}, {"value": "3,000+", "label": "家企业"}],
            "source": "诸暨市政府，2023",
        }
