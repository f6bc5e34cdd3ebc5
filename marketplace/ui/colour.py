"""Colours: contrast as WCAG counts it, and accents corrected until they can be read.

A cluster chooses any colour. The text and fill made from it keep its hue and as much of its strength as sRGB
allows; only the lightness (in OKLCH) moves, until the contrast holds on every ground of the theme.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

RGB = tuple[float, float, float]

# The grounds of tokens.css on which accent text may stand (page, surface, sunken); a test keeps them equal.
LIGHT_GROUNDS = ("#f6f5f1", "#ffffff", "#eeece6")
DARK_GROUNDS = ("#151412", "#1e1c1a", "#100f0e", "#282522")
# Share of the accent in its own tint (`--accent-tint`), by theme.
LIGHT_TINT, DARK_TINT = 0.08, 0.16
READABLE = 4.5
_STEP = 0.005


def parse_hex(colour: str) -> RGB:
    """ "#b4501e" or "#b52" → red, green, blue from 0 to 1. Raises ValueError for anything else."""
    match = re.fullmatch(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", colour.strip())
    if not match:
        raise ValueError(f"not a hex colour: {colour!r}")
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    red, green, blue = (int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4))
    return red, green, blue


def to_hex(rgb: RGB) -> str:
    """Red, green, blue from 0 to 1 → "#rrggbb"; out of range is clipped."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in rgb)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 black to 1 white."""
    red, green, blue = (_linear(part) for part in parse_hex(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(front: str, ground: str, share: float) -> str:
    """`share` of the front colour over the ground, in sRGB as CSS color-mix(in srgb) does."""
    pairs = zip(parse_hex(front), parse_hex(ground), strict=True)
    red, green, blue = (a * share + b * (1 - share) for a, b in pairs)
    return to_hex((red, green, blue))


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness 0–1, chroma, hue in radians (Björn Ottosson's OKLab, public domain matrices)."""
    r, g, b = (_linear(part) for part in parse_hex(colour))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _rgb_of(lightness: float, chroma: float, hue: float) -> RGB:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """A hex colour; chroma is lowered, by halving the interval, as far as sRGB needs."""

    def fits(strength: float) -> bool:
        return all(-1e-4 <= part <= 1 + 1e-4 for part in _rgb_of(lightness, strength, hue))

    if not fits(chroma):
        low, high = 0.0, chroma
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if fits(middle) else (low, middle)
        chroma = low
    red, green, blue = (_gamma(max(0.0, part)) for part in _rgb_of(lightness, chroma, hue))
    return to_hex((red, green, blue))


def _readable(colour: str, grounds: tuple[str, ...], tint: float) -> bool:
    everywhere = (*grounds, *(mix(colour, ground, tint) for ground in grounds))
    return all(contrast(colour, ground) >= READABLE for ground in everywhere)


def corrected(colour: str, grounds: tuple[str, ...], tint: float, *, darken: bool) -> str:
    """The nearest lightness of this hue that reads at 4.5:1 on every ground and on its own tint of each."""
    lightness, chroma, hue = to_oklch(colour)
    candidate = to_hex(parse_hex(colour))
    while not _readable(candidate, grounds, tint):
        lightness += -_STEP if darken else _STEP
        if not 0 <= lightness <= 1:
            return "#000000" if darken else "#ffffff"
        candidate = from_oklch(lightness, chroma, hue)
    return candidate


@dataclass(frozen=True, slots=True)
class Accent:
    """One accent for the light and the dark theme, both readable as text and as a fill under `on_*`."""

    light: str
    dark: str
    on_light: str
    on_dark: str


def accent(colour: str) -> Accent:
    """A readable pair made from any hex colour. Raises ValueError for what is not one."""
    light = corrected(colour, LIGHT_GROUNDS, LIGHT_TINT, darken=True)
    # A colour too deep for the dark theme is lifted; one already light enough stays.
    dark = corrected(colour, DARK_GROUNDS, DARK_TINT, darken=False)
    return Accent(light=light, dark=dark, on_light="#ffffff", on_dark=DARK_GROUNDS[2])
