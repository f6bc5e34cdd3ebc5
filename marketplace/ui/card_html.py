"""The markup of a listing card, written in Python: it stands 24 to 100 times on the busiest pages.

As a template a card took 250 µs, nearly all of it resolving names. `ui/parts/listing_card.html`
and `{% listing_card card %}` both come here, so there is one card.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .cards import Badge, ListingCard, Picture
from .links import asset


@lru_cache(maxsize=256)
def icon_html(name: str, size: str = "") -> SafeString:
    """A decorative picture of the sprite."""
    return mark_safe(  # noqa: S308 - every variable part is escaped
        f'<svg class="icon{f" icon--{escape(size)}" if size else ""}" aria-hidden="true" focusable="false">'
        f'<use href="{asset("ui/img/icons.svg")}#{escape(name)}"></use></svg>'
    )


@lru_cache(maxsize=512)
def badge_html(text: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """A state in its word, with a picture beside it when there is one."""
    picture = icon_html(icon, "s") if icon else ""
    return mark_safe(f'<span class="badge badge--{escape(tone)}">{picture}{escape(text)}</span>')  # noqa: S308


@lru_cache(maxsize=8)
def _links(language: str) -> tuple[str, str, str, str]:
    """What every card of a language shares: icons and words of the two links, and the empty picture."""
    ask = f"{icon_html('message-circle-question-mark')}{escape(_('Ask'))}"
    compare = f"{icon_html('columns-3')}{escape(_('Compare'))}"
    return ask, compare, escape(_("about %(title)s")), icon_html("image", "xl")


def _picture(picture: Picture, loading: str) -> str:
    sizes = f' sizes="{escape(picture.sizes)}"'
    sources = "".join(
        f'<source type="{escape(kind)}" srcset="{escape(srcset)}"{sizes}>' for kind, srcset in picture.sources
    )
    srcset = f' srcset="{escape(picture.srcset)}"{sizes}' if picture.srcset else ""
    size = f' width="{picture.width}" height="{picture.height}"'
    image = f'<img src="{escape(picture.src)}"{srcset}{size} alt="{escape(picture.alt)}"'
    return f'<picture>{sources}{image} loading="{loading}" decoding="async"></picture>'


def _badges(badges: tuple[Badge, ...]) -> str:
    if not badges:
        return ""
    inner = "".join(badge_html(str(one.text), one.tone, one.icon) for one in badges)
    return f'<p class="badges">{inner}</p>'


def _foot(card: ListingCard, title: str, words: tuple[str, str, str, str]) -> str:
    ask, compare, about, _image = words
    if not (card.ask_url or card.compare_url or card.why_url):
        return ""
    inner = ""
    if card.ask_url:
        what = about % {"title": title}
        inner = f'<a href="{escape(card.ask_url)}">{ask}<span class="sr"> {what}</span></a>'
    if card.compare_url:
        url = escape(card.compare_url)
        swap = f'hx-get="{url}" hx-target="#tray" hx-swap="outerHTML" rel="nofollow"'
        inner += f'<a class="spring" href="{url}" {swap}>{compare}<span class="sr"> {title}</span></a>'
    if card.why_url:
        why = f"{icon_html('circle-question-mark')}{escape(_('Why here'))}"
        inner += f'<a href="{escape(card.why_url)}" rel="nofollow">{why}<span class="sr"> {title}</span></a>'
    return f'<p class="card__foot">{inner}</p>'


def card_html(card: ListingCard, loading: str = "lazy") -> SafeString:
    """The whole card. `loading` is "eager" for the first row, "lazy" below it."""
    return _card_html(card, loading, get_language() or "")


# Cards on shelves are the same ones for reader after reader; the others cost a look more.
@lru_cache(maxsize=1_000)
def _card_html(card: ListingCard, loading: str, language: str) -> SafeString:
    words = _links(language)
    title = escape(card.title)
    loading = "eager" if loading == "eager" else "lazy"
    picture = _picture(card.picture, loading) if card.picture else words[3]
    unit = ""
    if card.unit_text:
        at = f" · {escape(card.quantity_text)}" if card.quantity_text else ""
        unit = f" <small>/ {escape(card.unit_text)}{at}</small>"
    facts = "".join(f"<span>{escape(text)}</span>" for text in (card.moq_text, card.ships_text) if text)
    price = escape(card.price_text)
    if card.gate_text:
        price = f"<small>{icon_html('lock', 's')}{escape(card.gate_text)}</small>"
    score = f" · {escape(card.score_text)}" if card.score_text else ""
    maker = escape(card.factory_text)
    if card.factory_url:
        maker = f'<a href="{escape(card.factory_url)}">{maker}</a>'
    accent = f' data-accent="{escape(card.accent)}"' if card.accent else ""
    return mark_safe(  # noqa: S308 - every text in it went through escape()
        f'<article class="card"{accent}><div class="card__pic">{picture}</div><div class="card__body">'
        f'<h3 class="card__title"><a class="card__link" href="{escape(card.url)}">{title}</a></h3>'
        f'<p class="card__price">{price}{unit}</p>'
        f'<p class="card__tier">{escape(card.next_tier_text)}</p>'
        f'<p class="card__facts">{facts}</p>{_badges(card.badges)}'
        f'<p class="card__from"><b>{maker}</b>{escape(card.town_text)}{score}</p></div>'
        f"{_foot(card, title, words)}</article>"
    )
