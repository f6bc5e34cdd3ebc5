"""The `frame` variable of every template: where the reader is, who they are, and the doors around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core.i18n import pick

from .about import PAGES as ABOUT
from .frame import ClusterLink, Command, providers
from .links import door, in_language

SWITCHER_LIMIT = 12
_LANGUAGES = {"zh-hans": ("zh-Hans", "中文"), "en": ("en", "English")}


class Frame:
    """Lazily answers what the base template asks; nothing is read that the page does not show."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def portal(self) -> Any:
        """The cluster whose portal this is, or None."""
        return getattr(self.request, "portal", None)

    @cached_property
    def home(self) -> str:
        """The market's own home page; the mark leads there from inside a portal too."""
        return in_language("/", self.language)

    @cached_property
    def portal_url(self) -> str:
        """The first page of the portal the reader is in."""
        return f"{self.home}{self.portal.code}/" if self.portal else self.home

    @cached_property
    def user(self) -> Any:
        """The signed-in person, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def company(self) -> Any:
        """The company this person acts for, or None."""
        return getattr(self.request, "company", None) if self.user else None

    @cached_property
    def language(self) -> str:
        """Code of the active language."""
        code = (get_language() or "zh-hans").lower()
        return code if code in _LANGUAGES else "zh-hans"

    @cached_property
    def html_lang(self) -> str:
        """Value of the lang attribute."""
        return _LANGUAGES[self.language][0]

    @cached_property
    def other_language(self) -> str:
        """Code of the language the switch leads to."""
        return "en" if self.language == "zh-hans" else "zh-hans"

    @cached_property
    def other_language_name(self) -> str:
        """Its own name for itself."""
        return _LANGUAGES[self.other_language][1]

    @cached_property
    def other_language_short(self) -> str:
        """The same in two letters or one, for a phone."""
        return "EN" if self.other_language == "en" else "中"

    @cached_property
    def other_language_lang(self) -> str:
        """Its lang attribute."""
        return _LANGUAGES[self.other_language][0]

    @cached_property
    def same_page(self) -> str:
        """This page in the other language, with its query; what the switch returns to.

        A page whose address differs between the languages, or that lacks its twin, names its addresses by
        language code in `request.page_addresses`; without a twin the switch leads to the page around it.
        """
        addresses: dict[str, str] | None = getattr(self.request, "page_addresses", None)
        if addresses is None:
            return in_language(self.request.get_full_path(), self.other_language)
        around = addresses.get(self.other_language) or in_language(self.home, self.other_language)
        query = self.request.META.get("QUERY_STRING", "")
        return f"{around}?{query}" if query else around

    @cached_property
    def alternates(self) -> list[tuple[str, str]]:
        """(lang, absolute URL) of this page in every language, for search engines."""
        root = f"{self.request.scheme}://{self.request.get_host()}"
        addresses: dict[str, str] | None = getattr(self.request, "page_addresses", None)
        if addresses is None:
            addresses = {code: in_language(self.request.path, code) for code in _LANGUAGES}
        return [(_LANGUAGES[code][0], root + url) for code, url in addresses.items() if url]

    @cached_property
    def clusters(self) -> Sequence[ClusterLink]:
        """The first clusters of the switcher."""
        return providers.clusters(self.request, "", SWITCHER_LIMIT) if providers.clusters else ()

    @cached_property
    def switcher_list(self) -> SafeString:
        """Their list, written once per language and portal while they stay the same."""
        return _switcher_list(self.language, self.portal.code if self.portal else "", tuple(self.clusters))

    @cached_property
    def strangers_top(self) -> SafeString:
        """The bar above the page for a reader without a name: written once per portal, filled in here."""
        text = _strangers_top(self.language, self.portal, self.switcher_list)
        text = text.replace(_QUERY, escape(self.query)).replace(_SAME_PAGE, escape(quote(self.same_page)))
        return mark_safe(text.replace(_SIGN_IN, escape(self.sign_in)))  # noqa: S308 - every part is escaped

    @cached_property
    def strangers_bottom(self) -> SafeString:
        """The bar below it on a phone, and the dialogs, likewise."""
        path = self.request.path
        here = path if path in (self.home, self.doors.search, self.doors.basket, self.doors.inbox) else ""
        text = _strangers_bottom(self.language, self.portal, here)
        return mark_safe(text.replace(_SIGN_IN, escape(self.sign_in)))  # noqa: S308 - every part is escaped

    @cached_property
    def strangers_dialogs(self) -> SafeString:
        """What opens by a key."""
        return _strangers_dialogs(self.language)

    @cached_property
    def foot(self) -> SafeString:
        """The footer, written once per language and portal."""
        portal = self.portal
        if portal is None:
            return _foot(self.language, "", "", "")
        return _foot(self.language, portal.code, pick(portal, "name"), getattr(portal, "operator", "") or "")

    @cached_property
    def basket_count(self) -> int:
        """Suppliers in the basket."""
        return providers.basket_count(self.request) if self.user and providers.basket_count else 0

    @cached_property
    def inbox_count(self) -> int:
        """Unread notices."""
        return providers.inbox_count(self.request) if self.user and providers.inbox_count else 0

    @cached_property
    def commands(self) -> Sequence[Command]:
        """What the palette offers this person; empty for those who have no desk."""
        return providers.commands(self.request) if self.user and providers.commands else ()

    @cached_property
    def query(self) -> str:
        """What is in the search box."""
        return self.request.GET.get("q", "")[:200]

    @cached_property
    def sign_in(self) -> str:
        """The sign-in page, coming back here afterwards."""
        url = self.doors.account_login
        return f"{url}?next={quote(self.request.get_full_path())}" if url else ""

    @cached_property
    def about_doors(self) -> list[tuple[str, str]]:
        """(label, URL) of the pages that say how the market works."""
        rows = ((slug, page.title) for slug, page in ABOUT.items())
        return [(str(title), self.about_url(slug)) for slug, title in rows]

    def about_url(self, slug: str) -> str:
        """URL of one of them; always outside portals, the rules are the same everywhere."""
        return f"{self.home}about/{slug}/"

    @cached_property
    def terms_url(self) -> str:
        """The terms of trade."""
        return self.about_url("terms")

    @cached_property
    def privacy_url(self) -> str:
        """What is kept about people."""
        return self.about_url("privacy")

    @cached_property
    def account_doors(self) -> list[tuple[str, str, str]]:
        """Rows of the account menu."""
        more = providers.doors(self.request) if self.user and providers.doors else ()
        return _account_doors(self, more)

    @cached_property
    def doors(self) -> Doors:
        """URLs of the frame by name: `frame.doors.home`."""
        return Doors(self.portal)


class Doors:
    """URLs of pages without arguments, staying in the portal; empty where a page does not exist."""

    NAMES = {
        "search": "search:results",
        "suggest": "search:suggest",
        "picture": "search:picture",
        "saved": "search:saved",
        "basket": "orders:basket",
        "orders": "orders:list",
        "finance": "payments:finance",
        "desk": "fulfilment:desk",
        "staff": "dashboards:staff",
        "inbox": "notifications:inbox",
        "account_login": "account_login",
        "account_logout": "account_logout",
        "account_signup": "account_signup",
        "account": "accounts:me",
        "security": "mfa_index",
        "clusters": "ui:clusters",
        "language": "ui:language",
    }

    def __init__(self, portal: Any) -> None:
        self._portal = portal

    def __getattr__(self, name: str) -> str:
        if name not in self.NAMES:
            raise AttributeError(name)
        return door(self._portal, self.NAMES[name])


# Stand where what differs from page to page will stand; no escaping changes them.
_QUERY, _SAME_PAGE, _SIGN_IN = "mark-3f9c1a-query", "mark-3f9c1a-same-page", "mark-3f9c1a-sign-in"


class _Blank(Frame):
    """The frame of a page that has not been asked for yet, for readers without a name."""

    user = company = None
    query, same_page, sign_in = _QUERY, _SAME_PAGE, _SIGN_IN

    def __init__(self, portal: Any, path: str = "") -> None:
        request = HttpRequest()
        request.path = path
        request.portal = portal  # type: ignore[attr-defined]
        super().__init__(request)

    def write(self, template: str) -> str:
        """A part of the frame with marks in it."""
        return str(render_to_string(template, {"frame": self, "request": self.request}))


@lru_cache(maxsize=256)
def _strangers_top(language: str, portal: Any, switcher_list: SafeString) -> str:
    blank = _Blank(portal)
    blank.switcher_list = switcher_list
    return blank.write("ui/frame/top.html")


@lru_cache(maxsize=1024)
def _strangers_bottom(language: str, portal: Any, path: str) -> str:
    return _Blank(portal, path).write("ui/frame/bottom.html")


@lru_cache(maxsize=8)
def _strangers_dialogs(language: str) -> SafeString:
    return mark_safe(_Blank(None).write("ui/frame/dialogs.html"))  # noqa: S308 - a rendered template


@lru_cache(maxsize=256)
def _switcher_list(language: str, current: str, clusters: tuple[ClusterLink, ...]) -> SafeString:
    return render_to_string("ui/frame/switcher_list.html", {"clusters": clusters, "current": current})


@lru_cache(maxsize=512)
def _foot(language: str, code: str, name: str, operator: str) -> SafeString:
    doors, home = Doors(code or None), in_language("/", language)
    about = [(str(page.title), f"{home}about/{slug}/") for slug, page in ABOUT.items()]
    variables = {"doors": doors, "about": about, "code": code, "name": name, "operator": operator}
    return render_to_string("ui/frame/foot.html", variables)


def _account_doors(frame: Frame, more: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """(label, URL, icon) of the account menu: what this person and company have, and nothing else.

    `more` are rows that only the apps know, before those of the account itself.
    """
    doors, company, user = frame.doors, frame.company, frame.user
    supplier = bool(getattr(company, "is_supplier", False))
    buyer = company is None or bool(getattr(company, "is_buyer", False))
    rows = [
        (supplier, _("Supplier desk"), doors.desk, "factory"),
        (buyer, _("Orders"), doors.orders, "package"),
        (buyer, _("Credit and invoices"), doors.finance, "wallet"),
        (True, _("Inbox"), doors.inbox, "inbox"),
        (True, _("Saved searches"), doors.saved, "bookmark"),
        (bool(getattr(user, "is_platform_staff", False)), _("Staff"), doors.staff, "chart-column"),
        *((True, *row) for row in more),
        (True, _("Your account"), doors.account, "settings"),
        (True, _("Second factor"), doors.security, "shield-check"),
    ]
    return [(label, url, icon) for shown, label, url, icon in rows if shown and url]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"frame": Frame(request)}
