"""What the blocks of one page show of the database, read together: few queries, however many blocks.

A page is shown in two passes. First every block says what it needs (`need_*`); then the first block that is
rendered triggers one read per family for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from clusters.queries import ClusterLine, FactoryLine, cluster_lines, factories_of
from marketplace.campaigns.models import Campaign
from marketplace.campaigns.queries import running_or_soon
from marketplace.catalog.cards import CardKey, card_key, cards_for, facts_of, kept_cards
from marketplace.catalog.models import Certificate
from marketplace.core import clock
from marketplace.core.frozen import Frozen, Marks
from marketplace.ui.cards import FactoryCard, ListingCard
from marketplace.ui.cards import Picture as Shot
from marketplace.ui.links import door

from .festivals import Festival, festivals_of
from .images import shots_of
from .shelves import Place, ShelfSpec, listings_on
from .town import Plan, factory_card, plan_of


def _in_force(m: Marks) -> QuerySet[Certificate, Any]:
    today = m.day("today")
    rows = Certificate.objects.filter(
        factory__in=m.wholes("factories"), valid_from__lte=today, valid_until__gte=today
    )
    return rows.order_by("kind", "pk").values_list("factory_id", "kind")


_kinds_in_force = Frozen(_in_force)
Held = tuple[tuple[str, ...], ...]


# What is drawn of factories depends on them, the portal and the language alone.
@lru_cache(maxsize=256)
def _wall(
    shown: tuple[FactoryLine, ...], held: Held, portal: ClusterLine, language: str | None
) -> tuple[FactoryCard, ...]:
    return tuple(factory_card(row, kinds, portal) for row, kinds in zip(shown, held, strict=True))


@lru_cache(maxsize=256)
def _plan(known: tuple[FactoryLine, ...], portal: ClusterLine, language: str | None) -> Plan | None:
    return plan_of(known, portal)


class Live:
    """The live side of one page. `portal` is the cluster whose page it is, or None for the whole market."""

    def __init__(self, portal: ClusterLine | None, *, page: Any = None) -> None:
        self.portal = portal
        self.page = page
        self._specs: dict[ShelfSpec, None] = {}
        self._pictures: set[int] = set()
        self._walls = 0
        self._days_ahead = 0
        self._stories = 0

    @classmethod
    def for_preview(cls) -> Live:
        """For a block shown without its page: the first cluster stands in."""
        lines = cluster_lines()
        return cls(max(lines, key=lambda line: line.listing_count) if lines else None)

    @property
    def ask_url(self) -> str:
        """Where a reader asks the portal's team; empty outside a portal."""
        return door(self.portal, "sourcing:ask_cluster") if self.portal else ""

    # What blocks ask for, before anything is read.

    def need_shelf(self, spec: ShelfSpec) -> None:
        self._specs[spec] = None

    def need_picture(self, choice: Any) -> None:
        """`choice` has a `pk`, or is None for no picture."""
        if choice is not None:
            self._pictures.add(choice.pk)

    def need_factories(self, count: int) -> None:
        """So many cards on the wall."""
        self._walls = max(self._walls, count)

    def need_campaigns(self, days_ahead: int) -> None:
        self._days_ahead = max(self._days_ahead, days_ahead)

    def need_stories(self, count: int) -> None:
        self._stories = max(self._stories, count)

    # What they get: each family is read once.

    @cached_property
    def _on_shelves(self) -> dict[ShelfSpec, list[Place]]:
        return listings_on(self._specs, cluster_id=self.portal.id if self.portal else None)

    @cached_property
    def _card_keys(self) -> dict[ShelfSpec, tuple[CardKey, ...]]:
        """What a card depends on: the listing as it is now, the quantity, where its links lead, the words."""
        return {
            spec: tuple(
                map(card_key(spec.quantity, self.portal), ((one.public_id, one.version) for one in places))
            )
            for spec, places in self._on_shelves.items()
        }

    @cached_property
    def _cards(self) -> dict[CardKey, ListingCard]:
        """Cards of all shelves by key: kept ones as they are, the others from three queries together."""
        wanted = {
            key: (place.pk, spec.quantity)
            for spec, places in self._on_shelves.items()
            for key, place in zip(self._card_keys[spec], places, strict=True)
        }
        cards = {key: card for key in wanted if (card := kept_cards.get(key)) is not None}
        missing = {key: asked for key, asked in wanted.items() if key not in cards}
        if missing:
            facts = facts_of({pk for pk, _quantity in missing.values()})
            for key, (pk, quantity) in missing.items():
                for card in cards_for([pk], quantity=quantity, portal=self.portal, facts=facts):
                    cards[key] = card
                    kept_cards.put(key, card)
        return cards

    def cards(self, spec: ShelfSpec) -> list[ListingCard]:
        """The shelf's cards, priced now."""
        return [self._cards[key] for key in self.card_keys(spec) if key in self._cards]

    def card_keys(self, spec: ShelfSpec) -> tuple[CardKey, ...]:
        """What stands on the shelf now, without the cards themselves."""
        return self._card_keys.get(spec, ())

    @cached_property
    def _shots(self) -> dict[int, Shot]:
        return shots_of(
            self._pictures | {story.picture_id for story in self._stories_here if story.picture_id}
        )

    def shot(self, choice: Any) -> Shot | None:
        """The chosen picture in its sizes, or None when there is none or it was deleted."""
        return self._shots.get(choice.pk) if choice is not None else None

    @cached_property
    def _factories_here(self) -> tuple[FactoryLine, ...]:
        return tuple(factories_of(self.portal.id)) if self.portal is not None else ()

    @cached_property
    def wall(self) -> tuple[FactoryCard, ...]:
        """The cards of all walls of the page; the same object until something on them changes."""
        shown = self._factories_here[: self._walls]
        if self.portal is None or not shown:
            return ()
        held: dict[int, list[str]] = {}
        for factory_id, kind in _kinds_in_force(factories=[row.pk for row in shown], today=clock.today()):
            held.setdefault(factory_id, []).append(kind)
        kinds = tuple(tuple(held.get(row.pk, ())) for row in shown)
        return _wall(shown, kinds, self.portal, get_language())

    def factories(self, count: int) -> Sequence[FactoryCard]:
        """The cluster's factories with the certificates in force today, verified ones first."""
        return self.wall[:count]

    @cached_property
    def plan(self) -> Plan | None:
        """Where the factories are."""
        if self.portal is None:
            return None
        return _plan(self._factories_here, self.portal, get_language())

    @cached_property
    def _campaigns(self) -> list[Campaign]:
        cluster_id = self.portal.id if self.portal else None
        return running_or_soon(cluster_id=cluster_id, days_ahead=self._days_ahead)

    def festivals(self, days_ahead: int, count: int) -> list[Festival]:
        """Those that run or start within so many days, running ones first."""
        last = clock.now() + timedelta(days=days_ahead)
        return festivals_of(row for row in self._campaigns if row.starts_at <= last)[:count]

    @cached_property
    def _stories_here(self) -> list[Any]:
        if self.page is None or not self._stories or not hasattr(self.page, "newest_stories"):
            return []
        found: list[Any] = self.page.newest_stories(self._stories)
        return found

    def stories(self, count: int) -> list[tuple[Any, Shot | None]]:
        """The newest stories below the portal's page, each with its picture."""
        return [(story, self._shots.get(story.picture_id)) for story in self._stories_here[:count]]
