"""A first Wagtail site's page: a StreamField of headings, rich text, quotes, image cards and a table."""

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page


class CardBlock(blocks.StructBlock):
    """An image with a pasted title, price and minimum, as editors do where goods are no live data."""

    image = ImageChooserBlock()
    title = blocks.CharBlock()
    price = blocks.CharBlock()
    minimum = blocks.CharBlock()

    class Meta:
        template = "wagtail_stock/card.html"


class TableBlock(blocks.StructBlock):
    """Rows of cells."""

    rows = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock()))

    class Meta:
        template = "wagtail_stock/table.html"


class StockPage(Page):
    """A content page."""

    body = StreamField(
        [
            ("heading", blocks.CharBlock()),
            ("paragraph", blocks.RichTextBlock()),
            ("quote", blocks.BlockQuoteBlock()),
            ("card", CardBlock()),
            ("table", TableBlock()),
        ]
    )
    template = "wagtail_stock/page.html"
