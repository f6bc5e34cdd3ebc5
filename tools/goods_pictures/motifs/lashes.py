"""False eyelashes and what they are sold with: every hair is drawn as a tapered curve on a band."""

from __future__ import annotations

import math

from colours import Tint, lift, mix
from draw import Canvas

HAIR = "#211c1e"


def _hair(
    x: float, y: float, angle: float, length: float, curl: float, width: float, colour: str = HAIR
) -> str:
    """A lash from its root, leaving at an angle (radians from straight up), bending by `curl`."""
    mx, my = x + math.sin(angle) * length * 0.55, y - math.cos(angle) * length * 0.55
    tx, ty = mx + math.sin(angle + curl) * length * 0.55, my - math.cos(angle + curl) * length * 0.55
    half = width / 2
    return f'<path d="M{x - half:.1f} {y:.1f}Q{mx - half * 0.7:.1f} {my:.1f} {tx:.1f} {ty:.1f}Q{mx + half * 0.9:.1f} {my:.1f} {x + half:.1f} {y:.1f}Z" fill="{colour}"/>'


def strip(
    x: float, y: float, width: float, *, side: int = 1, style: str = "natural", band: str = HAIR
) -> str:
    """One strip lash on its curved band; `side` 1 sweeps right, -1 left."""
    tall = {"natural": 0.3, "dramatic": 0.44, "cat": 0.36, "wispy": 0.38, "manga": 0.36}[style]
    count = {"natural": 46, "dramatic": 76, "cat": 56, "wispy": 60, "manga": 40}[style]
    hairs, rise = [], width * 0.13
    for i in range(count):
        u = i / (count - 1)
        t = u if side == 1 else 1 - u
        px, py = x + (u - 0.5) * width, y - rise * (1 - (2 * u - 1) ** 2)
        shape = {
            "natural": 0.72 + 0.4 * math.sin(math.pi * t),
            "dramatic": 0.8 + 0.3 * math.sin(math.pi * t),
            "cat": 0.45 + 0.75 * t,
            "wispy": 0.6 + 0.42 * math.sin(math.pi * t),
            "manga": 0.62 + 0.2 * t,
        }[style]
        spike = 1.0
        if style == "wispy":
            spike = 1.28 if i % 7 == 3 else 0.82 + 0.06 * (i % 3)
        if style == "manga":
            spike = 1.5 if i % 8 == 4 else 0.66
        lean = ((u - 0.5) * 1.15 + side * 0.2) + 0.05 * math.sin(i * 2.3)
        hairs.append(
            _hair(
                px,
                py,
                lean,
                width * tall * shape * spike,
                side * 0.3 + (u - 0.5) * 0.25,
                width * (0.013 if spike > 1.2 else 0.009),
            )
        )
    left, right = x - width / 2, x + width / 2
    line = f'<path d="M{left:.1f} {y:.1f}Q{x:.1f} {y - rise * 2:.1f} {right:.1f} {y:.1f}" fill="none" stroke="{band}" stroke-width="{width * 0.02:.1f}" stroke-linecap="round"/>'
    return "".join(hairs) + line


def _card(canvas: Canvas, tint: Tint, path: str) -> str:
    return canvas.lie(path) + canvas.body(path, tint, volume=0.5, shine=0.5)


def _tray(canvas: Canvas, tint: Tint, rows: int, style: str) -> str:
    """A paper box with a window tray of strip lashes, `rows` pairs."""
    box = "M116 60H524C536 60 544 68 544 80V560C544 572 536 580 524 580H116C104 580 96 572 96 560V80C96 68 104 60 116 60Z"
    tray = "M140 132H500C508 132 514 138 514 146V540C514 548 508 554 500 554H140C132 554 126 548 126 540V146C126 138 132 132 140 132Z"
    pale = Tint("tray", mix("#fbf9f6", tint.base, 0.07), tint.base)
    inside = canvas.body(tray, pale, volume=0.9, shine=0.2)
    title = (
        canvas.line("M262 98H378", tint.partner, 9, opacity=0.95)
        + f'<circle cx="238" cy="98" r="5" fill="{tint.partner}"/><circle cx="402" cy="98" r="5" fill="{tint.partner}"/>'
    )
    lashes, shadow = "", ""
    step = 400 / rows
    width = min(134, step * 1.7)
    for row in range(rows):
        y = 152 + step * (row + 0.80)
        lashes += strip(224, y, width, side=-1, style=style) + strip(416, y, width, side=1, style=style)
        shadow += "".join(
            f'<ellipse cx="{x}" cy="{y + 4}" rx="{width * 0.52}" ry="{step * 0.1:.1f}" fill="#3a2f2a" opacity=".16"/>'
            for x in (224, 416)
        )
        if row:
            shadow += canvas.line(f"M146 {152 + step * row - 6:.0f}H494", "#cfc6c0", 1.6, opacity=0.5)
    gloss = canvas.only(
        tray,
        canvas.patch("M126 132H300L160 554H126Z", "#ffffff", 0.16),
        canvas.patch("M330 132H370L230 554H190Z", "#ffffff", 0.14),
    )
    return _card(canvas, tint, box) + title + inside + f"<g {canvas.blur(3)}>{shadow}</g>" + lashes + gloss


def pairs5(canvas: Canvas, tint: Tint, look: str) -> str:
    return _tray(canvas, tint, 5, look if look != "plain" else "natural")


def pairs3(canvas: Canvas, tint: Tint, look: str) -> str:
    return _tray(canvas, tint, 3, look if look != "plain" else "dramatic")


def pair(canvas: Canvas, tint: Tint, look: str) -> str:
    """One pair in a round gift case."""
    case = (
        "M320 90C470 90 560 190 560 320C560 450 470 550 320 550C170 550 80 450 80 320C80 190 170 90 320 90Z"
    )
    well = "M320 128C446 128 520 214 520 320C520 426 446 512 320 512C194 512 120 426 120 320C120 214 194 128 320 128Z"
    pale = Tint("w", mix("#fdfbf8", tint.base, 0.12), tint.base)
    style = look if look != "plain" else "wispy"
    art = strip(232, 352, 146, side=-1, style=style) + strip(408, 352, 146, side=1, style=style)
    shade = (
        f"<g {canvas.blur(5)}>"
        + "".join(
            f'<ellipse cx="{x}" cy="360" rx="78" ry="12" fill="#3a2f2a" opacity=".25"/>' for x in (232, 408)
        )
        + "</g>"
    )
    mark = canvas.line("M268 432H372", tint.base, 7, opacity=0.8)
    gloss = canvas.only(well, canvas.patch("M100 128H330L210 520H100Z", "#ffffff", 0.14))
    return (
        _card(canvas, tint, case)
        + canvas.body(well, pale, volume=0.9, shine=0.2)
        + shade
        + art
        + mark
        + gloss
    )


def clusters(canvas: Canvas, tint: Tint, look: str) -> str:
    """DIY cluster lashes: rows of small fans by length on a paper tray."""
    box = "M150 56H490C502 56 510 64 510 76V564C510 576 502 584 490 584H150C138 584 130 576 130 564V76C130 64 138 56 150 56Z"
    sheet = "M168 118H472V560H168Z"
    pale = Tint("s", "#fbf8f4", tint.base)
    fans = []
    for row in range(7):
        y = 172 + row * 60
        for column in range(7):
            x = 208 + column * 38
            fans += [
                _hair(x + (i - 4) * 1.5, y, (i - 4) * 0.13, 24 + row * 3.4 + 3 * (i % 2), (i - 4) * 0.03, 2.4)
                for i in range(9)
            ]
            fans.append(f'<rect x="{x - 8}" y="{y - 2}" width="16" height="4" rx="2" fill="{HAIR}"/>')
        fans.append(canvas.line(f"M180 {y + 6}H460", lift(tint.base, -0.02), 5, opacity=0.55))
    title = canvas.line("M262 88H378", tint.partner, 8, opacity=0.95)
    return _card(canvas, tint, box) + title + canvas.body(sheet, pale, volume=0.5, shine=0.2) + "".join(fans)


def magnetic(canvas: Canvas, tint: Tint, look: str) -> str:
    """A kit in an open box: two pairs, liner pen, tweezers."""
    box = "M90 130H550C562 130 570 138 570 150V520C570 532 562 540 550 540H90C78 540 70 532 70 520V150C70 138 78 130 90 130Z"
    tray = "M110 160H530V510H110Z"
    pale = Tint("t", mix("#fbf7f2", tint.base, 0.1), tint.base)
    art = "".join(
        strip(x, y, 130, side=s, style="natural" if y < 300 else "dramatic")
        for x, s in ((210, -1), (366, 1))
        for y in (262, 366)
    )
    beads = "".join(
        f'<rect x="{x + d - 5}" y="{y - 6}" width="10" height="7" rx="2" fill="#8d9199"/>'
        for x in (210, 366)
        for y in (256, 360)
        for d in (-52, -26, 0, 26, 52)
    )
    pen = Tint("p", "#2b2b30", "#ffffff")
    liner = "M150 424H400C410 424 414 430 414 438C414 446 410 452 400 452H150C140 452 132 446 132 438C132 430 140 424 150 424Z"
    tip = canvas.patch("M414 430L452 438L414 446Z", "#6c7078")
    steel = Tint("s", "#c8ccd2", "#ffffff")
    tweezers = "M476 180C486 180 494 190 496 204L500 420L494 472L488 420L484 260L480 420L474 472L468 420L464 204C466 190 470 180 476 180Z"
    return (
        _card(canvas, tint, box)
        + canvas.body(tray, pale, volume=0.9, shine=0.2)
        + art
        + beads
        + canvas.lie(liner, depth=0.4)
        + canvas.body(liner, pen, volume=0.6)
        + tip
        + canvas.patch("M292 424H300V452H292Z", "#cfa659")
        + canvas.lie(tweezers, depth=0.4)
        + canvas.body(tweezers, steel, volume=0.5, shine=0.7)
    )


def glue(canvas: Canvas, tint: Tint, look: str) -> str:
    """A tube and a bottle of lash adhesive, standing."""
    bottle = "M150 300C150 282 162 270 180 270H290C308 270 320 282 320 300V530C320 552 308 564 290 564H180C162 564 150 552 150 530Z"
    neck = "M196 232H274V276H196Z"
    cap = "M180 96H290C298 96 304 102 304 110V236H166V110C166 102 172 96 180 96Z"
    tube = "M388 200H508L492 500C490 512 484 518 474 518H422C412 518 406 512 404 500Z"
    crimp = "M384 168H512V206H384Z"
    top = "M412 512H484V556C484 562 480 566 474 566H422C416 566 412 562 412 556Z"
    dark = Tint("c", "#2c2b30", "#ffffff")
    label = (
        canvas.patch("M150 350H320V470H150Z", mix("#fdfbf7", tint.base, 0.06))
        + canvas.line("M186 384H284", tint.deep, 7)
        + canvas.line("M196 410H274M206 432H264", tint.deep, 4, opacity=0.45)
    )
    lash = strip(448, 330, 78, side=1, style="natural", band=tint.partner).replace(HAIR, tint.partner)
    ridges = "".join(canvas.line(f"M{x} 104V230", "#ffffff", 2, opacity=0.12) for x in range(180, 300, 12))
    return (
        canvas.stand(236, 564, 92, 12)
        + canvas.stand(448, 566, 60, 9)
        + canvas.body(neck, Tint("n", "#d8d8da", "#fff"), volume=0.4)
        + canvas.body(bottle, tint, over=label, shine=0.6)
        + canvas.body(cap, dark, over=ridges, volume=0.8, shine=0.45)
        + canvas.body(
            tube,
            tint,
            over=canvas.line("M416 400H482", tint.partner, 6, opacity=0.9)
            + canvas.line("M424 424H474", tint.partner, 4, opacity=0.6),
            shine=0.6,
        )
        + lash
        + canvas.body(crimp, Tint("k", lift(tint.base, -0.05), "#fff"), over=ridges, volume=0.4)
        + canvas.body(top, dark, volume=0.6, shine=0.45)
    )


def tools(canvas: Canvas, tint: Tint, look: str) -> str:
    """Curler, applicator tweezers and a spool brush."""
    metal = Tint("m", tint.base, tint.partner)
    handles = "M214 560C176 520 170 470 200 420L300 250L322 262L236 436C214 474 222 506 248 536Z"
    handles2 = "M426 560C464 520 470 470 440 420L340 250L318 262L404 436C426 474 418 506 392 536Z"
    frame = "M206 232C206 130 250 84 320 84C390 84 434 130 434 232L410 240C410 150 376 112 320 112C264 112 230 150 230 240Z"
    bar = "M196 222C250 250 390 250 444 222L448 252C390 282 250 282 192 252Z"
    pad = canvas.line("M212 238C260 262 380 262 428 238", tint.partner, 11, opacity=0.95)
    ring = "".join(
        f'<circle cx="{x}" cy="536" r="34" fill="none" stroke="{tint.shade}" stroke-width="15"/><circle cx="{x - 2}" cy="534" r="34" fill="none" stroke="{tint.lit}" stroke-width="7"/>'
        for x in (206, 434)
    )
    pivot = f'<circle cx="320" cy="268" r="13" fill="{tint.shade}"/><circle cx="317" cy="265" r="7" fill="{tint.lit}"/>'
    art = canvas.lie(handles + handles2 + frame + bar)
    for path in (frame, handles, handles2, bar):
        art += canvas.body(path, metal, volume=0.7, shine=0.75)
    brush = "".join(
        canvas.line(
            f"M{536 + (i % 2) * 2} {140 + i * 7}l{26 - i * 0.5:.0f} -8M{536} {140 + i * 7}l-{26 - i * 0.5:.0f} -8",
            HAIR,
            2.4,
            opacity=0.9,
        )
        for i in range(17)
    )
    stem = (
        canvas.line("M536 128V540", lift(tint.base, -0.14), 9, opacity=1)
        + canvas.line("M536 280V540", tint.base, 15, opacity=1)
        + canvas.line("M532 290V530", "#ffffff", 3, opacity=0.5)
    )
    return f'<g transform="translate(-56 0)">{art}{pad}{ring}{pivot}</g>' + stem + brush


MOTIFS = {
    "five": pairs5,
    "three": pairs3,
    "pair": pair,
    "cluster": clusters,
    "kit": magnetic,
    "glue": glue,
    "tools": tools,
}
STANDING = {"glue"}
FOCUS = {
    "five": (416, 190),
    "three": (416, 240),
    "pair": (416, 330),
    "cluster": (320, 300),
    "kit": (290, 300),
    "glue": (240, 400),
    "tools": (264, 200),
}
