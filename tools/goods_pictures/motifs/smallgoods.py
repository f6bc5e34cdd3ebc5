"""Small goods of every kind: our own drawings for household and hair goods, openly licensed icons for the rest."""

from __future__ import annotations

import math
from collections.abc import Callable

from colours import Tint, lift, mix
from draw import Canvas, move
from fabric import laid
from icons import icon

STEEL = "#c3c7cd"


def tumbler(canvas: Canvas, tint: Tint, look: str) -> str:
    """A vacuum tumbler with straw lid."""
    body = "M208 190H432L404 540C402 556 394 564 380 564H260C246 564 238 556 236 540Z"
    lid = "M192 150H448C458 150 464 156 464 166V186C464 196 458 202 448 202H192C182 202 176 196 176 186V166C176 156 182 150 192 150Z"
    straw = canvas.line("M352 160L380 36", lift(tint.partner, -0.12), 22, opacity=1) + canvas.line(
        "M350 160L378 36", tint.partner, 16, opacity=1
    )
    ring = canvas.patch("M224 500H420L418 520H226Z", STEEL, 0.9)
    gloss = f"<g {canvas.blur(6)}>{canvas.line('M262 230L280 500', '#ffffff', 20, opacity=0.5)}{canvas.line('M392 230L376 500', '#ffffff', 8, opacity=0.3)}</g>"
    mark = (
        f'<circle cx="330" cy="350" r="34" fill="{tint.partner}" opacity=".92"/><path d="M314 362l14 -26l10 16l6 -8l14 18z" fill="{tint.base}"/>'
        if look == "plain"
        else ""
    )
    dark = Tint("l", lift(tint.base, -0.1), tint.partner)
    return (
        canvas.stand(322, 562, 104, 14)
        + straw
        + canvas.body(body, tint, over=laid(canvas, tint, look) + mark + ring + gloss, volume=1.1, shine=0.45)
        + canvas.body(lid, dark, volume=0.7, shine=0.5)
    )


def mug(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M140 200H440V500C440 540 414 560 380 560H200C166 560 140 540 140 500Z"
    rim = "M140 200C140 176 440 176 440 200C440 226 140 226 140 200Z"
    handle = "M436 270C560 240 570 470 434 470"
    inner = Tint("i", "#f3efe7", tint.base)
    arms = (
        canvas.line(handle, lift(tint.base, -0.18), 48, opacity=1)
        + canvas.line(handle, tint.base, 42, opacity=1)
        + f"<g {canvas.blur(4)}>{canvas.line('M446 266C520 256 540 340 510 420', '#ffffff', 9, opacity=0.5)}</g>"
    )
    gloss = f"<g {canvas.blur(9)}>{canvas.line('M182 250V500', '#ffffff', 26, opacity=0.5)}</g>"
    heart = (
        f'<path d="M290 340C276 300 216 306 224 356C232 396 274 412 290 436C306 412 348 396 356 356C364 306 304 300 290 340Z" fill="{tint.partner}"/>'
        if look == "plain"
        else laid(canvas, tint, look)
    )
    return (
        canvas.stand(300, 558, 160, 15)
        + arms
        + canvas.body(body, tint, over=heart + gloss, volume=1.1, shine=0.4)
        + canvas.body(rim, inner, volume=0.8, shine=0.1)
        + canvas.line(
            "M140 200C140 176 440 176 440 200C440 226 140 226 140 200Z", lift(tint.base, 0.04), 7, opacity=1
        )
    )


def _scrunchie(canvas: Canvas, tint: Tint, look: str) -> str:
    outer = (
        "M"
        + " ".join(
            f"{'' if i == 0 else 'Q' + format(320 + math.cos((i - 0.5) * 0.4189) * 254, '.0f') + ' ' + format(320 + math.sin((i - 0.5) * 0.4189) * 254, '.0f') + ' '}{320 + math.cos(i * 0.4189) * 216:.0f} {320 + math.sin(i * 0.4189) * 216:.0f}"
            for i in range(16)
        )
        + "Z"
    )
    hole = (
        "M"
        + " ".join(
            f"{'' if i == 0 else 'L'}{320 + math.cos(-i * 0.2618) * (88 + 8 * (i % 2)):.0f} {320 + math.sin(-i * 0.2618) * (88 + 8 * (i % 2)):.0f}"
            for i in range(24)
        )
        + "Z"
    )
    path = outer + hole
    folds = "".join(
        canvas.fold(
            f"M{320 + math.cos(a) * 98:.0f} {320 + math.sin(a) * 98:.0f}Q{320 + math.cos(a + 0.1) * 160:.0f} {320 + math.sin(a + 0.1) * 160:.0f} {320 + math.cos(a + 0.04) * 212:.0f} {320 + math.sin(a + 0.04) * 212:.0f}",
            tint,
            11,
            0.34,
        )
        for a in (i * 0.4189 for i in range(15))
    )
    return f'<g fill-rule="evenodd">{canvas.lie(path)}{canvas.body(path, tint, over=laid(canvas, tint, look) + folds, volume=1.1, shine=0.4)}</g>'


def scrunchie(canvas: Canvas, tint: Tint, look: str) -> str:
    """Two satin scrunchies, one in the partner colour."""
    other = Tint("o", mix(tint.base, tint.partner, 0.6), tint.base)
    return move(_scrunchie(canvas, other, look), 130, -110, turn=20, scale=0.62) + move(
        _scrunchie(canvas, tint, look), -56, 60, scale=0.82
    )


def claw(canvas: Canvas, tint: Tint, look: str) -> str:
    """A claw hair clip seen from the side: a bowed back, two thumb plates, a row of curved teeth."""
    back = "M92 330C96 196 200 132 320 132C440 132 544 196 548 330C546 356 520 356 512 334C494 270 414 236 320 236C226 236 146 270 128 334C120 356 94 356 92 330Z"
    plates = "M214 168C196 120 206 76 244 72C280 70 296 116 298 160ZM426 168C444 120 434 76 396 72C360 70 344 116 342 160Z"
    teeth = ""
    for i in range(8):
        x, y = 128 + i * 54.8, 318 - 84 * math.sin(math.pi * (i + 0.35) / 7.7)
        tip_x, tip_y = 320 + (x - 320) * 0.62, 500 + 34 * math.sin(math.pi * i / 7)
        bulge = x + (x - 320) * 0.16
        teeth += f"M{x - 19:.0f} {y:.0f}C{bulge - 14:.0f} {y + 90:.0f} {tip_x - 12:.0f} {tip_y - 60:.0f} {tip_x - 7:.0f} {tip_y:.0f}Q{tip_x:.0f} {tip_y + 10:.0f} {tip_x + 7:.0f} {tip_y:.0f}C{tip_x + 14:.0f} {tip_y - 60:.0f} {bulge + 18:.0f} {y + 90:.0f} {x + 19:.0f} {y:.0f}Z"
    shade = ""
    if look == "tortoise":
        spots = (
            (140, 260, 30),
            (236, 190, 26),
            (330, 176, 20),
            (420, 214, 32),
            (512, 286, 26),
            (200, 400, 20),
            (300, 470, 18),
            (390, 400, 22),
            (460, 440, 16),
            (330, 350, 16),
        )
        shade = "".join(
            f'<ellipse cx="{x}" cy="{y}" rx="{r * 1.6}" ry="{r}" fill="#2e1a10" opacity=".5" transform="rotate({x % 50} {x} {y})"/>'
            for x, y, r in spots
        )
    spring = "".join(
        f'<rect x="{x}" y="118" width="7" height="28" rx="3.5" fill="{STEEL}"/>' for x in range(290, 352, 11)
    )
    behind = Tint("b", lift(tint.base, -0.12), tint.partner)
    far = move(canvas.body(teeth, behind, over=shade, volume=0.5, shine=0.3), 16, -12, scale=0.94)
    front = canvas.body(teeth, tint, over=shade, volume=0.5, shine=0.55) + canvas.body(
        back, tint, over=shade, volume=1.0, shine=0.7
    )
    return (
        canvas.lie(back + teeth) + canvas.body(plates, behind, over=shade, volume=0.6) + spring + far + front
    )


def storage(canvas: Canvas, tint: Tint, look: str) -> str:
    """A desktop drawer box, three tiers."""
    frame = "M130 110H510C522 110 530 118 530 130V556C530 566 524 572 514 572H126C116 572 110 566 110 556V130C110 118 118 110 130 110Z"
    art = ""
    pale = Tint("d", mix(tint.base, "#ffffff", 0.45), tint.base)
    for y, h in ((136, 118), (266, 118), (396, 158)):
        drawer = f"M138 {y}H502C510 {y} 514 {y + 4} 514 {y + 12}V{y + h - 12}C514 {y + h - 4} 510 {y + h} 502 {y + h}H138C130 {y + h} 126 {y + h - 4} 126 {y + h - 12}V{y + 12}C126 {y + 4} 130 {y} 138 {y}Z"
        art += canvas.lie(drawer, depth=0.3) + canvas.body(
            drawer, pale, over=laid(canvas, pale, look), volume=0.7, shine=0.55
        )
        art += f'<rect x="270" y="{y + h / 2 - 11}" width="100" height="22" rx="11" fill="{lift(tint.base, -0.05)}"/><rect x="276" y="{y + h / 2 - 8}" width="86" height="6" rx="3" fill="#fff" opacity=".5"/>'
    return canvas.stand(322, 570, 204) + canvas.body(frame, tint, shine=0.4) + art


def bauble(canvas: Canvas, tint: Tint, look: str) -> str:
    """Three Christmas baubles with gold caps and bows."""

    def ball(colour: Tint, pattern: str) -> str:
        path = "M320 170C430 170 510 250 510 350C510 460 430 540 320 540C210 540 130 460 130 350C130 250 210 170 320 170Z"
        cap = '<rect x="290" y="130" width="60" height="46" rx="8" fill="#b98d3f"/><rect x="293" y="132" width="20" height="40" rx="6" fill="#f0d48a" opacity=".8"/><circle cx="320" cy="118" r="19" fill="none" stroke="#cfa659" stroke-width="7"/>'
        gleam = f'<g {canvas.blur(8)}><ellipse cx="236" cy="270" rx="40" ry="26" fill="#fff" opacity=".85" transform="rotate(-40 236 270)"/></g>'
        ray = (
            f'<g fill="none" stroke="{colour.partner}" stroke-width="9"><path d="M110 350Q320 420 530 350M110 310Q320 380 530 310"/></g>'
            + "".join(
                f'<path d="M{x} {y - 15}l4 11h11l-9 7l4 11l-10 -7l-10 7l4 -11l-9 -7h11z" fill="{colour.partner}"/>'
                for x, y in ((220, 440), (320, 460), (420, 440), (260, 252), (380, 252))
            )
        )
        return (
            canvas.lie(path)
            + cap
            + canvas.body(
                path,
                colour,
                over=ray if pattern == "star" else laid(canvas, colour, pattern),
                volume=1.5,
                shine=0.5,
            )
            + gleam
        )

    other = Tint("o", tint.partner if lift(tint.partner, 0) != tint.base else "#d4ac57", tint.base)
    return (
        move(ball(other, "plain"), 140, -120, scale=0.52, turn=12)
        + move(ball(Tint("g", "#d4ac57", tint.base), "plain"), 160, 130, scale=0.46, turn=-8)
        + move(ball(tint, "star"), -60, 20, scale=0.84)
    )


def umbrella(canvas: Canvas, tint: Tint, look: str) -> str:
    """An open umbrella in side view."""
    dome = "M60 330C70 170 190 80 320 80C450 80 570 170 580 330C556 300 516 300 492 330C462 292 414 292 386 330C366 296 274 296 254 330C226 292 178 292 148 330C124 300 84 300 60 330Z"
    ribs = canvas.line(
        "M320 82C240 140 196 230 148 328M320 82C284 150 262 240 254 328M320 82C356 150 378 240 386 328M320 82C400 140 444 230 492 328",
        tint.deep,
        3,
        opacity=0.5,
    )
    panels = (
        "".join(
            canvas.patch(d, tint.partner, 0.9)
            for d in (
                "M320 82C240 140 196 230 148 330C124 300 84 300 60 330C70 170 190 80 320 82Z",
                "M320 82C284 150 262 240 254 330C274 296 366 296 386 330C378 240 356 150 320 82Z",
                "M320 82C400 140 444 230 492 330C516 300 556 300 580 330C570 170 450 80 320 82Z",
            )
        )
        if look == "panel"
        else laid(canvas, tint, look)
    )
    pole = f'<rect x="313" y="60" width="14" height="470" rx="5" fill="{canvas.gradient("#e3e5e9", "#8d929a", angle=(0, 0, 1, 0))}"/>'
    hook = canvas.line("M320 500V540C320 590 250 590 250 545", "#6b4a30", 22, opacity=1) + canvas.line(
        "M316 500V540C316 580 256 582 256 548", "#a67c52", 7, opacity=0.9
    )
    tips = "".join(f'<circle cx="{x}" cy="331" r="6" fill="{STEEL}"/>' for x in (60, 148, 254, 386, 492, 580))
    return (
        canvas.lie(dome, depth=1.2)
        + pole
        + hook
        + canvas.body(dome, tint, over=panels + ribs, volume=1.2, shine=0.4)
        + tips
    )


def giftbag(canvas: Canvas, tint: Tint, look: str) -> str:
    """A paper gift bag with rope handles and tissue."""
    front = "M160 200H480V556C480 566 474 572 464 572H176C166 572 160 566 160 556Z"
    side = "M480 200L540 176V530C540 540 536 546 528 550L478 572Z"
    tissue = "M170 206L200 130L240 190L280 112L320 186L366 118L400 190L446 134L474 206Z"
    rope = canvas.line(
        "M240 236C240 90 400 90 400 236", lift(tint.partner, -0.2), 13, opacity=1
    ) + canvas.line("M239 234C239 92 399 92 399 234", tint.partner, 8, opacity=1)
    holes = "".join(
        f'<circle cx="{x}" cy="238" r="11" fill="#cfa659"/><circle cx="{x}" cy="238" r="5" fill="#7a5c22"/>'
        for x in (240, 400)
    )
    ribbon = Tint("r", tint.partner, tint.base)
    bow = (
        canvas.body("M320 380L246 340L250 426ZM320 380L394 340L390 426Z", ribbon, volume=0.5)
        + canvas.body("M304 362h32v36h-32z", ribbon, volume=0.4)
        if look == "plain"
        else ""
    )
    return (
        canvas.stand(340, 572, 190)
        + canvas.body(tissue, Tint("t", mix("#ffffff", tint.base, 0.18), tint.base), volume=0.7)
        + canvas.body(side, Tint("s", lift(tint.base, -0.13), tint.partner), volume=0.4)
        + canvas.body(
            front,
            tint,
            over=laid(canvas, tint, look) + canvas.fold("M160 470H480", tint, 9, 0.16),
            volume=0.8,
            shine=0.4,
        )
        + holes
        + rope
        + bow
    )


def _iconic(name: str, leading: str, scale: float = 15.5) -> Callable[[Canvas, Tint, str], str]:
    def draw(canvas: Canvas, tint: Tint, look: str) -> str:
        return icon(canvas, name, tint, leading=leading, scale=scale)

    return draw


MOTIFS = {
    "tumbler": tumbler,
    "mug": mug,
    "scrunchie": scrunchie,
    "claw": claw,
    "storage": storage,
    "bauble": bauble,
    "umbrella": umbrella,
    "giftbag": giftbag,
    "notebook": _iconic("notebook-with-decorative-cover", "#6b438b"),
    "kite": _iconic("kite", "#000000"),
    "yoyo": _iconic("yo-yo", "#8d65c5"),
    "sunglasses": _iconic("sunglasses", "#635994", 16.5),
    "popper": _iconic("party-popper", "#000000"),
    "balloon": _iconic("balloon", "#f8312f"),
    "giftbox": _iconic("wrapped-gift", "#fcd53f"),
}
STANDING = {"tumbler", "mug", "storage", "giftbag"}
FOCUS = {
    "tumbler": (320, 240),
    "mug": (290, 320),
    "scrunchie": (270, 380),
    "claw": (320, 290),
    "storage": (320, 320),
    "bauble": (270, 330),
    "umbrella": (320, 230),
    "giftbag": (320, 330),
}
