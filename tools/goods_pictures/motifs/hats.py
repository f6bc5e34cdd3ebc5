"""Caps, hats and wigs: standing or lying in three-quarter view."""

from __future__ import annotations

import math

from colours import Tint, lift, mix
from draw import Canvas
from fabric import laid, ribs, weave

CROWN = "M132 400C124 250 206 150 326 150C440 150 508 236 508 356C508 372 502 384 490 388C380 420 250 424 132 400Z"
BRIM = "M150 398C250 424 392 420 492 386C548 404 590 440 596 476C598 496 580 500 560 490C470 446 330 440 196 452C150 456 124 440 126 416C128 402 138 398 150 398Z"


def cap(canvas: Canvas, tint: Tint, look: str) -> str:
    """The six-panel baseball cap: seams, eyelets, button, curved peak."""
    seams = canvas.line("M326 150C262 210 236 300 240 416", tint.line, 2.6, opacity=0.5) + canvas.line(
        "M326 150C420 200 446 300 436 404", tint.line, 2.6, opacity=0.5
    )
    seams += canvas.stitch("M316 156C252 214 226 302 230 416", tint) + canvas.stitch(
        "M336 154C430 202 456 300 446 402", tint
    )
    eyelets = "".join(
        f'<circle cx="{x}" cy="{y}" r="6.5" fill="{tint.line}" opacity=".75"/>'
        for x, y in ((196, 244), (352, 226), (462, 246))
    )
    if look == "mesh":
        hole = f'<circle cx="6" cy="6" r="2.6" fill="{tint.deep}"/>'
        back = f'<rect width="640" height="640" fill="{canvas.tile(12, 12, hole)}" opacity=".5"/>'
        fabric = canvas.only(
            "M90 120H262C236 210 236 300 240 430H90Z", canvas.patch("M90 100H300V430H90Z", tint.partner), back
        )
    else:
        fabric = laid(canvas, tint, look) + weave(canvas, tint)
    patch = (
        "M300 262h86a16 16 0 0 1 16 16v50a16 16 0 0 1 -16 16h-86a16 16 0 0 1 -16 -16v-50a16 16 0 0 1 16 -16z"
    )
    badge = ""
    if look in {"plain", "mesh"}:
        badge = canvas.patch(patch, tint.partner, 0.96) + canvas.stitch(
            patch, Tint("b", tint.partner, tint.base)
        )
        badge += canvas.line("M306 318l22 -34l16 22l10 -12l24 24z", lift(tint.base, -0.04), 6, opacity=1)
    button = f'<ellipse cx="326" cy="150" rx="19" ry="11" fill="{tint.shade}"/><ellipse cx="322" cy="147" rx="12" ry="6" fill="{tint.lit}"/>'
    rows = "".join(
        canvas.stitch(
            f"M{160 + i * 10} {424 + i * 5}C270 {440 + i * 4} 400 {430 + i * 6} {508 + i * 20} {412 + i * 17}",
            tint,
        )
        for i in range(4)
    )
    under = canvas.stand(360, 492, 226, 18)
    crown = canvas.body(CROWN, tint, over=fabric + seams + eyelets + badge, shine=0.42)
    return f'<g transform="translate(-24 0)">{under}{button}{crown}{canvas.lie(BRIM, depth=0.35)}{canvas.body(BRIM, tint, over=(laid(canvas, tint, look) if look == "camo" else "") + weave(canvas, tint) + rows, volume=0.6, shine=0.45)}</g>'


def bucket(canvas: Canvas, tint: Tint, look: str) -> str:
    crown = "M214 226C240 200 400 200 426 226L470 388C380 420 260 420 170 388Z"
    brim = "M170 376C260 408 380 408 470 376C520 404 570 450 578 490C560 520 440 540 320 540C200 540 80 520 62 490C70 450 120 404 170 376Z"
    fabric = laid(canvas, tint, look) + weave(canvas, tint)
    rows = "".join(
        canvas.stitch(
            f"M{150 - i * 22} {412 + i * 24}C250 {444 + i * 24} 390 {444 + i * 24} {490 + i * 22} {412 + i * 24}",
            tint,
        )
        for i in range(4)
    )
    seam = canvas.stitch("M222 242C280 256 360 256 418 242", tint) + canvas.line(
        "M320 250V412", tint.line, 2, opacity=0.3
    )
    eyelets = "".join(
        f'<circle cx="{x}" cy="318" r="6" fill="{tint.line}" opacity=".7"/>' for x in (218, 244)
    )
    return (
        canvas.stand(322, 530, 250, 20)
        + canvas.body(brim, tint, over=fabric + rows, shine=0.42)
        + canvas.lie(crown, depth=0.4)
        + canvas.body(crown, tint, over=fabric + seam + eyelets, shine=0.42)
    )


def beanie(canvas: Canvas, tint: Tint, look: str) -> str:
    crown = "M158 420C150 280 190 160 320 160C450 160 490 280 482 420Z"
    cuff = "M146 396C260 416 380 416 494 396C504 440 504 480 496 516C380 540 260 540 144 516C136 480 136 440 146 396Z"
    cable = f'<path d="M16 0C4 16 28 24 16 40M28 0C40 16 16 24 28 40" stroke="{tint.deep}" stroke-width="4" fill="none"/><path d="M13 0C1 16 25 24 13 40" stroke="#fff" stroke-width="2" fill="none"/>'
    texture = (
        f'<rect width="640" height="640" fill="{canvas.tile(44, 40, cable)}" opacity=".3"/>'
        if look == "cable"
        else laid(canvas, tint, look) + ribs(canvas, tint, 20)
    )
    pom = ""
    if look == "cable":
        fluff = "".join(
            f'<path d="M320 128L{320 + math.cos(a) * r:.0f} {128 + math.sin(a) * r:.0f}" stroke="{lift(tint.partner, d)}" stroke-width="7" stroke-linecap="round"/>'
            for i in range(110)
            for a, r, d in ((i * 2.4, 34 + (i * 7) % 32, ((i * 5) % 7 - 4) * 0.03),)
        )
        pom = f"<g>{fluff}</g>"
    tag = canvas.patch("M420 452h44v34h-44z", tint.partner) if look == "plain" else ""
    return (
        canvas.stand(322, 524, 196, 18)
        + canvas.body(crown, tint, over=texture, shine=0.4)
        + canvas.lie(cuff, depth=0.4)
        + canvas.body(cuff, tint, over=ribs(canvas, tint, 18) + tag, volume=0.8, shine=0.4)
        + pom
    )


def straw(canvas: Canvas, tint: Tint, look: str) -> str:
    """A woven wide-brim hat with a ribbon."""
    brim = "M36 452C60 380 190 340 320 340C450 340 580 380 604 452C610 506 460 540 320 540C180 540 30 506 36 452Z"
    crown = "M176 430C172 300 214 190 320 190C426 190 468 300 464 430C380 460 260 460 176 430Z"
    plait = f'<path d="M0 6q10 -10 20 0t20 0" stroke="{tint.deep}" stroke-width="3" fill="none"/><path d="M0 14q10 10 20 0t20 0" stroke="{tint.lit}" stroke-width="3" fill="none"/>'
    woven = f'<rect width="640" height="640" fill="{canvas.tile(40, 18, plait)}" opacity=".42"/>'
    rings = "".join(
        f'<ellipse cx="320" cy="446" rx="{rx}" ry="{rx * 0.32}" fill="none" stroke="{tint.deep}" stroke-width="2" opacity=".3"/>'
        for rx in range(160, 300, 20)
    )
    band = "M174 392C260 424 380 424 466 392L466 436C380 466 260 466 174 436Z"
    ribbon = Tint("r", tint.partner, tint.base)
    bow = "M452 412l54 -26l10 44zM452 412l58 34l-22 34z"
    return (
        canvas.stand(322, 526, 270, 20)
        + canvas.body(brim, tint, over=woven + rings, shine=0.4)
        + canvas.lie(crown, depth=0.4)
        + canvas.body(crown, tint, over=woven, shine=0.4)
        + canvas.body(band, ribbon, volume=0.5)
        + canvas.body(bow, ribbon, volume=0.4)
    )


def beret(canvas: Canvas, tint: Tint, look: str) -> str:
    top = "M92 360C100 260 220 196 340 206C470 216 560 290 552 372C546 436 450 452 330 450C200 448 84 430 92 360Z"
    band = "M164 424C260 462 400 464 494 424C500 444 498 468 488 482C400 514 250 512 172 482C164 468 160 444 164 424Z"
    stalk = canvas.line("M330 208C330 190 338 178 348 168", tint.shade, 12, opacity=1)
    folds = canvas.fold("M150 300C240 270 330 268 420 290", tint, 16, 0.2) + canvas.fold(
        "M180 420C220 380 240 350 250 310", tint, 14, 0.16
    )
    return (
        canvas.stand(322, 494, 190, 16)
        + canvas.body(band, tint, over=ribs(canvas, tint, 14), volume=0.6)
        + stalk
        + canvas.lie(top, depth=0.4)
        + canvas.body(top, tint, over=laid(canvas, tint, look) + folds, shine=0.32)
    )


def visor(canvas: Canvas, tint: Tint, look: str) -> str:
    """An empty-top sun visor with an elastic band."""
    far = "M128 350C150 250 260 210 330 212C420 214 500 262 512 350L486 362C470 296 400 256 326 256C256 256 176 290 158 366Z"
    band = "M118 344C240 396 400 396 522 344C532 376 532 404 524 428C400 470 240 470 116 428C108 404 108 376 118 344Z"
    peak = "M116 420C240 462 400 462 524 420C580 448 606 492 600 524C580 548 460 500 320 500C180 500 60 548 40 524C34 492 60 448 116 420Z"
    dark = Tint("d", lift(tint.base, -0.12), tint.partner)
    rows = "".join(
        canvas.stitch(
            f"M{104 - i * 16} {446 + i * 18}C240 {482 + i * 6} 400 {482 + i * 6} {536 + i * 16} {446 + i * 18}",
            tint,
        )
        for i in range(3)
    )
    fabric = laid(canvas, tint, look) + weave(canvas, tint)
    return (
        canvas.stand(322, 524, 260, 16)
        + canvas.body(far, dark, over=ribs(canvas, dark, 10), volume=0.6)
        + canvas.body(peak, tint, over=fabric + rows, shine=0.45)
        + canvas.lie(band, depth=0.3)
        + canvas.body(band, tint, over=fabric, volume=0.7, shine=0.45)
    )


def wig(canvas: Canvas, tint: Tint, look: str) -> str:
    """A wig on a stand: strands drawn one by one; look "waves" curls them."""
    head = "M262 300C256 220 290 170 330 170C372 170 402 220 396 300C392 360 372 400 350 420V486H312V420C288 400 266 360 262 300Z"
    linen = Tint("stand", "#e9e2d6", "#ffffff")
    base = "M236 560C240 520 280 490 330 490C380 490 420 520 424 560C424 580 236 580 236 560Z"
    hair = "M330 92C214 92 168 180 168 300C168 400 150 470 160 548C206 566 250 552 270 520C250 430 262 330 284 258C320 262 366 244 384 222C404 320 410 430 390 520C410 552 456 566 500 548C512 470 492 400 492 300C492 180 446 92 330 92Z"
    sway = 26 if look == "waves" else 5
    strands = []
    for i in range(88):
        side = -1 if i % 2 else 1
        spread = 24 + (i * 37 % 136)
        x0, x1 = 330 + side * spread * 0.42, 330 + side * (spread + 40)
        bend = sway * (1 if i % 4 < 2 else -1)
        shade = ((i * 13) % 11 - 5) * 0.022
        strands.append(
            f'<path d="M{330 + side * spread * 0.1:.0f} 96C{x0 + side * 60:.0f} 120 {x1 + bend:.0f} 240 {x1:.0f} 330S{x1 - bend:.0f} 460 {x1 + side * 10:.0f} 560" '
            f'fill="none" stroke="{lift(tint.base, shade)}" stroke-width="5" opacity=".8"/>'
        )
    shine = f"<g {canvas.blur(9)}>{canvas.line('M226 250C250 200 300 176 330 174C370 176 420 200 440 250', '#ffffff', 20, opacity=0.34)}</g>"
    return (
        canvas.stand(330, 574, 150)
        + canvas.body(base, linen)
        + canvas.body(head, linen, shine=0.3)
        + canvas.lie(hair, depth=0.5)
        + canvas.body(hair, tint, over="".join(strands) + shine, volume=0.9, shine=0.25)
    )


def blend(tint: Tint, other: str, share: float) -> Tint:
    return Tint(tint.key, mix(tint.base, other, share), tint.partner)


MOTIFS = {
    "cap": cap,
    "bucket": bucket,
    "beanie": beanie,
    "straw": straw,
    "beret": beret,
    "visor": visor,
    "wig": wig,
}
STANDING = set(MOTIFS)
FOCUS = {
    "cap": (330, 300),
    "bucket": (320, 430),
    "beanie": (320, 450),
    "straw": (380, 410),
    "beret": (300, 420),
    "visor": (320, 420),
    "wig": (240, 330),
}
