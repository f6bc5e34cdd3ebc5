"""Home pages and portals, built as a new installation builds them."""

from collections.abc import Iterable
from typing import Any

from clusters.models import Cluster
from cms.pages.portal import PortalPage
from cms.seeding import HomeStory, PortalStory, Shelf, Words, build_portals


def make_portal(cluster: Cluster, **words: Any) -> PortalPage:
    """The Chinese portal page of a cluster (the English one is made with it). `words` as of PortalStory."""
    words.setdefault("lede", Words("做袜子的地方。", "A place that makes socks."))
    pages = build_portals(stories=[PortalStory(code=cluster.code, **words)], home=HomeStory())
    return next(page for page in pages if page.locale.language_code == "zh-hans")


def make_portals(clusters: Iterable[Cluster]) -> list[PortalPage]:
    """Portals of several clusters at once, both languages of each."""
    stories = [
        PortalStory(code=cluster.code, lede=Words("一句话。", "One sentence."), shelves=(Shelf("newest"),))
        for cluster in clusters
    ]
    return build_portals(stories=stories, home=HomeStory(shelves=()))


def show_blocks(page: PortalPage, *blocks: tuple[str, Any]) -> PortalPage:
    """Publish the page with these blocks (type, value as stored) in place of its own."""
    page.body = [
        {"type": kind, "value": value, "id": f"00000000-0000-0000-0000-{number:012d}"}
        for number, (kind, value) in enumerate(blocks, 1)
    ]
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def shelf(kind: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A shelf block as stored; `listings` are keys."""
    keys = fields.pop("listings", ())
    items = [{"type": "item", "value": key, "id": f"item-{key}"} for key in keys]
    value = {"title": "", "kind": kind, "quantity": None, "max_price": None, "count": 8, "listings": items}
    return "shelf", {**value, **fields}
