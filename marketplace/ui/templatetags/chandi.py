"""Template tags of the house. `{% load chandi %}`; numbers and dates follow the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html

from marketplace.core.i18n import pick as pick_text
from marketplace.core.money import Money

from .. import formats, links
from ..card_html import badge_html, card_html, icon_html
from ..cards import ListingCard
from ..matrix_html import Cell, matrix_rows_html

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context: Context, name: str, *args: Any) -> str:
    """URL of a page, inside the portal the reader is in: {% here 'catalog:listing' listing.public_id %}."""
    request = context.get("request")
    return links.here_url(getattr(request, "portal", None), name, *args)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The page's query with changes, the rest kept: {% qs page=2 %}, {% qs sort='price' after=None %}."""
    return links.query_string(context["request"], **changes)


def _money(amount: Any, currency: str) -> str:
    if isinstance(amount, Money):
        return formats.format_money(amount.amount, amount.currency)
    if amount is None or amount == "":
        return ""
    return formats.format_money(int(amount), currency or "CNY")


@register.simple_tag(name="money")
def money_tag(amount: Any, currency: str = "") -> str:
    """{% money order.total %} (Money) or {% money minor_units "CNY" %} → "¥1,710.30"."""
    return _money(amount, currency)


@register.filter(name="money")
def money_filter(amount: Any, currency: str = "") -> str:
    """{{ order.total|money }} or {{ minor_units|money:"CNY" }}."""
    return _money(amount, currency)


@register.simple_tag
def price(amount: Any, currency: str = "", unit: str = "") -> str:
    """{% price 245 "CNY" "pair" %} → "¥2.45 / pair"; with Money: {% price money unit="pair" %}."""
    if isinstance(amount, Money):
        return formats.format_price(amount.amount, amount.currency, unit)
    return formats.format_price(int(amount), currency or "CNY", unit)


@register.simple_tag(name="qty")
def qty_tag(number: int, unit: str = "") -> str:
    """{% qty 3000 "pair" %} → "3,000 pairs"."""
    return formats.format_quantity(int(number), unit)


@register.filter(name="qty")
def qty_filter(number: Any, unit: str = "") -> str:
    """{{ line.quantity|qty:"pair" }}; {{ total|qty }} groups thousands."""
    return "" if number is None or number == "" else formats.format_quantity(int(number), unit)


@register.filter
def percent(basis_points: int) -> str:
    """{{ 150|percent }} → "1.5%": the value is in basis points."""
    return formats.format_percent(int(basis_points))


def _iso(moment: dt.date) -> str:
    if isinstance(moment, dt.datetime):
        return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).isoformat(
            timespec="minutes"
        )
    return moment.isoformat()


@register.simple_tag(name="date")
def date_tag(moment: dt.date | None, relative: bool = False, time: bool = False) -> str:
    """{% date invoice.due_date relative=True %} → <time>4 May 2026</time> with "in 3 days" beside it."""
    if moment is None:
        return ""
    text = (
        formats.format_moment(moment)
        if time and isinstance(moment, dt.datetime)
        else formats.format_day(moment)
    )
    mark = format_html('<time datetime="{}">{}</time>', _iso(moment), text)
    if not relative:
        return mark
    return format_html('{} <span class="when">{}</span>', mark, formats.format_distance(moment))


@register.filter
def day(moment: dt.date | None) -> str:
    """{{ order.created_at|day }} → "5 Mar 2026", as plain text."""
    return "" if moment is None else formats.format_day(moment)


@register.filter
def distance(moment: dt.date | None) -> str:
    """{{ invoice.due_date|distance }} → "in 3 days"."""
    return "" if moment is None else formats.format_distance(moment)


@register.filter
def pick(source: Any, name: str) -> str:
    """{{ cluster|pick:"name" }}: name_zh or name_en by the active language."""
    return "" if source is None or source == "" else pick_text(source, name)


@register.simple_tag
def asset(path: str) -> str:
    """{% asset "ui/chandi.css" %}: URL of a static file, remembered; {% static %} works it out each time."""
    return links.asset(path)


@register.simple_tag
def icon(name: str, size: str = "") -> str:
    """{% icon 'truck' %}: a picture of the sprite; words beside it carry the meaning. Sizes s, l, xl."""
    return icon_html(name, size) if name else ""


@register.simple_tag
def badge(text: Any, tone: str = "neutral", icon: str = "") -> str:
    """{% badge "Shipped" "ok" "truck" %}: a state, always with its word."""
    return badge_html(str(text), tone, icon)


@register.simple_tag
def listing_card(card: ListingCard, loading: str = "lazy") -> str:
    """{% listing_card card %}: one listing of a list; the first row says "eager"."""
    return card_html(card, loading)


@register.simple_tag
def matrix_rows(rows: Iterable[tuple[str, Iterable[Cell]]]) -> str:
    """{% matrix_rows rows %}: the body of the grid of colours and sizes."""
    return matrix_rows_html(rows)


@register.simple_tag
def crumb(label: Any, url: str = "") -> str:
    """One step of the breadcrumb, inside {% block crumbs %}; without a URL it is the page itself."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_tag
def field(bound: BoundField, template_name: str = "ui/forms/field.html") -> str:
    """{% field form.email %}: label, help, control and errors, tied together for screen readers."""
    return bound.render(template_name=template_name)


@register.filter
def dashed(text: Any) -> str:
    """The text, or an en dash where there is none, so that no table cell is silently empty."""
    return conditional_escape(text) if text not in (None, "") else "–"


@register.simple_tag(takes_context=True)
def with_part(context: Context, template_name: str, variables: dict[str, Any]) -> str:
    """A part with variables of its own on top of the page's, as the gallery shows it."""
    with context.push(**variables):
        return context.template.engine.get_template(template_name).render(context)  # type: ignore[union-attr]
