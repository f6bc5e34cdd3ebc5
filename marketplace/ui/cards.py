"""What a card shows, as finished text: pages build these once per row, the template only places them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its declared size. `sources` are (MIME type, srcset) for <source>, best first."""

    src: str
    alt: str
    width: int = 480
    height: int = 480
    srcset: str = ""
    sizes: str = "(min-width: 1200px) 17rem, (min-width: 640px) 33vw, 50vw"
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Badge:
    """A state or a merit in words; tone neutral, ok, warn, bad, info or accent; icon of the sprite."""

    text: str
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ListingCard:
    """One listing in a list. Every `*_text` is ready to show, in the reader's language.

    `price_text` is the unit price at the reader's quantity ("¥2.45"), `unit_text` what it is per ("双"),
    `quantity_text` at which quantity ("at 1,200 pairs"), `next_tier_text` the next step of the ladder
    ("¥2.10 from 3,000"), `gate_text` what stands in the place of a price that is not shown. `accent` is the
    cluster's code. `why_url` explains its place to those who look after search.
    """

    url: str
    title: str
    picture: Picture | None = None
    price_text: str = ""
    unit_text: str = ""
    quantity_text: str = ""
    next_tier_text: str = ""
    moq_text: str = ""
    ships_text: str = ""
    factory_text: str = ""
    factory_url: str = ""
    town_text: str = ""
    badges: tuple[Badge, ...] = ()
    score_text: str = ""
    ask_url: str = ""
    compare_url: str = ""
    accent: str = ""
    public_id: str = ""
    gate_text: str = ""
    why_url: str = ""


@dataclass(frozen=True, slots=True)
class FactoryCard:
    """One factory on a wall or beside a listing. `facts` are (label, value) pairs, at most four."""

    url: str
    name: str
    town_text: str = ""
    line: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    badges: tuple[Badge, ...] = ()
    picture: Picture | None = None
    accent: str = ""
    ask_url: str = ""


@dataclass(frozen=True, slots=True)
class ClusterCard:
    """One cluster in a list: town, what it makes, how much of it, and whether a festival is on."""

    url: str
    name: str
    region_text: str = ""
    focus_text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    festival_text: str = ""
    picture: Picture | None = None
    accent: str = ""
