"""Patterns laid over a body: every function returns markup that fills the whole box and is clipped by the caller."""

from __future__ import annotations

from collections.abc import Callable

from colours import Tint, lift, mix
from draw import Canvas


def _fill(paint: str, opacity: float = 1.0) -> str:
    return f'<rect x="-400" y="-400" width="1500" height="1500" fill="{paint}" opacity="{opacity}"/>'


def plain(canvas: Canvas, tint: Tint) -> str:
    return ""


def knit(canvas: Canvas, tint: Tint, width: float = 7) -> str:
    """Fine vertical wales, as on any knitted tube."""
    mark = f'<path d="M{width / 2} 0V12" stroke="{tint.deep}" stroke-width="{width * 0.28:.1f}"/>'
    return _fill(canvas.tile(width, 12, mark), 0.16)


def ribs(canvas: Canvas, tint: Tint, width: float = 13) -> str:
    mark = (
        f'<rect width="{width * 0.42:.1f}" height="9" fill="{tint.deep}"/>'
        f'<rect x="{width * 0.6:.1f}" width="{width * 0.2:.1f}" height="9" fill="#fff"/>'
    )
    return _fill(canvas.tile(width, 9, mark), 0.2)


def stripes(canvas: Canvas, tint: Tint, size: float = 52) -> str:
    mark = f'<rect width="20" height="{size * 0.42:.0f}" fill="{tint.partner}"/>'
    return _fill(canvas.tile(20, size, mark), 0.94)


def pinstripes(canvas: Canvas, tint: Tint) -> str:
    return _fill(canvas.tile(22, 20, f'<rect width="4" height="20" fill="{tint.partner}"/>'), 0.7)


def breton(canvas: Canvas, tint: Tint) -> str:
    return _fill(canvas.tile(20, 34, f'<rect width="20" height="11" fill="{tint.partner}"/>'), 0.9)


def dots(canvas: Canvas, tint: Tint, size: float = 46) -> str:
    radius = size * 0.2
    mark = (
        f'<circle cx="{size / 4}" cy="{size / 4}" r="{radius}" fill="{tint.partner}"/>'
        f'<circle cx="{size * 0.75}" cy="{size * 0.75}" r="{radius}" fill="{tint.partner}"/>'
    )
    return _fill(canvas.tile(size, size, mark), 0.95)


def argyle(canvas: Canvas, tint: Tint) -> str:
    second = mix(tint.base, tint.partner, 0.55)
    mark = (
        f'<path d="M36 0L72 54L36 108L0 54Z" fill="{second}"/>'
        f'<path d="M0 0L72 108M72 0L0 108" stroke="{tint.partner}" stroke-width="2.2" stroke-dasharray="6 4" fill="none"/>'
    )
    return _fill(canvas.tile(72, 108, mark), 0.9)


def check(canvas: Canvas, tint: Tint, size: float = 56) -> str:
    half = size / 2
    mark = (
        f'<rect width="{half}" height="{size}" fill="{tint.partner}" opacity=".5"/>'
        f'<rect width="{size}" height="{half}" fill="{tint.partner}" opacity=".5"/>'
    )
    return _fill(canvas.tile(size, size, mark), 0.8)


def tartan(canvas: Canvas, tint: Tint) -> str:
    dark = lift(tint.base, -0.18)
    mark = (
        f'<rect width="34" height="96" fill="{dark}" opacity=".55"/><rect width="96" height="34" fill="{dark}" opacity=".55"/>'
        f'<rect x="60" width="5" height="96" fill="{tint.partner}"/><rect y="60" width="96" height="5" fill="{tint.partner}"/>'
    )
    return _fill(canvas.tile(96, 96, mark), 0.8)


def flowers(canvas: Canvas, tint: Tint, size: float = 88) -> str:
    """Five-petalled blossoms with a leaf, at two sizes."""

    def bloom(x: float, y: float, radius: float, turn: float) -> str:
        petals = "".join(
            f'<ellipse cx="0" cy="{-radius}" rx="{radius * 0.62:.1f}" ry="{radius * 0.9:.1f}" fill="{tint.partner}" transform="rotate({72 * i})"/>'
            for i in range(5)
        )
        leaf = f'<path d="M{radius} {radius}q{radius * 1.5} -{radius * 0.4} {radius * 1.8} {radius}q-{radius * 1.4} {radius * 0.6} -{radius * 1.8} -{radius}" fill="{mix(tint.partner, "#5d8a5b", 0.7)}"/>'
        heart = f'<circle r="{radius * 0.5:.1f}" fill="{mix(tint.base, "#e0a33c", 0.75)}"/>'
        return f'<g transform="translate({x} {y}) rotate({turn})">{leaf}{petals}{heart}</g>'

    mark = bloom(size * 0.27, size * 0.3, size * 0.105, 10) + bloom(
        size * 0.76, size * 0.74, size * 0.075, 40
    )
    return _fill(canvas.tile(size, size, mark), 0.96)


def leaves(canvas: Canvas, tint: Tint) -> str:
    """Tropical fronds, for swimwear and shirts."""
    frond = "M0 0C14 -30 44 -40 70 -34C52 -18 30 -4 0 0Z"
    one, two = mix(tint.base, tint.partner, 0.75), mix(tint.base, "#2f6b4f", 0.6)
    marks = "".join(
        f'<path d="{frond}" fill="{colour}" transform="translate({x} {y}) rotate({turn})"/>'
        for x, y, turn, colour in (
            (30, 60, 0, one),
            (30, 60, 55, two),
            (30, 60, -60, two),
            (110, 130, 160, one),
            (110, 130, 105, two),
            (110, 130, 215, two),
        )
    )
    return _fill(canvas.tile(150, 150, marks), 0.92)


def stars(canvas: Canvas, tint: Tint) -> str:
    star = "M0 -13L3.6 -4.4L12.6 -4L5.6 1.7L8 10.6L0 5.6L-8 10.6L-5.6 1.7L-12.6 -4L-3.6 -4.4Z"
    mark = f'<path d="{star}" fill="{tint.partner}" transform="translate(20 20)"/><path d="{star}" fill="{tint.partner}" transform="translate(54 56) scale(.7)"/>'
    return _fill(canvas.tile(74, 74, mark), 0.95)


def hearts(canvas: Canvas, tint: Tint) -> str:
    heart = "M0 5C-2 -5 -16 -5 -14 6C-12 14 -4 18 0 23C4 18 12 14 14 6C16 -5 2 -5 0 5Z"
    mark = f'<path d="{heart}" fill="{tint.partner}" transform="translate(20 10)"/><path d="{heart}" fill="{tint.partner}" transform="translate(58 48) scale(.72)"/>'
    return _fill(canvas.tile(78, 78, mark), 0.95)


def camo(canvas: Canvas, tint: Tint) -> str:
    one, two, three = lift(tint.base, -0.12), mix(tint.base, tint.partner, 0.45), lift(tint.base, -0.24)
    mark = (
        f'<path d="M0 30C30 10 50 40 80 24S120 60 90 76S40 60 20 72S-20 50 0 30Z" fill="{one}"/>'
        f'<path d="M60 90C90 76 130 96 120 122S70 130 56 118S40 100 60 90Z" fill="{two}"/>'
        f'<path d="M10 100C24 92 40 104 34 122S4 132 0 120S0 106 10 100Z" fill="{three}"/>'
        f'<path d="M100 6C116 0 134 10 128 26S104 34 98 24S90 12 100 6Z" fill="{two}"/>'
    )
    return _fill(canvas.tile(140, 140, mark), 0.85)


def quilt(canvas: Canvas, tint: Tint) -> str:
    mark = f'<path d="M0 0L64 64M64 0L0 64" stroke="{tint.deep}" stroke-width="3" opacity=".5"/><path d="M3 0L64 61M64 3L3 64" stroke="#fff" stroke-width="2" opacity=".5"/>'
    return _fill(canvas.tile(64, 64, mark), 0.6)


def weave(canvas: Canvas, tint: Tint) -> str:
    mark = f'<rect width="5" height="2.5" fill="{tint.deep}"/><rect x="5" y="2.5" width="5" height="2.5" fill="#fff"/>'
    return _fill(canvas.tile(10, 5, mark), 0.09)


def leather(canvas: Canvas, tint: Tint) -> str:
    mark = (
        f'<path d="M2 6q4 -5 8 0t8 0M0 16q5 5 9 0t9 1" stroke="{tint.deep}" fill="none" stroke-width="1.3"/>'
    )
    return _fill(canvas.tile(20, 20, mark, "rotate(18)"), 0.2)


LOOKS: dict[str, Callable[[Canvas, Tint], str]] = {
    name: fn
    for name, fn in globals().items()
    if callable(fn)
    and name
    in {
        "plain",
        "stripes",
        "pinstripes",
        "breton",
        "dots",
        "argyle",
        "check",
        "tartan",
        "flowers",
        "leaves",
        "stars",
        "hearts",
        "camo",
        "quilt",
    }
}


def laid(canvas: Canvas, tint: Tint, look: str) -> str:
    """The pattern a look asks for; looks that are a make rather than a print (mesh, cable, safety) lay nothing."""
    return LOOKS.get(look, plain)(canvas, tint)
