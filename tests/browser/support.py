"""Looking at pages: one visit checks the console, the width and the axe rules, and leaves a picture.

`look_at(page, name)` is what a flow calls after each step; pictures go to `screenshots/` (not kept in git).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "screenshots"
SIZES = {390: 844, 820: 1180, 1440: 900}
LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@lru_cache(maxsize=1)
def _axe_source() -> str:
    (source,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return source.read_text(encoding="utf-8")


def _broken(response: Response) -> bool:
    return response.status >= 400 and response.request.resource_type != "document"


def _told(message: ConsoleMessage) -> str:
    """What the console says, and where."""
    where = message.location
    return f"{message.text} ({where['url']}:{where['lineNumber']})"


@contextmanager
def visit(
    browser: Browser,
    *,
    width: int = 1440,
    height: int = 0,
    dark: bool = False,
    cookies: list[Any] | None = None,
) -> Iterator[Page]:
    """A fresh page of its own context. What the console reports as an error fails the visit at its end."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height or SIZES.get(width, 900)},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        has_touch=width < 600,
    )
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(_told(message)) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "response",
        lambda response: said.append(f"{response.status} {response.url}") if _broken(response) else None,
    )
    try:
        yield page
        # A page that is meant to answer 404 says so in the console, too; parts of a page are watched apart.
        complaints = [text for text in said if "the server responded with a status of" not in text]
        assert not complaints, complaints
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """axe's findings in the page as it stands: "rule: how many, the first place"."""
    page.evaluate(_axe_source())
    options = json.dumps({"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options}).then(result => result.violations)")
    first = ((one, one["nodes"][0]) for one in found)
    return [
        f"{one['id']}: {len(one['nodes'])} × {node['html'][:160]} ({node.get('failureSummary', '')[:240]})"
        for one, node in first
    ]


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 is right."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def take_picture(page: Page, name: str) -> Path:
    """A picture of the whole page under `screenshots/<name>.png`."""
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    # The caret stays: hiding it writes styles into fields, which htmx would meet when going back.
    page.screenshot(path=path, full_page=True, caret="initial")
    return path


def look_at(page: Page, name: str, *, axe: bool = True) -> None:
    """Take a picture; no sideways scroll, no accessibility violation."""
    take_picture(page, name)
    assert sideways(page) <= 0, f"{name} scrolls sideways by {sideways(page)} px"
    if axe:
        found = violations(page)
        assert not found, f"{name}:\n" + "\n".join(found)
