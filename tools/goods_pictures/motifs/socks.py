"""Socks and tights: silhouettes lie flat, cuffs are ribbed, heel and toe may be set off."""

from __future__ import annotations

from colours import Tint, lift
from draw import Canvas, move
from fabric import knit, laid, ribs

FOOT = "C{hx} {hy} 398 428 352 452C300 478 262 524 206 544C150 562 98 532 104 480C109 438 160 424 200 396C248 362 266 330 266 {iy}Z"


def _leg(top: int, width: int = 138, flare: int = 6) -> str:
    left = 404 - width
    return (
        f"M{left - flare} {top}L{404 + flare} {top}C{406 + flare} {top + 60} 400 {max(top + 70, 250)} 402 330"
        + FOOT.format(hx=408, hy=388, iy=max(top + 20, 268))
    )


HEEL = "M420 330C370 350 330 410 350 470L440 470L440 320Z"
TOE = "M186 370C176 420 196 500 240 560L60 600L60 400Z"
SOLE = "M420 395C330 420 280 480 200 512C150 528 110 500 90 470L80 600L420 600Z"


def _sock(canvas: Canvas, tint: Tint, look: str, *, top: int, cuff: int, contrast: bool = True) -> str:
    path = _leg(top)
    accent = tint.partner if look != "plain" else lift(tint.base, -0.1)
    fabric = laid(canvas, tint, look) + knit(canvas, tint)
    patches = ""
    if contrast:
        patches = canvas.patch(HEEL, accent, 0.92) + canvas.patch(TOE, accent, 0.92)
        patches += canvas.line("M408 326C366 348 330 404 346 470", tint.line, 2, opacity=0.4)
        patches += canvas.line("M188 366C178 420 196 500 240 560", tint.line, 2, opacity=0.4)
    band = f"M200 {top - 10}H470V{top + cuff}H200Z"
    cuff_fill = tint.partner if look in {"stripes", "dots", "hearts", "stars"} else tint.base
    cuff_tint = Tint(tint.key, cuff_fill, tint.partner)
    rim = canvas.only(band, canvas.patch(band, cuff_fill), ribs(canvas, cuff_tint))
    rim += canvas.line(f"M230 {top + cuff}H440", tint.line, 2, opacity=0.45)
    crease = canvas.fold("M268 330C300 352 340 350 396 326", tint, 13, 0.26) if top < 240 else ""
    return canvas.lie(path) + canvas.body(path, tint, over=fabric + patches + rim + crease, shine=0.42)


def _pair(one: str) -> str:
    return move(one, 70, -26, turn=7) + move(one, -26, 22, turn=-3)


def crew(canvas: Canvas, tint: Tint, look: str) -> str:
    return move(_pair(_sock(canvas, tint, look, top=104, cuff=66)), 34, -4, scale=0.98)


def quarter(canvas: Canvas, tint: Tint, look: str) -> str:
    return move(_pair(_sock(canvas, tint, look, top=214, cuff=50)), 40, -70, scale=1.14)


def knee(canvas: Canvas, tint: Tint, look: str) -> str:
    return move(_pair(_sock(canvas, tint, look, top=-90, cuff=64)), 24, 66, scale=0.8)


def sport(canvas: Canvas, tint: Tint, look: str) -> str:
    """A terry sole sport sock with two bands at the cuff."""
    path = _leg(120)
    bands = "".join(canvas.patch(f"M200 {y}H470V{y + 16}H200Z", tint.partner) for y in (206, 236))
    sole = (
        canvas.patch(SOLE, lift(tint.base, -0.06), 0.9)
        + canvas.patch(HEEL, tint.partner, 0.85)
        + canvas.patch(TOE, tint.partner, 0.85)
    )
    cuff = canvas.only("M200 110H470V196H200Z", ribs(canvas, tint))
    arch = "".join(
        canvas.line(
            f"M{282 + i * 14} {352 + i * 4}C{300 + i * 14} {392 + i * 3} {312 + i * 12} {420} {316 + i * 12} {470}",
            tint.line,
            3,
            opacity=0.28,
        )
        for i in range(5)
    )
    one = canvas.lie(path) + canvas.body(
        path, tint, over=knit(canvas, tint, 9) + sole + bands + cuff + arch, shine=0.4
    )
    return move(_pair(one), 34, -14, scale=1.0)


NOSHOW = "M470 300C486 350 462 408 404 424C330 444 250 462 176 456C110 450 84 402 112 362C134 330 178 326 214 318C236 366 300 384 352 366C392 352 420 312 430 286C440 270 462 280 470 300Z"
OPENING = "M214 318C236 366 300 384 352 366C392 352 420 312 430 286C400 262 330 250 286 268C250 282 226 300 214 318Z"


def noshow(canvas: Canvas, tint: Tint, look: str) -> str:
    """A boat sock seen from above: the opening shows the inside of the far edge."""
    inner = Tint(tint.key, lift(tint.base, -0.13), tint.partner)
    inside = canvas.body(OPENING, inner, over=ribs(canvas, inner), volume=0.6, shine=0.1)
    grip = canvas.line("M446 318C452 350 440 376 420 392", lift(tint.base, 0.12), 7, opacity=0.7)
    over = laid(canvas, tint, look) + knit(canvas, tint) + grip
    over += canvas.line("M196 326C190 366 196 420 214 458", tint.line, 2, opacity=0.4)
    rim = canvas.line(
        "M214 318C236 366 300 384 352 366C392 352 420 312 430 286", lift(tint.base, -0.05), 9, opacity=0.95
    )
    one = canvas.lie(NOSHOW + OPENING) + inside + canvas.body(NOSHOW, tint, over=over, shine=0.42) + rim
    return move(one, 44, -76, turn=-14, scale=0.98) + move(one, -6, 86, turn=-6, scale=1.06)


def kids(canvas: Canvas, tint: Tint, look: str) -> str:
    """Small socks, shorter and rounder, with a turned frill."""
    path = "M268 190L400 190C402 250 398 290 402 330C408 392 392 440 340 458C290 476 262 500 216 508C160 516 128 486 136 444C142 410 186 404 216 386C254 364 266 340 266 296Z"
    over = laid(canvas, tint, look) + knit(canvas, tint, 8)
    over += canvas.patch("M420 336C372 356 340 410 352 480L450 480L440 320Z", tint.partner, 0.9)
    over += canvas.patch("M206 372C196 420 206 470 236 530L90 560L90 390Z", tint.partner, 0.9)
    frill = (
        "M252 176"
        + "".join("q9 -13 18 0" for _ in range(9))
        + "L416 226"
        + "".join("q-9 15 -18 0" for _ in range(9))
        + "Z"
    )
    trim = Tint(tint.key, tint.partner, tint.base)
    one = canvas.lie(path) + canvas.body(path, tint, over=over, shine=0.42) + canvas.lie(frill, depth=0.4)
    one += canvas.body(frill, trim, over=ribs(canvas, trim, 9), volume=0.4)
    return move(_pair(one), 34, -22, scale=1.12)


def tights(canvas: Canvas, tint: Tint, look: str) -> str:
    """Tights folded on a card, the legs hanging side by side."""
    legs = "M226 118H414C420 220 410 330 398 420C392 470 396 510 388 556C384 580 352 582 346 558C340 500 336 400 322 262C306 400 302 500 296 558C290 582 256 580 252 556C246 510 248 470 242 420C230 330 220 220 226 118Z"
    over = laid(canvas, tint, look) + knit(canvas, tint, 5)
    over += canvas.patch("M226 110H414V166H226Z", lift(tint.base, -0.06))
    over += canvas.line("M322 166V262", tint.line, 2, opacity=0.5) + canvas.line(
        "M226 166H414", tint.line, 2, opacity=0.5
    )
    over += canvas.patch("M240 530H310V600H240ZM334 530H402V600H334Z", lift(tint.base, -0.07), 0.8)
    band = canvas.only("M226 118H414V150H226Z", ribs(canvas, tint, 9))
    return canvas.lie(legs) + canvas.body(legs, tint, over=over + band, shine=0.34)


MOTIFS = {
    "crew": crew,
    "quarter": quarter,
    "knee": knee,
    "sport": sport,
    "noshow": noshow,
    "kids": kids,
    "tights": tights,
}
FOCUS = {
    "crew": (300, 250),
    "quarter": (300, 300),
    "knee": (360, 170),
    "sport": (360, 210),
    "noshow": (330, 360),
    "kids": (330, 220),
    "tights": (320, 190),
}
