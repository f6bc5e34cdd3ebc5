"""A small drawing kit over SVG: soft bodies with volume, fabric patterns, seams, shadows and grounds.

Everything is drawn in a 640 × 640 box (stories: 1280 × 720), light from the upper left. A `Canvas` collects the
definitions; its methods return markup. Renderers need clip paths, patterns, gradients and Gaussian blur only.
"""

from __future__ import annotations

from itertools import count

from colours import Tint, lift, lightness, mix

WHOLE = "M-120 -180H1400V860H-120Z"


class Canvas:
    """Collects definitions and hands out ids; `svg(...)` closes the document."""

    def __init__(self, width: int = 640, height: int = 640, prefix: str = "d") -> None:
        self.width, self.height, self.prefix = width, height, prefix
        self.defs: list[str] = []
        self._ids = count(1)
        self._known: dict[str, str] = {}

    def define(self, markup: str) -> str:
        """Add a definition whose id is written as @ in the markup; equal markup is kept once."""
        if markup not in self._known:
            name = f"{self.prefix}{next(self._ids)}"
            self._known[markup] = name
            self.defs.append(markup.replace("@", name))
        return self._known[markup]

    def blur(self, size: float) -> str:
        name = self.define(
            f'<filter id="@" filterUnits="userSpaceOnUse" x="-80" y="-140" width="{self.width + 160}" height="{self.height + 220}">'
            f'<feGaussianBlur stdDeviation="{size}"/></filter>'
        )
        return f'filter="url(#{name})"'

    def clip(self, path: str) -> str:
        name = self.define(f'<clipPath id="@"><path d="{path}" clip-rule="evenodd"/></clipPath>')
        return f'clip-path="url(#{name})"'

    def only(self, path: str, *markup: str) -> str:
        """Markup shown only inside a path."""
        return f"<g {self.clip(path)}>{''.join(markup)}</g>"

    def gradient(self, *stops: str, angle: tuple[float, float, float, float] = (0, 0, 1, 1)) -> str:
        x1, y1, x2, y2 = angle
        step = 1 / max(1, len(stops) - 1)
        marks = "".join(
            f'<stop offset="{i * step:.3f}" stop-color="{stop}"/>' for i, stop in enumerate(stops)
        )
        name = self.define(
            f'<linearGradient id="@" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{marks}</linearGradient>'
        )
        return f"url(#{name})"

    def glow(self, inner: str, outer: str, x: float = 0.5, y: float = 0.42, r: float = 0.75) -> str:
        marks = f'<stop offset="0" stop-color="{inner}"/><stop offset="1" stop-color="{outer}"/>'
        name = self.define(f'<radialGradient id="@" cx="{x}" cy="{y}" r="{r}">{marks}</radialGradient>')
        return f"url(#{name})"

    def tile(self, width: float, height: float, markup: str, transform: str = "") -> str:
        turn = f' patternTransform="{transform}"' if transform else ""
        name = self.define(
            f'<pattern id="@" width="{width}" height="{height}" patternUnits="userSpaceOnUse"{turn}>{markup}</pattern>'
        )
        return f"url(#{name})"

    def body(
        self,
        path: str,
        tint: Tint,
        *,
        volume: float = 1.0,
        over: str = "",
        shine: float = 0.5,
        edge: bool = True,
    ) -> str:
        """A shape with volume: lit to shaded gradient, `over` (patterns, patches) clipped to it, inner light and shade."""
        clip = self.clip(path)
        dark = lift(tint.base, -0.3)
        inverse = f"{WHOLE}{path}"
        depth = 0.34 * volume if lightness(tint.base) > 0.4 else 0.55 * volume
        soft, wide = self.blur(9 * max(0.5, volume)), self.blur(22 * max(0.5, volume))
        parts = [
            f'<path d="{path}" fill="{self.gradient(tint.lit, tint.base, tint.shade)}"/>',
            over,
            f'<path d="{inverse}" fill-rule="evenodd" fill="{dark}" opacity="{depth:.2f}" transform="translate(-16 -18)" {wide}/>',
            f'<path d="{inverse}" fill-rule="evenodd" fill="#fff" opacity="{shine:.2f}" transform="translate(9 10)" {soft}/>',
        ]
        if edge:
            parts.append(f'<path d="{path}" fill="none" stroke="{dark}" stroke-width="3" opacity=".35"/>')
        return f"<g {clip}>{''.join(parts)}</g>"

    def patch(self, path: str, colour: str, opacity: float = 1) -> str:
        return f'<path d="{path}" fill="{colour}" opacity="{opacity}"/>'

    def line(
        self, path: str, colour: str, width: float = 2.5, *, opacity: float = 0.6, dash: str = ""
    ) -> str:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return (
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
            f'stroke-linejoin="round" opacity="{opacity}"{dashed}/>'
        )

    def stitch(self, path: str, tint: Tint, width: float = 2) -> str:
        return self.line(path, tint.line, width, opacity=0.55, dash="7 5")

    def fold(self, path: str, tint: Tint, width: float = 12, opacity: float = 0.3) -> str:
        """A soft crease: a blurred dark stroke with a thin light one beside it."""
        return (
            f"<g {self.blur(5)}>{self.line(path, tint.deep, width, opacity=opacity)}"
            f'<g transform="translate(-7 -3)">{self.line(path, "#ffffff", width * 0.5, opacity=opacity * 0.6)}</g></g>'
        )

    def lie(self, path: str, *, depth: float = 1.0, colour: str = "#3a2f2a") -> str:
        """The shadow of something lying flat: a near contact line and a wide soft fall to the lower right."""
        return (
            f'<path d="{path}" fill="{colour}" opacity=".30" transform="translate(5 8)" {self.blur(5 * depth)}/>'
            f'<path d="{path}" fill="{colour}" opacity=".22" transform="translate(12 22)" {self.blur(18 * depth)}/>'
        )

    def stand(self, x: float, y: float, rx: float, ry: float = 16, colour: str = "#3a2f2a") -> str:
        """The contact shadow of something standing on the ground."""
        return (
            f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{colour}" opacity=".42" {self.blur(7)}/>'
            f'<ellipse cx="{x + 14}" cy="{y + 6}" rx="{rx * 1.12}" ry="{ry * 1.7}" fill="{colour}" opacity=".2" {self.blur(18)}/>'
        )

    def ground(self, tint: Tint, warm: str, *, floor: bool = False) -> str:
        """A tinted backdrop that keeps its distance from the goods: deeper under pale goods, lighter under dark ones."""
        light = lightness(tint.base)
        field = mix(warm, tint.base, 0.10)
        field = lift(field, -0.085) if light > 0.86 else lift(field, 0.012)
        inner, outer = lift(field, 0.03), lift(field, -0.045)
        box = f'width="{self.width}" height="{self.height}"'
        parts = [f'<rect {box} fill="{self.glow(inner, outer)}"/>']
        if floor:
            top = self.height * 0.66
            parts.append(
                f'<rect y="{top}" width="{self.width}" height="{self.height - top}" '
                f'fill="{self.gradient(lift(field, -0.012), lift(field, -0.07), angle=(0, 0, 0, 1))}" opacity=".85" {self.blur(16)}/>'
            )
        return "".join(parts)

    def svg(self, *parts: str) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}"><defs>{"".join(self.defs)}</defs>{"".join(parts)}</svg>'
        )


def move(
    markup: str, x: float = 0, y: float = 0, *, turn: float = 0, scale: float = 1, flip: bool = False
) -> str:
    """Place markup drawn in the box: turned and scaled about the box's middle, then shifted."""
    mirror = f"scale({-scale} {scale})" if flip else f"scale({scale})"
    return f'<g transform="translate({320 + x} {320 + y}) rotate({turn}) {mirror} translate(-320 -320)">{markup}</g>'
