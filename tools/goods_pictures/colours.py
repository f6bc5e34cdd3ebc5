"""Colour arithmetic in OKLab and the palette every picture and listing shares.

Shapes: colours are `#rrggbb` strings; `mix(a, b, t)` walks from a (t=0) to b (t=1).
OKLab after Björn Ottosson, https://bottosson.github.io/posts/oklab/.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

PALETTE_FILE = Path(__file__).resolve().parents[2] / "marketplace/demo/data/colours.json"
Lab = tuple[float, float, float]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def to_lab(colour: str) -> Lab:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def from_lab(lab: Lab) -> str:
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return "#" + "".join(f"{round(_gamma(v) * 255):02x}" for v in (red, green, blue))


def mix(a: str, b: str, t: float) -> str:
    one, two = to_lab(a), to_lab(b)
    return from_lab(tuple(x + (y - x) * t for x, y in zip(one, two, strict=True)))  # type: ignore[arg-type]


def lightness(colour: str) -> float:
    return to_lab(colour)[0]


def lift(colour: str, amount: float) -> str:
    """Lighter (amount > 0) or darker (amount < 0) by that much OKLab lightness, hue kept."""
    light, a, b = to_lab(colour)
    fade = 1 - abs(amount) * 0.35
    return from_lab((min(0.995, max(0.04, light + amount)), a * fade, b * fade))


def contrast(a: str, b: str) -> float:
    """WCAG contrast ratio, 1 to 21."""

    def luminance(colour: str) -> float:
        red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True)
class Tint:
    """One goods colour made ready for shading: the base, its lit and shaded sides, and a partner for patterns."""

    key: str
    base: str
    partner: str

    @property
    def lit(self) -> str:
        return lift(self.base, 0.055)

    @property
    def shade(self) -> str:
        return lift(self.base, -0.085)

    @property
    def deep(self) -> str:
        return lift(self.base, -0.2)

    @property
    def line(self) -> str:
        return lift(self.base, -0.28 if lightness(self.base) > 0.42 else 0.16)

    @property
    def pale(self) -> bool:
        return lightness(self.base) > 0.86


def load_palette() -> dict[str, Tint]:
    rows = json.loads(PALETTE_FILE.read_text(encoding="utf-8"))
    return {key: Tint(key, row["hex"], row["partner"]) for key, row in rows.items()}
