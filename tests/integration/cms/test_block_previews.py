"""The block picker shows every block with an example, read live where the block is live."""

import pytest
from django.template.loader import render_to_string

from cms.blocks.portal import PortalBlocks
from tests.factories.catalog import make_listing
from tests.factories.clusters import make_cluster, make_factory

pytestmark = pytest.mark.django_db

# Shown by what a page has: an example without that page would be empty.
OF_A_PAGE = {"gallery", "stories"}
BLOCKS = PortalBlocks().child_blocks


@pytest.mark.parametrize("name", sorted(set(BLOCKS) - OF_A_PAGE))
def test_a_block_has_an_example(name: str) -> None:
    block = BLOCKS[name]
    assert block.is_previewable
    assert block.get_description()
    value = block.get_preview_value()
    assert block.render(value) is not None


def test_a_shelfs_example_shows_goods_of_this_moment() -> None:
    cluster = make_cluster(listing_count=5)
    make_cluster(listing_count=1)
    listing = make_listing(factory=make_factory(cluster=cluster))
    block = BLOCKS["shelf"]
    page = render_to_string(
        block.get_preview_template(None),
        {"bound_block": block.bind(block.get_preview_value()), "block_def": block, "page_title": "Shelf"},
    )
    assert listing.title_zh in page
    assert "ui/window.css" in page
