"""Work gloves: one hand outline, many makes. Each pair shows the palm in front and the back of the hand behind."""

from __future__ import annotations

from colours import Tint, lift, mix
from draw import Canvas, move
from fabric import knit, leather, ribs

HAND = (
    "M232 596L228 476C224 432 206 404 184 374C164 344 138 322 126 296C116 272 140 252 164 266C192 284 216 314 238 330"
    "C244 300 238 222 236 162C235 132 279 128 283 158L293 282C295 291 303 291 304 282L305 122C306 92 351 92 352 122"
    "L353 280C354 290 363 290 365 282L379 142C382 114 423 118 421 146L411 292C411 301 419 302 422 294L447 208"
    "C455 183 490 193 485 219L453 352C440 410 428 432 425 476L421 596Z"
)
LONG = HAND.replace("M232 596L228 476", "M214 720L226 476").replace("L421 596Z", "L440 720Z")
DIP = "M90 60H560V420C530 452 500 430 470 452C430 480 400 452 360 470C316 488 280 456 240 470C200 484 160 450 90 430Z"
FULL_DIP = "M90 60H560V540C500 560 460 540 420 556C360 576 300 540 230 560L90 560Z"


def _pair(front: str, back: str, scale: float = 0.78) -> str:
    behind = move(back, 96, -18, turn=13, scale=scale, flip=True)
    return behind + move(front, -74, 22, turn=-9, scale=scale)


def _cuff(canvas: Canvas, tint: Tint, top: int = 500, hem: str | None = None) -> str:
    band = f"M180 {top}H480V610H180Z"
    edge = canvas.patch("M180 578H480V610H180Z", hem, 0.95) if hem else ""
    return canvas.only(
        band, canvas.patch(band, lift(tint.base, -0.02)), ribs(canvas, tint), edge
    ) + canvas.line(f"M214 {top}H444", tint.line, 2, opacity=0.4)


def _crinkle(canvas: Canvas, colour: str) -> str:
    """The wrinkled skin of foamed latex."""
    mark = (
        f'<path d="M2 8q6 -8 12 0t12 -2M4 20q8 6 12 0t10 3" fill="none" stroke="{lift(colour, -0.14)}" stroke-width="2.4"/>'
        f'<path d="M3 10q6 -8 12 0" fill="none" stroke="{lift(colour, 0.12)}" stroke-width="1.4"/>'
    )
    return f'<rect width="640" height="760" fill="{canvas.tile(28, 26, mark, "rotate(12)")}" opacity=".55"/>'


def _glove(canvas: Canvas, tint: Tint, over: str, path: str = HAND, shine: float = 0.4) -> str:
    return canvas.lie(path) + canvas.body(path, tint, over=over, shine=shine)


def string_knit(canvas: Canvas, tint: Tint, look: str) -> str:
    """Seamless cotton yarn gloves; look "dots" adds PVC grip dots on the palm."""
    base = knit(canvas, tint, 9) + _cuff(canvas, tint, hem=tint.partner)
    mark = f'<circle cx="13" cy="13" r="5.4" fill="{tint.partner}"/>'
    grip = canvas.only(
        "M90 110H560V486H90Z",
        f'<rect width="640" height="640" fill="{canvas.tile(26, 26, mark)}" opacity=".95"/>',
    )
    front = _glove(canvas, tint, base + (grip if look == "dots" else ""))
    return _pair(front, _glove(canvas, tint, base))


def _coated(canvas: Canvas, tint: Tint, coat: str, dip: str, crinkled: bool, yarn: str) -> str:
    liner = Tint("liner", yarn, tint.base)
    skin = canvas.patch(dip, coat) + canvas.line(dip, lift(coat, -0.16), 5, opacity=0.4)
    skin += canvas.only(dip, _crinkle(canvas, coat)) if crinkled else ""
    cuff = _cuff(canvas, liner, hem=tint.base)
    tips = canvas.patch("M90 60H560V236H400L180 330L90 340Z", coat) if dip == DIP else ""
    front = _glove(canvas, liner, knit(canvas, liner, 8) + skin + cuff, shine=0.34)
    back = _glove(canvas, liner, knit(canvas, liner, 8) + tips + cuff, shine=0.34)
    return _pair(front, back)


def latex(canvas: Canvas, tint: Tint, look: str) -> str:
    return _coated(canvas, tint, tint.base, DIP, True, mix(tint.base, "#f4efe2", 0.82))


def nitrile(canvas: Canvas, tint: Tint, look: str) -> str:
    return _coated(canvas, tint, "#33353b", DIP, False, tint.base)


def cut(canvas: Canvas, tint: Tint, look: str) -> str:
    """HPPE cut-resistant liner in salt and pepper, PU palm."""
    liner = Tint("hppe", "#c5c8cc", "#3b3e44")
    fleck = "".join(
        f'<path d="M{x} {y}v7" stroke="#4a4d55" stroke-width="2.4"/>'
        for x, y in ((4, 3), (13, 11), (21, 4), (9, 19), (24, 20))
    )
    over = f'<rect width="640" height="640" fill="{canvas.tile(28, 27, fleck)}" opacity=".75"/>'
    cuff = _cuff(canvas, liner, hem=tint.base)
    coat = canvas.patch(DIP, lift(tint.base, -0.02), 0.96) + canvas.line(
        DIP, lift(tint.base, -0.2), 4, opacity=0.3
    )
    tips = canvas.patch("M90 60H560V236H400L180 330L90 340Z", tint.base, 0.96)
    return _pair(_glove(canvas, liner, over + coat + cuff), _glove(canvas, liner, over + tips + cuff))


def hide(canvas: Canvas, tint: Tint, look: str) -> str:
    """Split cowhide rigger glove with a canvas back and a wide safety cuff."""
    path = HAND.replace("M232 596L228 476", "M196 604L228 486").replace("L421 596Z", "L458 604Z")
    seams = "".join(
        canvas.stitch(d, tint, 2.6)
        for d in (
            "M296 300L292 440",
            "M358 300L358 440",
            "M416 312L408 430",
            "M228 486H425",
            "M238 330C270 360 262 430 236 470",
        )
    )
    cloth = Tint("canvas", tint.partner, tint.base)
    cuff = canvas.only("M150 486H500V620H150Z", canvas.patch("M150 486H500V620H150Z", cloth.base))
    cuff += "".join(canvas.patch(f"M150 {y}H500V{y + 9}H150Z", tint.base, 0.55) for y in (512, 536, 560))
    front = _glove(canvas, tint, leather(canvas, tint) + seams + cuff, path)
    strips = "".join(
        canvas.patch(f"M{x - 30} 60H{x + 34}V236H{x - 30}Z", tint.base) for x in (260, 328, 400, 466)
    )
    knuckle = canvas.patch("M180 330H500V376H180Z", tint.base)
    back = _glove(
        canvas, cloth, canvas.patch("M0 0H640V486H0Z", cloth.base) + strips + knuckle + seams + cuff, path
    )
    return _pair(front, back, 0.76)


def disposable(canvas: Canvas, tint: Tint, look: str) -> str:
    """Thin examination-style gloves: smooth, shiny, beaded cuff."""
    path = HAND.replace("M232 596L228 476", "M222 620L228 476").replace("L421 596Z", "L432 620Z")
    glint = "".join(
        canvas.line(d, "#ffffff", 7, opacity=0.5)
        for d in (
            "M252 176L262 300",
            "M322 140L324 290",
            "M396 156L388 300",
            "M462 220L440 320",
            "M146 288L196 340",
        )
    )
    wrinkles = canvas.fold("M250 470C300 452 360 462 404 446", tint, 10) + canvas.fold(
        "M244 520C300 540 360 520 412 530", tint, 10
    )
    bead = canvas.patch("M180 606H480V626H180Z", tint.deep, 0.55)
    one = _glove(canvas, tint, f"<g {canvas.blur(2.5)}>{glint}</g>" + wrinkles + bead, path, shine=0.65)
    return _pair(one, one, 0.76)


def household(canvas: Canvas, tint: Tint, look: str) -> str:
    """Long rubber gloves for kitchen and cleaning, flocked inside, grip pattern on palm."""
    mark = f'<path d="M0 9L9 0L18 9" fill="none" stroke="{tint.deep}" stroke-width="2.6"/>'
    grip = canvas.only(
        "M200 120H500V470H200Z",
        f'<rect width="640" height="640" fill="{canvas.tile(18, 12, mark)}" opacity=".32"/>',
    )
    hem = canvas.patch("M160 690H500V730H160Z", tint.deep, 0.4)
    folds = canvas.fold("M226 540C290 560 370 548 430 560", tint) + canvas.fold(
        "M222 620C290 604 370 622 436 610", tint
    )
    front = _glove(canvas, tint, grip + folds + hem, LONG, shine=0.6)
    back = _glove(canvas, tint, folds + hem, LONG, shine=0.6)
    return f'<g transform="translate(0 -50)">{_pair(front, back, 0.68)}</g>'


def winter(canvas: Canvas, tint: Tint, look: str) -> str:
    """Knitted winter gloves with touch-screen fingertips."""
    tips = "".join(
        canvas.patch(d, tint.partner) for d in ("M226 120H292V196H226Z", "M110 240H176L150 320H100Z")
    )
    mark = f'<path d="M14 2L26 16L14 30L2 16Z" fill="{tint.partner}"/>'
    band = (
        f'<rect y="344" width="640" height="44" x="160" fill="{canvas.tile(32, 32, mark)}" opacity=".9"/>'
        if look == "nordic"
        else ""
    )
    one = _glove(canvas, tint, knit(canvas, tint, 12) + band + tips + _cuff(canvas, tint, 480))
    return _pair(one, one)


MOTIFS = {
    "string": string_knit,
    "latex": latex,
    "nitrile": nitrile,
    "cut": cut,
    "hide": hide,
    "disposable": disposable,
    "household": household,
    "winter": winter,
}
FOCUS = dict.fromkeys(MOTIFS, (250, 330))
