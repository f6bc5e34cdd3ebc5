"""Tags of basket and order pages. `{% load orders %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch

from marketplace.ui.links import door, here_url
from marketplace.ui.templatetags.chandi import badge

from ..models import OrderLine
from ..queries import Fix
from ..showing import line_title, state_badge

register = template.Library()


@register.filter
def named(mapping: Mapping[str, Any] | None, name: str) -> Any:
    """{{ errors|named:field_name }}: the entry of that name, or ""."""
    return (mapping or {}).get(name, "")


@register.simple_tag(takes_context=True)
def fix_url(context: Context, fix: Fix) -> str:
    """Where the press that settles a problem is sent."""
    return here_url(getattr(context["request"], "portal", None), f"orders:{fix.action}")


@register.simple_tag(takes_context=True)
def checkout_url(context: Context) -> str:
    """The checkout, a page of a later stage; "" where there is none."""
    return door(getattr(context["request"], "portal", None), "payments:checkout")


@register.simple_tag(takes_context=True)
def fragment_url(context: Context, name: str, *args: Any) -> str:
    """URL of a page that a later stage serves, inside the portal; "" where there is none."""
    try:
        return here_url(getattr(context["request"], "portal", None), name, *args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def order_badge(state: str) -> str:
    """The state of an order as a badge."""
    shown = state_badge(state)
    text: str = badge(shown.text, shown.tone, shown.icon)
    return text


@register.simple_tag
def line_name(line: OrderLine) -> str:
    """{% line_name line %}: what was bought, with its colour and size, as it was called then."""
    return line_title(line)
