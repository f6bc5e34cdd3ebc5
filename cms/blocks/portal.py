"""The menus of blocks a page may be built of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .goods import ShelfBlock
from .pictures import GalleryBlock
from .text import FaqBlock, FiguresBlock, QuoteBlock, StoryBlock, TimelineBlock
from .town import CampaignBlock, FactoryWallBlock, InquiryBlock, MapBlock, StoriesBlock

_GOODS, _TOWN, _WORDS = _("Goods"), _("The town"), _("Words and pictures")


class PortalBlocks(blocks.StreamBlock):  # type: ignore[misc]
    """What a cluster's portal is built of."""

    campaign = CampaignBlock(group=_GOODS)
    shelf = ShelfBlock(group=_GOODS)
    inquiry = InquiryBlock(group=_GOODS)
    factories = FactoryWallBlock(group=_TOWN)
    map = MapBlock(group=_TOWN)
    stories = StoriesBlock(group=_TOWN)
    figures = FiguresBlock(group=_TOWN)
    story = StoryBlock(group=_WORDS)
    timeline = TimelineBlock(group=_WORDS)
    quote = QuoteBlock(group=_WORDS)
    gallery = GalleryBlock(group=_WORDS)
    faq = FaqBlock(group=_WORDS)

    class Meta:
        # Reading order matters more than variety; a page of more than this nobody reads to the end.
        max_num = 25


class StoryBlocks(blocks.StreamBlock):  # type: ignore[misc]
    """What a story is told with; a shelf in it shows the goods it speaks of."""

    story = StoryBlock(group=_WORDS)
    quote = QuoteBlock(group=_WORDS)
    gallery = GalleryBlock(group=_WORDS)
    timeline = TimelineBlock(group=_WORDS)
    figures = FiguresBlock(group=_TOWN)
    shelf = ShelfBlock(group=_GOODS)
    inquiry = InquiryBlock(group=_GOODS)


class HomeBlocks(blocks.StreamBlock):  # type: ignore[misc]
    """What follows the map on the home page."""

    shelf = ShelfBlock(group=_GOODS)
    story = StoryBlock(group=_WORDS)
    quote = QuoteBlock(group=_WORDS)
    faq = FaqBlock(group=_WORDS)
