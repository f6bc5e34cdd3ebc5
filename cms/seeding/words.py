"""What the first pages say, as plain data in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..shelves import BEST_SELLING, NEWEST, SHIPS_48H

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    zh: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """The text in one language of the site."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture on disk to be taken into the cluster's collection. `path`: absolute, jpg, png or webp.

    `smaller`: the same picture as ready-made webp files of the widths pages use; what is missing is made.
    """

    path: Path
    alt: Words
    credit: str = ""
    smaller: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Tale:
    """A story block, or a story page of its own when given as one of `PortalStory.stories`."""

    title: Words
    paragraphs: tuple[Words, ...]
    picture: PictureFile | None = None
    caption: Words = Words()
    lede: Words = Words()
    kind: str = "town"
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """One entry of the timeline."""

    year: str
    title: Words
    text: Words = Words()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shelf of the portal; `kind` as in `cms.shelves`, `quantity` in pieces, `max_price` in major units."""

    kind: str
    title: Words = Words()
    quantity: int | None = None
    count: int = 10
    max_price: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A quotation."""

    text: Words
    who: Words
    role: Words = Words()


SHELVES = (Shelf(BEST_SELLING), Shelf(NEWEST), Shelf(SHIPS_48H))


@dataclass(frozen=True, slots=True)
class PortalStory:
    """What a portal says that the database does not know, by the cluster's code; empty parts are left out."""

    code: str
    lede: Words
    title: Words = Words()
    picture: PictureFile | None = None
    origin: Tale | None = None
    timeline_title: Words = Words("一路走来", "How it came about")
    timeline: tuple[Year, ...] = ()
    figures: tuple[tuple[Words, Words], ...] = ()
    figures_source: Words = Words()
    voice: Voice | None = None
    gallery: tuple[tuple[PictureFile, Words], ...] = ()
    faq: tuple[tuple[Words, Words], ...] = ()
    shelves: tuple[Shelf, ...] = SHELVES
    stories: tuple[Tale, ...] = ()
    directions: Words = Words()
    inquiry: Words = Words(
        "说说要做什么、要多少、什么时候要，产地团队会转给合适的工厂。",
        "Say what you need, how many and by when; the town's team passes it to factories that fit.",
    )


@dataclass(frozen=True, slots=True)
class HomeStory:
    """The words of the home page."""

    headline: Words = Words("哪里做得最好，就从哪里买", "Buy from the town that makes it best")
    lede: Words = Words(
        "一座城做好一样东西。直接向产业带的工厂拿货，先收货，后付款。",
        "Whole towns that each make one thing better than anyone. Order straight from their factories, "
        "receive first, pay later.",
    )
    searches: tuple[Words, ...] = (
        Words("棉袜", "cotton socks"),
        Words("分体泳衣", "bikini"),
        Words("假睫毛", "false lashes"),
        Words("双肩包", "backpack"),
        Words("连帽卫衣", "hoodie"),
        Words("劳保手套", "work gloves"),
    )
    shelves: tuple[Shelf, ...] = (
        Shelf(
            BEST_SELLING,
            Words("各产地这个月卖得最好的", "Selling best across the towns this month"),
            count=12,
        ),
        Shelf(NEWEST, Words("刚刚上架", "Just arrived"), count=12),
    )
