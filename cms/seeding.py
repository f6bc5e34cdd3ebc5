"""Building the first pages: site, home and a portal per cluster, in both languages, with the same texts every time.

`build_portals` makes what is missing and leaves alone what is there: a second run changes nothing, and nobody's
edits are overwritten. It is for the making of demo data and for setting up a new installation; it may be called
inside or outside a transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils.html import escape
from wagtail.models import Locale, Page, Site

from clusters.models import Cluster
from clusters.tree import collection_of

from .images import SPECS, Picture
from .pages.home import HomePage
from .pages.portal import PortalPage
from .pages.story import StoryPage
from .shelves import BEST_SELLING, NEWEST, SHIPS_48H

LANGUAGES = ("zh-hans", "en")
_NAMES = uuid.UUID("6f1c1f2e-6d0e-4f5b-9a55-1d6d6c9f0c11")


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
    """A picture on disk to be taken into the cluster's collection. `path`: absolute, jpg, png or webp."""

    path: Path
    alt: Words
    credit: str = ""


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
    """Everything a portal says that the database does not know. `code` is the cluster's; empty parts are left out."""

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
        "Whole towns that each make one thing better than anyone. Order straight from their factories, receive first, pay later.",
    )
    searches: tuple[Words, ...] = (
        Words("棉袜", "cotton socks"), Words("分体泳衣", "bikini"), Words("假睫毛", "false lashes"),
        Words("双肩包", "backpack"), Words("连帽卫衣", "hoodie"), Words("劳保手套", "work gloves"),
    )
    shelves: tuple[Shelf, ...] = (
        Shelf(BEST_SELLING, Words("各产地这个月卖得最好的", "Selling best across the towns this month"), count=12),
        Shelf(SHIPS_48H, Words("48 小时内发货", "Ships within 48 hours"), count=12),
    )


class _Builder:
    """One run: knows the locales and the pictures already taken in."""

    def __init__(self) -> None:
        self.locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
        self._pictures: dict[tuple[str, Path], Picture] = {}

    def picture(self, code: str, file: PictureFile | None) -> Picture | None:
        """The picture in the cluster's collection, taken in once, with all its sizes."""
        if file is None:
            return None
        key = (code, file.path)
        if key not in self._pictures:
            with file.path.open("rb") as handle:
                picture = Picture(
                    title=file.alt.zh or file.alt.en or file.path.stem, collection=collection_of(code),
                    alt_zh=file.alt.zh, alt_en=file.alt.en, credit=file.credit,
                    file=ImageFile(handle, name=f"{code}-{file.path.name}"),
                )
                picture.save()
            picture.get_renditions(*SPECS)
            self._pictures[key] = picture
        return self._pictures[key]


def _block(owner: str, kind: str, value: Any, number: int = 0) -> dict[str, Any]:
    """A block as stored; the same block has the same id in every run and language."""
    return {"type": kind, "value": value, "id": str(uuid.uuid5(_NAMES, f"{owner}/{kind}/{number}"))}


def _items(owner: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": str(uuid.uuid5(_NAMES, f"{owner}/item/{number}"))}
        for number, value in enumerate(values)
    ]


def _paragraphs(texts: Sequence[Words], language: str) -> str:
    return "".join(f"<p>{escape(text.in_(language))}</p>" for text in texts)


def _tale_block(builder: _Builder, code: str, owner: str, tale: Tale, language: str) -> dict[str, Any]:
    picture = builder.picture(code, tale.picture)
    value = {
        "title": tale.title.in_(language), "text": _paragraphs(tale.paragraphs, language),
        "picture": picture.pk if picture else None, "caption": tale.caption.in_(language),
    }
    return _block(owner, "story", value)


def _shelf_block(owner: str, shelf: Shelf, language: str, number: int) -> dict[str, Any]:
    value = {
        "title": shelf.title.in_(language), "kind": shelf.kind, "quantity": shelf.quantity,
        "max_price": shelf.max_price, "count": shelf.count, "listings": [],
    }
    return _block(owner, "shelf", value, number)


def portal_body(builder: _Builder, story: PortalStory, language: str) -> list[dict[str, Any]]:
    """The blocks of a portal in reading order: goods first, then who makes them, then why here."""
    code = story.code
    word = Words.in_
    blocks = [_block(code, "campaign", {"days_ahead": 21})]
    blocks += [_shelf_block(code, shelf, language, number) for number, shelf in enumerate(story.shelves)]
    walls = Words("源头工厂", "Factories of the town")
    blocks.append(_block(code, "factories", {"title": word(walls, language), "count": 6}))
    if story.figures:
        entries = [{"value": word(value, language), "label": word(label, language)} for value, label in story.figures]
        figures = {"title": "", "entries": _items(f"{code}/figures", entries), "source": word(story.figures_source, language)}
        blocks.append(_block(code, "figures", figures))
    if story.origin:
        blocks.append(_tale_block(builder, code, code, story.origin, language))
    if story.timeline:
        entries = [
            {"year": one.year, "title": word(one.title, language), "text": word(one.text, language)}
            for one in story.timeline
        ]
        years = {"title": word(story.timeline_title, language), "entries": _items(f"{code}/years", entries)}
        blocks.append(_block(code, "timeline", years))
    return blocks + _portal_end(builder, story, language)


def _portal_end(builder: _Builder, story: PortalStory, language: str) -> list[dict[str, Any]]:
    code, word = story.code, Words.in_
    blocks = []
    if story.voice:
        voice = {part: word(getattr(story.voice, part), language) for part in ("text", "who", "role")}
        blocks.append(_block(code, "quote", voice))
    if story.gallery:
        shots = [(builder.picture(code, file), caption) for file, caption in story.gallery]
        entries = [{"picture": shot.pk, "caption": word(caption, language)} for shot, caption in shots if shot]
        blocks.append(_block(code, "gallery", {"title": "", "pictures": _items(f"{code}/gallery", entries)}))
    where = Words("厂在哪里", "Where the factories are")
    blocks.append(_block(code, "map", {"title": word(where, language), "text": word(story.directions, language)}))
    if story.stories:
        told = Words("产地故事", "Stories")
        blocks.append(_block(code, "stories", {"title": word(told, language), "count": 3}))
    if story.faq:
        entries = [{"question": word(asked, language), "answer": word(said, language)} for asked, said in story.faq]
        title = Words("常见问题", "Questions and answers")
        blocks.append(_block(code, "faq", {"title": word(title, language), "entries": _items(f"{code}/faq", entries)}))
    ask = Words("找不到？问问产地", "Not on the shelf? Ask the town")
    inquiry = {"title": word(ask, language), "text": word(story.inquiry, language)}
    return [*blocks, _block(code, "inquiry", inquiry)]


def _publish(parent: Page, page: Page) -> Page:
    """Put a new page into the tree and publish it with its first revision."""
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()
    return page


def _site(builder: _Builder) -> Page:
    """The root of the page tree, with one default site at the address the settings name."""
    root = Page.get_first_root_node()
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=root)
    site.hostname, site.port, site.site_name = address.hostname or "localhost", port, "Chandi 产地"
    site.save()
    return root


def _homes(builder: _Builder, words: HomeStory) -> dict[str, HomePage]:
    """The home page in both languages; the first one is the site's root."""
    root = _site(builder)
    homes: dict[str, HomePage] = {}
    for language in LANGUAGES:
        locale = builder.locales[language]
        home = HomePage.objects.filter(locale=locale, depth=2).first()
        if home is None:
            shelves = [_shelf_block("home", shelf, language, number) for number, shelf in enumerate(words.shelves)]
            slug = "home" if language == LANGUAGES[0] else f"home-{language}"
            _make_room(root, slug)
            home = HomePage(
                title="Chandi 产地", slug=slug, locale=locale, headline=words.headline.in_(language),
                lede=words.lede.in_(language), body=shelves, show_in_menus=False,
                searches="\n".join(word.in_(language) for word in words.searches),
                translation_key=uuid.uuid5(_NAMES, "home"),
            )
            _publish(root, home)
        homes[language] = home
    Site.objects.filter(is_default_site=True).update(root_page=homes[LANGUAGES[0]])
    Site.clear_site_root_paths_cache()
    for old in Page.objects.filter(depth=2, slug__startswith="welcome-to-wagtail"):
        old.delete()
    return homes


def _make_room(root: Page, slug: str) -> None:
    """Wagtail's first migration leaves a welcome page at this address; it goes once the site has a home."""
    Page.objects.filter(depth=2, slug=slug).exclude(pk__in=HomePage.objects.values("pk")).update(
        slug=f"welcome-to-wagtail-{slug}", url_path=f"/welcome-to-wagtail-{slug}/"
    )


def _portal(builder: _Builder, home: HomePage, cluster: Cluster, story: PortalStory, language: str) -> PortalPage:
    locale = builder.locales[language]
    found: PortalPage | None = PortalPage.objects.filter(cluster=cluster, locale=locale).first()
    if found is not None:
        return found
    name = cluster.name_en if language == "en" else cluster.name_zh
    page = PortalPage(
        title=story.title.in_(language) or name, slug=cluster.code, locale=locale, cluster=cluster,
        lede=story.lede.in_(language), picture=builder.picture(cluster.code, story.picture),
        body=portal_body(builder, story, language), translation_key=uuid.uuid5(_NAMES, f"portal/{cluster.code}"),
    )
    _publish(home, page)
    for number, tale in enumerate(story.stories):
        _story(builder, page, tale, language, number)
    return page


def _story(builder: _Builder, portal: PortalPage, tale: Tale, language: str, number: int) -> None:
    code = portal.slug
    owner = f"{code}/stories/{number}"
    body = [_block(owner, "story", {
        "title": tale.title.in_(language), "text": _paragraphs(tale.paragraphs, language), "picture": None, "caption": "",
    })]
    body.append(_shelf_block(owner, Shelf(BEST_SELLING, count=6), language, 0))
    page = StoryPage(
        title=tale.title.in_(language), slug=tale.slug or f"story-{number + 1}", locale=portal.locale, kind=tale.kind,
        lede=tale.lede.in_(language) or tale.paragraphs[0].in_(language)[:240], body=body,
        picture=builder.picture(code, tale.picture), translation_key=uuid.uuid5(_NAMES, owner),
    )
    _publish(portal, page)


@transaction.atomic
def build_portals(*, stories: Iterable[PortalStory], home: HomeStory | None = None) -> list[PortalPage]:
    """Make site, home pages, and a portal with its stories per given cluster, in both languages, where missing.

    `stories` name their cluster by code. Raises Cluster.DoesNotExist for a code nobody knows. Returns the portals.
    """
    builder = _Builder()
    homes = _homes(builder, home or HomeStory())
    wanted = list(stories)
    clusters = {cluster.code: cluster for cluster in Cluster.objects.filter(code__in=[story.code for story in wanted])}
    portals = []
    for story in wanted:
        if story.code not in clusters:
            raise Cluster.DoesNotExist(story.code)
        for language in LANGUAGES:
            portals.append(_portal(builder, homes[language], clusters[story.code], story, language))
    return portals
