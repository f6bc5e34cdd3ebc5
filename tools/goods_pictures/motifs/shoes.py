"""Shoes in side view, toe to the left; each pair shows a second shoe half behind."""

from __future__ import annotations

from colours import Tint, lift, mix
from draw import Canvas, move
from fabric import laid, leather, weave


def _pair(canvas: Canvas, one: str, y: float = 520, width: float = 230) -> str:
    back = move(one, 62, -44, scale=0.84)
    return (
        canvas.stand(352, y - 58, width * 0.84, 11)
        + back
        + canvas.stand(308, y, width, 15)
        + move(one, -14, 0, scale=1.0)
    )


def _laces(
    canvas: Canvas, points: tuple[tuple[int, int], ...], colour: str, dx: int = 46, dy: int = 14
) -> str:
    return "".join(
        canvas.line(f"M{x} {y}l{dx} {dy}", lift(colour, -0.22), 11, opacity=0.6)
        + canvas.line(f"M{x} {y - 1}l{dx} {dy}", colour, 8, opacity=1)
        for x, y in points
    )


def _low(markup: str, height: float = 0.84, base: int = 474) -> str:
    """Press a drawing down towards its sole line."""
    return f'<g transform="translate(0 {base * (1 - height):.1f}) scale(1 {height})">{markup}</g>'


def _pitched(markup: str, slope: float = -3.6) -> str:
    """Set a flat-drawn shoe on its heel: the ball of the foot comes down to the ground."""
    return f'<g transform="translate(0 36) skewY({slope})">{markup}</g>'


def _sole(canvas: Canvas, path: str, colour: str, lines: str = "") -> str:
    return canvas.body(path, Tint("sole", colour, "#000000"), over=lines, volume=0.5, shine=0.35)


def sneaker(canvas: Canvas, tint: Tint, look: str) -> str:
    upper = "M84 470C74 436 92 416 130 404C190 386 236 356 276 312C300 286 330 262 356 250C378 276 440 290 486 256C512 268 524 300 532 340C542 390 560 420 552 470Z"
    lining = "M348 252C366 226 470 222 492 258C470 296 384 296 348 252Z"
    sole = "M70 470C68 462 76 456 90 458C240 470 400 456 548 450C562 450 570 460 570 474C572 506 560 524 528 526H128C92 526 74 500 70 470Z"
    accent = Tint("a", tint.partner, tint.base)
    holes = "".join(
        f'<circle cx="{x}" cy="{y}" r="4.5" fill="{lift(accent.base, -0.2)}"/>'
        for x, y in ((420, 352), (436, 374), (448, 398), (396, 372), (410, 396), (420, 420))
    )
    panel = "M230 486C262 430 330 396 372 330C410 310 450 306 480 316C470 380 474 440 482 486Z"
    swoosh = (
        canvas.patch(panel, accent.base, 0.94)
        + canvas.stitch(
            "M240 482C272 432 338 400 380 336C416 318 450 314 474 322", Tint("p", accent.base, "#000000")
        )
        + holes
    )
    toe = canvas.patch(
        "M60 480C70 420 120 402 168 396C190 420 188 450 176 480Z", lift(tint.base, -0.05), 0.9
    ) + canvas.stitch("M168 396C190 420 188 450 176 476", tint)
    heel = canvas.patch(
        "M488 262C510 300 502 380 512 470L580 480L560 300Z", accent.base, 0.9
    ) + canvas.stitch("M488 266C508 304 500 384 508 466", tint)
    tongue = canvas.patch(
        "M262 330C292 300 320 268 356 250L398 286C360 300 330 330 312 362Z", lift(tint.base, -0.06), 0.95
    )
    mesh = weave(canvas, tint) + laid(canvas, tint, look)
    stripe = canvas.line("M74 484C240 500 400 484 566 476", accent.base, 6, opacity=0.85)
    one = canvas.body(lining, Tint("l", lift(tint.base, -0.2), tint.partner), volume=0.6, shine=0.1)
    one += canvas.body(upper, tint, over=mesh + tongue + toe + heel + swoosh, shine=0.42)
    one += _laces(canvas, ((278, 322), (300, 300), (322, 278), (346, 260)), "#faf8f2", 42, 16)
    one = _low(one, 0.82) + _sole(canvas, sole, "#f6f3ec", stripe)
    return _pair(canvas, one)


def canvas_shoe(canvas: Canvas, tint: Tint, look: str) -> str:
    upper = "M84 476C80 440 110 412 160 404C210 396 250 366 282 322C300 300 330 282 352 276H520C536 320 546 400 546 476Z"
    sole = "M76 474H552C560 474 564 482 562 494C560 514 550 522 530 522H112C86 522 74 500 76 474Z"
    cap = canvas.patch("M60 486C64 430 110 406 160 402C186 424 190 456 184 486Z", "#f6f2e8") + canvas.line(
        "M160 402C186 424 190 456 184 480", "#b9b2a2", 2
    )
    eyelets = "".join(
        f'<circle cx="{x}" cy="{y}" r="6" fill="#d6d8dc" stroke="#7c8088" stroke-width="2"/>'
        for x, y in ((298, 336), (322, 316), (346, 300))
    )
    lining = canvas.patch("M352 270H524V292C470 312 400 310 352 282Z", lift(tint.base, -0.18))
    heel = canvas.patch("M506 340H560V400H512Z", tint.partner, 0.9)
    band = canvas.line("M78 492H560", tint.partner, 5, opacity=0.9)
    one = canvas.body(
        upper,
        tint,
        over=laid(canvas, tint, look)
        + weave(canvas, tint)
        + canvas.stitch("M286 330C360 300 440 350 470 470", tint)
        + lining
        + heel
        + cap,
        shine=0.38,
    )
    one += _laces(canvas, ((262, 356), (286, 330), (312, 304), (338, 286)), "#faf7ef", 48, 12) + eyelets
    one = _low(one, 0.8) + _sole(canvas, sole, "#f5f1e6", band)
    return _pair(canvas, one)


def oxford(canvas: Canvas, tint: Tint, look: str) -> str:
    """Men's lace-up dress shoe with toe cap and stacked heel."""
    upper = "M64 470C60 442 84 424 128 412C200 392 250 368 300 330C330 308 352 300 372 300C400 320 470 322 506 292C528 300 540 340 546 400C550 430 552 450 550 474Z"
    lining = "M364 302C384 276 484 270 508 296C488 330 400 330 364 302Z"
    sole = "M58 468C180 484 340 482 420 470L552 470L556 488H424C330 500 180 502 66 488C58 484 56 474 58 468Z"
    heel = "M428 468L556 466L552 540H434Z"
    cap = canvas.stitch("M178 398C206 420 210 450 200 482", tint, 2.6) + canvas.stitch(
        "M188 395C216 418 220 450 210 482", tint, 2.6
    )
    quarter = canvas.stitch("M262 360C330 380 380 420 392 474", tint, 2.4) + canvas.line(
        "M262 356C334 376 386 418 398 474", tint.line, 2, opacity=0.4
    )
    gloss = f"<g {canvas.blur(8)}>{canvas.line('M96 440C130 420 170 414 200 404', '#ffffff', 16, opacity=0.55)}{canvas.line('M450 380C490 384 510 400 520 440', '#ffffff', 12, opacity=0.3)}</g>"
    one = canvas.body(lining, Tint("l", mix(tint.base, "#c99a6a", 0.6), tint.base), volume=0.5, shine=0.1)
    one += canvas.body(upper, tint, over=leather(canvas, tint) + cap + quarter + gloss, shine=0.34)
    one += _laces(canvas, ((296, 346), (318, 330), (340, 316)), tint.deep, 40, 20)
    one = _sole(canvas, heel, "#2a211c") + _pitched(one + _sole(canvas, sole, "#33281f"))
    return _pair(canvas, one, 536)


def loafer(canvas: Canvas, tint: Tint, look: str) -> str:
    upper = "M66 474C62 440 92 420 140 410C200 398 240 376 276 352C310 372 380 396 440 388C480 380 500 356 512 330C534 350 548 410 550 474Z"
    lining = "M272 354C320 316 470 300 512 330C500 376 380 408 272 354Z"
    sole = "M60 470H554C558 480 556 492 546 496H424L416 500C300 508 160 508 76 496C62 490 58 480 60 470Z"
    heel = "M430 474H550L546 532H436Z"
    apron = canvas.stitch("M100 440C150 420 220 412 262 392C300 400 330 420 346 440", tint, 3)
    saddle = canvas.patch(
        "M236 366C280 392 330 410 372 404L392 474H300C284 440 262 410 224 384Z", lift(tint.base, -0.06), 0.95
    )
    bit = '<rect x="276" y="396" width="62" height="12" rx="6" fill="#cfa659" transform="rotate(18 307 402)"/><circle cx="278" cy="394" r="10" fill="none" stroke="#b98d3f" stroke-width="5"/><circle cx="338" cy="412" r="10" fill="none" stroke="#b98d3f" stroke-width="5"/>'
    gloss = f"<g {canvas.blur(8)}>{canvas.line('M100 446C130 428 170 424 200 414', '#ffffff', 15, opacity=0.45)}</g>"
    one = canvas.body(lining, Tint("l", mix(tint.base, "#e4c8a0", 0.65), tint.base), volume=0.5, shine=0.1)
    one += canvas.body(upper, tint, over=leather(canvas, tint) + apron + saddle + gloss, shine=0.36) + bit
    one = _sole(canvas, heel, "#2f2621") + _pitched(one + _sole(canvas, sole, "#3d3129"), -3)
    return _pair(canvas, one, 530)


def pump(canvas: Canvas, tint: Tint, look: str) -> str:
    """Women's pointed court shoe on a slim heel."""
    upper = "M52 480C70 456 130 452 190 436C240 424 262 396 284 376C330 400 372 380 420 330C452 296 486 262 520 252C540 270 548 310 536 350C520 380 480 390 440 410C380 440 330 488 250 492C180 496 90 496 60 492C50 490 48 484 52 480Z"
    lining = "M282 378C330 400 372 380 420 330C452 296 486 262 520 252C516 300 470 352 420 390C370 424 310 426 282 378Z"
    heel = "M498 360C520 352 534 344 540 330C546 400 536 470 528 522H506C508 470 506 410 498 360Z"
    sole = "M54 486C90 498 180 502 254 496C330 490 384 444 446 412C490 392 520 384 536 352C534 378 510 398 470 416C400 450 340 504 252 506C170 510 84 506 58 496Z"
    gloss = f"<g {canvas.blur(7)}>{canvas.line('M90 470C140 462 190 456 226 440', '#ffffff', 12, opacity=0.6)}{canvas.line('M400 410C440 380 490 350 520 300', '#ffffff', 9, opacity=0.35)}</g>"
    bow = (
        canvas.body(
            "M226 424l-34 -18l2 40zM226 424l34 -26l6 38z", Tint("b", tint.partner, tint.base), volume=0.4
        )
        if look == "bow"
        else ""
    )
    one = canvas.body(heel, tint, volume=0.6) + canvas.body(
        lining, Tint("l", "#ead9c2", tint.base), volume=0.5, shine=0.1
    )
    one += canvas.body(
        upper
        + "M282 378C310 426 370 424 420 390C470 352 516 300 520 252C486 262 452 296 420 330C372 380 330 400 282 378Z",
        tint,
        over=gloss,
        shine=0.42,
    )
    one += _sole(canvas, sole, "#3a2f2b") + bow
    return _pair(canvas, one, 512, 216)


def boot(canvas: Canvas, tint: Tint, look: str) -> str:
    """An ankle boot with laces and a lugged sole; look "safety" adds the steel toe guard."""
    upper = "M76 470C66 430 92 408 136 396C200 380 250 352 276 300C288 262 290 200 292 150H486C490 240 506 330 520 470Z"
    sole = "M66 466H530C540 466 544 478 542 492C540 520 532 526 520 526H112C80 526 66 500 66 466Z"
    lugs = "".join(canvas.patch(f"M{x} 504h18v30h-18z", "#15130f", 0.5) for x in range(84, 530, 38))
    collar = canvas.patch("M270 140H500V186H270Z", lift(tint.base, -0.1))
    toe = canvas.stitch("M176 386C206 410 212 446 204 474", tint, 3)
    if look == "safety":
        toe += canvas.patch("M50 480C60 410 120 396 176 384C206 410 214 446 206 480Z", "#3a3c40", 0.95)
    heel = canvas.stitch("M440 190C430 290 450 380 452 470", tint, 3)
    hooks = "".join(
        f'<circle cx="{x}" cy="{y}" r="7" fill="#c8a45a"/>'
        for x, y in ((330, 352), (344, 318), (350, 282), (352, 246), (352, 212))
    )
    one = canvas.body(
        upper,
        tint,
        over=leather(canvas, tint)
        + collar
        + toe
        + heel
        + canvas.fold("M290 330C350 350 420 340 486 350", tint, 14),
        shine=0.36,
    )
    one += (
        _laces(
            canvas,
            ((268, 344), (286, 312), (294, 278), (296, 244), (296, 210)),
            mix(tint.partner, "#e9d8b0", 0.5),
            62,
            8,
        )
        + hooks
    )
    one += _sole(canvas, sole, "#2c2824" if look != "safety" else "#c98a3a", lugs)
    return _pair(canvas, one, 522, 226)


def sandal(canvas: Canvas, tint: Tint, look: str) -> str:
    """A slide with two buckled straps on a cork footbed."""
    bed = "M70 446C160 430 240 440 320 436C420 430 480 410 540 396C564 400 570 430 566 456C470 486 200 496 90 482C66 478 60 456 70 446Z"
    sole = "M62 462C66 492 110 492 160 492C300 494 460 486 566 452C572 480 562 516 540 520H120C84 520 62 500 62 462Z"
    cork = Tint("cork", "#c79e6b", "#7d5a34")
    straps = ""
    for d, y in (
        ("M104 462C96 380 150 342 214 350C250 360 262 410 262 462C220 476 140 474 104 462Z", 0),
        ("M300 458C286 372 330 330 392 332C436 338 452 390 458 440C420 460 350 466 300 458Z", 1),
    ):
        band = canvas.lie(d, depth=0.3) + canvas.body(
            d, tint, over=leather(canvas, tint) + laid(canvas, tint, look), volume=0.8, shine=0.42
        )
        x = 190 if y == 0 else 380
        band += f'<rect x="{x - 17}" y="{376 - y * 14}" width="34" height="40" rx="6" fill="none" stroke="#cfa659" stroke-width="7"/><path d="M{x} {374 - y * 14}v44" stroke="#b98d3f" stroke-width="5"/>'
        straps += _low(band, 0.8, 462)
    speck = "".join(
        f'<circle cx="{x}" cy="{y}" r="1.8" fill="#7d5a34"/>' for x, y in ((4, 5), (14, 12), (9, 19), (20, 4))
    )
    grain = f'<rect width="640" height="640" fill="{canvas.tile(24, 22, speck)}" opacity=".5"/>'
    one = _sole(canvas, sole, "#3b322c") + canvas.body(bed, cork, over=grain, volume=0.6) + straps
    return move(_pair(canvas, one, 520), 0, -50)


def toddler(canvas: Canvas, tint: Tint, look: str) -> str:
    """Children's first-step shoe: rounded, two hook-and-loop straps."""
    upper = "M108 462C96 410 120 372 176 362C230 352 262 320 286 276C300 256 330 250 356 262C390 290 450 284 486 252C512 270 526 330 530 462Z"
    lining = "M340 262C360 230 466 222 488 254C466 296 384 300 340 262Z"
    sole = "M92 458H536C548 458 552 474 548 494C544 518 532 526 512 526H134C104 526 88 500 92 458Z"
    toe = canvas.patch("M80 480C86 400 130 366 190 356C220 390 226 440 216 480Z", tint.partner, 0.92)
    star = "M0 -26L7 -8L26 -8L11 4L17 22L0 12L-17 22L-11 4L-26 -8L-7 -8Z"
    motif = f'<path d="{star}" fill="{tint.partner}" transform="translate(458 372)"/>'
    straps = ""
    for x, y in ((250, 330), (276, 286)):
        d = f"M{x} {y}l120 22q14 4 10 18l-4 12q-4 12 -18 8l-120 -26z"
        straps += canvas.lie(d, depth=0.25) + canvas.body(
            d, Tint("s", lift(tint.base, -0.08), tint.partner), volume=0.5, shine=0.4
        )
    one = canvas.body(lining, Tint("l", tint.partner, tint.base), volume=0.5, shine=0.1)
    one += (
        canvas.body(
            upper, tint, over=laid(canvas, tint, look) + weave(canvas, tint) + toe + motif, shine=0.42
        )
        + straps
    )
    one = _low(one, 0.86) + _sole(canvas, sole, "#f4f0e6", canvas.line("M94 490H548", tint.base, 6))
    return _pair(canvas, one)


MOTIFS = {
    "sneaker": sneaker,
    "canvas": canvas_shoe,
    "oxford": oxford,
    "loafer": loafer,
    "pump": pump,
    "boot": boot,
    "sandal": sandal,
    "toddler": toddler,
}
STANDING = set(MOTIFS)
FOCUS = dict.fromkeys(MOTIFS, (300, 400)) | {"boot": (300, 300)}
