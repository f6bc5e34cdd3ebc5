"""What every page of the window has: its portal, its address in each language, what search engines read."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page, PageViewRestriction, Site, SiteRootPath

from clusters.queries import ClusterLine
from marketplace.core.frozen import Frozen, Marks
from marketplace.ui.linked_data import linked_data
from marketplace.ui.links import door

from ..blocks.base import collect_all, pieces_of
from ..live import Live

_HTML_LANG = {"zh-hans": "zh-Hans", "en": "en"}


def _languages_of(m: Marks) -> Any:
    rows = Page.objects.filter(translation_key=m.uuid("page"), live=True).order_by("pk")
    return rows.values_list("locale__language_code", "url_path")


_published_in = Frozen(_languages_of)


def address_of(language: str, url_path: str) -> str:
    """The path at which a page is read; empty for one outside the site."""
    return _address(tuple(Site.get_site_root_paths()), language, url_path)


@lru_cache(maxsize=8192)
def _address(roots: tuple[SiteRootPath, ...], language: str, url_path: str) -> str:
    for root in roots:
        if root.language_code == language and url_path.startswith(root.root_path):
            with translation.override(language):
                return reverse("wagtail_serve", args=(url_path[len(root.root_path) :],))
    return ""


@cache
def _no_restrictions() -> Any:
    return PageViewRestriction.objects.none()


class WindowPage:
    """Mixed into the page types before Wagtail's Page."""

    show_in_menus_default = False
    private_page_options: list[str] = []

    @property
    def portal_line(self) -> ClusterLine | None:
        """The cluster this page belongs to, as the frame needs it; None on pages of the whole market."""
        return None

    @property
    def trail(self) -> list[tuple[str, str]]:
        """(label, URL) of the steps between the portal and this page, this page last without a URL."""
        return []

    def streams(self) -> list[Any]:
        """The streams of blocks this page shows."""
        return [self.body]  # type: ignore[attr-defined]

    def get_view_restrictions(self) -> Any:
        """None: pages of the window are for everyone (`private_page_options` is empty), so nobody looks."""
        return _no_restrictions()

    def addresses(self, request: HttpRequest) -> dict[str, str]:
        """Path of this page by language code, only where it is published."""
        roots = tuple(Site.get_site_root_paths())
        here: str = self.locale.language_code  # type: ignore[attr-defined]
        found = {here: _address(roots, here, self.url_path)}  # type: ignore[attr-defined]
        for code, url_path in _published_in(page=self.translation_key):  # type: ignore[attr-defined]
            found[code] = _address(roots, code, url_path)
        return {code: path for code, path in found.items() if path}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        portal = self.portal_line
        request.portal = portal  # type: ignore[attr-defined]
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)  # type: ignore[misc]
        live = Live(portal, page=self)
        for stream in self.streams():
            collect_all(pieces_of(stream), live)
        root = f"{request.scheme}://{request.get_host()}"
        addresses = self.addresses(request)
        # The frame's language switch and the alternates of the head follow the page, not only its address.
        request.page_addresses = addresses  # type: ignore[attr-defined]
        own = addresses.get(self.locale.language_code, request.path)  # type: ignore[attr-defined]
        context.update(
            live=live,
            may_edit=self._may_edit(request),
            ask_url=live.ask_url,
            canonical=root + own,
            site_root=root,
            alternates=[
                (_HTML_LANG.get(code, code), root + path) for code, path in sorted(addresses.items())
            ],
            linked_data=[linked_data(facts) for facts in self.linked_facts(root, root + own)],
        )
        return context

    def _may_edit(self, request: HttpRequest) -> bool:
        """Whether to offer the reader the way into the admin; asks no one but staff and operators."""
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return False
        company = getattr(request, "company", None)
        if not (user.is_superuser or (company is not None and company.is_operator)):
            return False
        return bool(self.permissions_for_user(user).can_edit())  # type: ignore[attr-defined]

    def linked_facts(self, root: str, url: str) -> list[dict[str, Any]]:
        """What search engines are told beside the page: the way to it."""
        steps = [("Chandi 产地", root + door(None, "home"))]
        if self.portal_line is not None:
            steps.append((self.portal_line.name, f"{root}{door(None, 'home')}{self.portal_line.code}/"))
        steps += [(label, f"{root}{path}" if path else url) for label, path in self.trail]
        items = [
            {"@type": "ListItem", "position": number, "name": name, "item": item}
            for number, (name, item) in enumerate(steps, 1)
        ]
        return [{"@type": "BreadcrumbList", "itemListElement": items}]
