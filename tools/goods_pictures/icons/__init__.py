"""Openly licensed icons (see manifest.json and the licence files), turned towards a goods colour and lit like the rest."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path

from colours import Tint, from_lab, to_lab
from draw import Canvas

_FILE = Path(__file__).with_name("fluent-emoji-flat.json")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@cache
def _bodies() -> dict[str, str]:
    bodies: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    return bodies


def _turn(colour: str, base: str, leading: str) -> str:
    """Colours near the icon's leading hue take the goods' hue, depth and lightness; the others stay."""
    light, a, b = to_lab(colour)
    lead_light, lead_a, lead_b = to_lab(leading)
    chroma, lead = math.hypot(a, b), math.hypot(lead_a, lead_b)
    apart = abs((math.atan2(b, a) - math.atan2(lead_b, lead_a) + math.pi) % (2 * math.pi) - math.pi)
    if lead < 0.02 or chroma < 0.03 or apart > 0.6:
        return colour
    base_light, base_a, base_b = to_lab(base)
    share = min(1.2, chroma / lead)
    return from_lab(
        (min(0.97, max(0.12, base_light + (light - lead_light) * 0.9)), base_a * share, base_b * share)
    )


def icon(canvas: Canvas, name: str, tint: Tint, *, leading: str, scale: float = 15.5) -> str:
    """An icon filling most of the box, its leading colour turned to the goods', lit from the upper left."""
    body = _bodies()[name].replace('fill="none"', "")
    body = _COLOUR.sub(lambda found: _turn(found.group(), tint.base, leading), body)
    relief = canvas.define(
        '<filter id="@" filterUnits="userSpaceOnUse" x="-80" y="-80" width="800" height="800">'
        '<feOffset in="SourceAlpha" dx="-8" dy="-9" result="o"/><feGaussianBlur in="o" stdDeviation="9" result="ob"/>'
        '<feComposite in="SourceAlpha" in2="ob" operator="out" result="shade"/><feFlood flood-color="#1c1512" flood-opacity=".34"/>'
        '<feComposite in2="shade" operator="in" result="dark"/>'
        '<feOffset in="SourceAlpha" dx="5" dy="6" result="p"/><feGaussianBlur in="p" stdDeviation="4" result="pb"/>'
        '<feComposite in="SourceAlpha" in2="pb" operator="out" result="lit"/><feFlood flood-color="#fff" flood-opacity=".45"/>'
        '<feComposite in2="lit" operator="in" result="bright"/>'
        '<feMerge><feMergeNode in="SourceGraphic"/><feMergeNode in="dark"/><feMergeNode in="bright"/></feMerge></filter>'
    )
    fall = canvas.define(
        '<filter id="@" filterUnits="userSpaceOnUse" x="-80" y="-80" width="800" height="800">'
        '<feGaussianBlur in="SourceAlpha" stdDeviation="5" result="n"/><feOffset in="n" dx="5" dy="8" result="near"/>'
        '<feGaussianBlur in="SourceAlpha" stdDeviation="17" result="f"/><feOffset in="f" dx="12" dy="22" result="far"/>'
        '<feMerge><feMergeNode in="far"/><feMergeNode in="near"/></feMerge></filter>'
    )
    side = 32 * scale
    place = f'<g transform="translate({320 - side / 2} {320 - side / 2}) scale({scale})">{body}</g>'
    return f'<g filter="url(#{fall})" opacity=".3">{place}</g><g filter="url(#{relief})">{place}</g>'
