"""Two towns with goods, and a search kept in them as the page keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clusters.queries import cluster_line
from marketplace.accounts.models import User
from marketplace.catalog import actions as catalog
from marketplace.catalog.models import Listing
from marketplace.catalog.rules import Tier
from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from search import rebuilding
from search.models import SavedSearch
from search.saved import actions
from search.saved.queries import address_of
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory

LADDER = ((120, 300), (1200, 245))


def make_two_towns() -> dict[str, Listing]:
    """Two towns with a listing each, on sale since yesterday, indexed."""
    made = {}
    for code, zh, en in (
        ("zhuji-socks", "棉袜", "Cotton socks"),
        ("taizhou-gloves", "手套", "Nitrile gloves"),
    ):
        factory = make_factory(cluster=make_cluster(code=code, name_en=code))
        made[code] = make_listing(
            factory=factory, title_zh=zh, title_en=en, ladder=LADDER, attributes=[],
            category=make_category(slug=f"kind-{code}", name_zh=zh, name_en=en),
            published_at=clock.now() - timedelta(days=1),
        )  # fmt: skip
    rebuilding.rebuild("embedded")
    outbox.drain()
    return made


def keep(user: User, query: str = "q=socks&quantity=1500", *, portal: str = "", **wishes: Any) -> SavedSearch:
    """Save a search as the page does; at once by mail and in the app unless wished otherwise."""
    line = cluster_line(portal) if portal else None
    wishes.setdefault("frequency", "at_once")
    return actions.save_search(acting_user=user, address=address_of(query, line), portal=line, **wishes)


def new_price(listing: Listing, *steps: tuple[int, int]) -> None:
    """Set a ladder and let the worker do its part."""
    catalog.set_ladder(
        acting_user=SYSTEM, listing=listing, ladder=[Tier(*step) for step in steps], reason="spring"
    )
    outbox.drain()


def new_listing(like: Listing, **fields: Any) -> Listing:
    """Put further goods of the same factory on sale."""
    fields.setdefault("category", like.category)
    fields.setdefault("attributes", [])
    made = make_listing(factory=like.factory, state=Listing.State.DRAFT, published_at=None, **fields)
    catalog.publish_listing(acting_user=SYSTEM, listing=made)
    outbox.drain()
    return made
