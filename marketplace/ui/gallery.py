"""Examples of every part, shown at /ui/ and rendered in tests: a part without an example fails the build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .cards import Badge, ListingCard


@dataclass(frozen=True, slots=True)
class Example:
    """One part with one example context. `build` makes the variables the template asks for."""

    name: str
    group: str
    title: str
    template: str
    note: str
    build: Callable[[], dict[str, Any]]

    def context(self) -> dict[str, Any]:
        """Fresh variables for one rendering."""
        return self.build()


def listing_cards() -> dict[str, Any]:
    """Three cards."""
    return {
        "cards": [
            ListingCard(
                url="#", title="Combed cotton crew socks, five pairs per pack, unisex, spring and autumn",
                price_text="¥2.45", unit_text="pair", quantity_text="at 1,200 pairs",
                next_tier_text="¥2.45 → ¥2.10 from 3,000", moq_text="MOQ 300", ships_text="Ships in 7 days",
                factory_text="Zhuji Yunhe Knitting", town_text="Datang, Zhuji",
                badges=(Badge("Verified", "ok", "badge-check"), Badge("OEKO-TEX", "neutral", "award")),
                ask_url="#", compare_url="#", accent="zhuji-socks", score_text="4.7 (128)",
            )
        ]
        * 3
    }


EXAMPLES: tuple[Example, ...] = (
    Example("listing-cards", "Cards", "Listing cards", "ui/parts/listing_cards.html", "", listing_cards),
)


def by_group() -> list[tuple[str, list[Example]]]:
    """Groups in the order they are written."""
    return [(title, list(items)) for title, items in groupby(EXAMPLES, key=lambda one: one.group)]


def find(name: str) -> Example | None:
    """An example by its name."""
    return next((one for one in EXAMPLES if one.name == name), None)
