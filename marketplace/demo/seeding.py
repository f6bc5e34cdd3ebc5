"""Making all of the demo, in the order things rest on each other. Every step leaves alone what is there."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from marketplace.companies.models import Company
from marketplace.core.actors import SYSTEM
from marketplace.orders.actions.figures import refresh_repurchase
from search.backends.serving import backends
from search.pictures.actions import describe_missing
from search.rebuilding import ensure_indexes, rebuild

from .data import buyers, towns
from .history import live_through
from .looks import known_looks
from .making import curation, gates, goods, people, places, portals, searches, stock

# Enough that every shelf, facet and page has something to show.
RICH_LISTINGS = 3_276
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the seed of chance, how many listings, whether with months of trade."""

    seed: int = 7
    listings: int = RICH_LISTINGS
    history: bool = True


def seed_all(wish: Wish, say: Say) -> None:
    """Bring the demo into the database; a second run with the same wish adds nothing."""
    start = time.monotonic()
    # A line per page and task of the window would bury what is told here.
    for name in ("wagtail", "django_tasks"):
        logging.getLogger(name).setLevel(logging.WARNING)

    def tell(what: str) -> None:
        say(f"{time.monotonic() - start:6.1f} s  {what}")

    others = make_base(wish)
    tell(f"{len(towns())} clusters, {len(goods.makers())} factories, {len(buyers())} buyers")
    added = stock.write_listings(
        wish.seed, wish.listings, rich=RICH_LISTINGS, progress=_milestones(tell, wish.listings)
    )
    places.cover_listings()
    tell(f"{added} listings added")
    pages = portals.make_portals()
    portals.hand_portals_over({code: others[code] for code in people.OPERATORS})
    tell(f"{pages} portal pages")
    if wish.history:
        counts = live_through(wish.seed)
        tell(", ".join(f"{number} {what}" for what, number in counts.items()) or "months of trade were there")
    tell(f"{describe_missing(tell=False, looks=known_looks())} pictures looked at")
    if added:
        gates.close_prices()
        tell(f"{refresh_repurchase(acting_user=SYSTEM)} listings are bought again")
    tell(f"{build_search(fresh=bool(added))} search indexes built")
    if wish.history:
        tell(f"{searches.make_searches(wish.seed)} searches logged, {searches.keep_searches()} kept")
    rules, judged = curation.make_curation()
    tell(f"{rules} search rules live, {judged} queries judged")
    write_accounts()


@transaction.atomic
def make_base(wish: Wish) -> dict[str, Company]:
    """Towns, categories, factories, people, festivals. Returns the operators' companies by cluster code."""
    clusters = places.make_clusters()
    places.make_categories()
    suppliers = places.make_suppliers(wish.seed)
    places.make_factories(wish.seed, suppliers, clusters)
    users = people.make_users(wish.seed)
    others = people.make_others(wish.seed)
    people.make_memberships(users, suppliers, people.make_buyers(wish.seed), others)
    places.make_festivals(wish.seed, clusters)
    return others


def build_search(*, fresh: bool) -> int:
    """Rows written in bulk tell nobody: after any the indexes are built anew, else where one is missing."""
    if not fresh:
        return len(ensure_indexes())
    return len([rebuild(engine) for engine in backends()])


def _milestones(tell: Say, total: int) -> stock.Progress:
    step = max(50_000, total // 10)

    def report(done: int) -> None:
        if done % step < stock.BATCH and done < total:
            tell(f"{done} of {total} listings")

    return report


def write_accounts() -> None:
    """Write down the log-ins, for the one who starts the demo to print."""
    rows = [
        {"role": a.role, "email": a.email, "password": people.PASSWORD, "path": a.path}
        for a in people.accounts()
    ]
    file = settings.VAR / "demo-accounts.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
