"""Putting the pages into the tree, published, each language aligned with the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from clusters.models import Cluster
from marketplace.core import clock

from ..pages.home import HomePage
from ..pages.portal import PortalPage
from ..pages.story import StoryPage
from ..shelves import BEST_SELLING
from .bodies import NAMES, Builder, block, paragraphs, portal_body, shelf_block
from .words import LANGUAGES, HomeStory, PortalStory, Shelf, Tale


def _publish(parent: Page, page: Page) -> Page:
    """Put a new page into the tree, live, with its first revision.

    The same as Wagtail's publishing of a revision, which would save the page three times over.
    """
    now = clock.now()
    page.first_published_at = page.last_published_at = now
    parent.add_child(instance=page)
    revision = page.save_revision(clean=False, changed=False)
    fields = {"live_revision": revision, "latest_revision": revision, "has_unpublished_changes": False}
    Page.objects.filter(pk=page.pk).update(**fields)
    for name, value in fields.items():
        setattr(page, name, value)
    return page


def _site(builder: Builder) -> Page:
    """The root of the page tree, with one default site at the address the settings name."""
    root = Page.get_first_root_node()
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=root)
    site.hostname, site.port, site.site_name = address.hostname or "localhost", port, "Chandi 产地"
    site.save()
    return root


def _homes(builder: Builder, words: HomeStory) -> dict[str, HomePage]:
    """The home page in both languages; the first one is the site's root."""
    root = _site(builder)
    homes: dict[str, HomePage] = {}
    for language in LANGUAGES:
        locale = builder.locales[language]
        home = HomePage.objects.filter(locale=locale, depth=2).first()
        if home is None:
            shelves = [
                shelf_block("home", shelf, language, number) for number, shelf in enumerate(words.shelves)
            ]
            slug = "home" if language == LANGUAGES[0] else f"home-{language}"
            _make_room(root, slug)
            home = HomePage(
                title="Chandi 产地",
                slug=slug,
                locale=locale,
                headline=words.headline.in_(language),
                lede=words.lede.in_(language),
                body=shelves,
                show_in_menus=False,
                searches="\n".join(word.in_(language) for word in words.searches),
                translation_key=uuid.uuid5(NAMES, "home"),
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


def _portal(
    builder: Builder, home: HomePage, cluster: Cluster, story: PortalStory, language: str
) -> PortalPage:
    locale = builder.locales[language]
    found: PortalPage | None = PortalPage.objects.filter(cluster=cluster, locale=locale).first()
    if found is not None:
        return found
    name = cluster.name_en if language == "en" else cluster.name_zh
    page = PortalPage(
        title=story.title.in_(language) or name,
        slug=cluster.code,
        locale=locale,
        cluster=cluster,
        lede=story.lede.in_(language),
        picture=builder.picture(cluster.code, story.picture),
        body=portal_body(builder, story, language),
        translation_key=uuid.uuid5(NAMES, f"portal/{cluster.code}"),
    )
    _publish(home, page)
    for number, tale in enumerate(story.stories):
        _story(builder, page, tale, language, number)
    return page


def _story(builder: Builder, portal: PortalPage, tale: Tale, language: str, number: int) -> None:
    code = portal.slug
    owner = f"{code}/stories/{number}"
    body = [
        block(
            owner,
            "story",
            {
                "title": "",
                "text": paragraphs(tale.paragraphs, language),
                "picture": None,
                "caption": "",
            },
        )
    ]
    body.append(shelf_block(owner, Shelf(BEST_SELLING, count=6), language, 0))
    page = StoryPage(
        title=tale.title.in_(language),
        slug=tale.slug or f"story-{number + 1}",
        locale=portal.locale,
        kind=tale.kind,
        lede=tale.lede.in_(language) or tale.paragraphs[0].in_(language)[:240],
        body=body,
        picture=builder.picture(code, tale.picture),
        translation_key=uuid.uuid5(NAMES, owner),
    )
    _publish(portal, page)


@transaction.atomic
def build_portals(*, stories: Iterable[PortalStory], home: HomeStory | None = None) -> list[PortalPage]:
    """Make site, home pages and a portal with stories per given cluster, in both languages, where missing.

    `stories` name their cluster by code; one nobody knows raises Cluster.DoesNotExist. Returns the portals.
    """
    builder = Builder()
    homes = _homes(builder, home or HomeStory())
    wanted = list(stories)
    clusters = {
        cluster.code: cluster for cluster in Cluster.objects.filter(code__in=[story.code for story in wanted])
    }
    portals = []
    for story in wanted:
        if story.code not in clusters:
            raise Cluster.DoesNotExist(story.code)
        portals += [
            _portal(builder, homes[language], clusters[story.code], story, language) for language in LANGUAGES
        ]
    return portals
