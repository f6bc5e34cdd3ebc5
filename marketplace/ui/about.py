"""The pages that say how the market works: help, terms, privacy, verification. One text per language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.i18n import is_chinese


@dataclass(frozen=True, slots=True)
class AboutPage:
    """Title in the interface language; the text lies in `ui/about/<slug>_zh.html` and `_en.html`."""

    slug: str
    title: Promise

    @property
    def template(self) -> str:
        """Template of the active language."""
        return f"ui/about/{self.slug}_{'zh' if is_chinese() else 'en'}.html"


PAGES: dict[str, AboutPage] = {
    page.slug: page
    for page in (
        AboutPage("help", _("Help")),
        AboutPage("terms", _("Terms of trade")),
        AboutPage("privacy", _("Privacy")),
        AboutPage("verification", _("How factories are verified")),
    )
}
