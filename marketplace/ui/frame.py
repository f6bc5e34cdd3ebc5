"""What the frame asks of the apps above it.

`ui` may not import them, so the composition root registers providers here once, in `AppConfig.ready`:

    from marketplace.ui import frame
    frame.register(clusters=..., basket_count=..., inbox_count=..., commands=..., doors=...,
                   remember_language=...)

Each provider takes the request. They are called at most once per page, and only when the page shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class ClusterLink:
    """A cluster as the switcher and the directory show it. `accent` is a hex colour such as "#b4501e"."""

    code: str
    name: str
    region: str
    url: str
    accent: str
    focus: str = ""
    listings: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the Ctrl-K palette. `words` are more words it is found by (pinyin, the other language)."""

    label: str
    url: str
    group: str = ""
    icon: str = "arrow-right"
    words: str = ""


@dataclass(slots=True)
class Providers:
    """The registered callables; absent ones show nothing."""

    # clusters(request, query, limit): those whose name, town or trade contains `query`; best known first.
    clusters: Callable[[HttpRequest, str, int], Sequence[ClusterLink]] | None = None
    # accents(): (code, hex colour) of every open cluster, for the generated stylesheet.
    accents: Callable[[], Iterable[tuple[str, str]]] | None = None
    # basket_count(request): number of suppliers in the basket.
    basket_count: Callable[[HttpRequest], int] | None = None
    # inbox_count(request): number of unread notices.
    inbox_count: Callable[[HttpRequest], int] | None = None
    # commands(request): what this person may open from the palette.
    commands: Callable[[HttpRequest], Sequence[Command]] | None = None
    # doors(request): (label, URL, icon) of further rows of this person's account menu.
    doors: Callable[[HttpRequest], Sequence[tuple[str, str, str]]] | None = None
    # remember_language(request, code): keep the choice of a signed-in person.
    remember_language: Callable[[HttpRequest, str], None] | None = None


providers = Providers()


def register(**callables: Callable[..., Any]) -> None:
    """Set providers by name. Raises TypeError for a name that is not one."""
    for name, provider in callables.items():
        if name not in Providers.__slots__:
            raise TypeError(f"no such frame provider: {name}")
        setattr(providers, name, provider)
