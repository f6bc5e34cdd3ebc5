"""Children's wear laid flat: dress, tee, hoodie, set, romper, down jacket, leggings."""

from __future__ import annotations

from colours import Tint, lift
from draw import Canvas, move
from fabric import knit, laid, ribs

BUNNY = "M-34 -20C-40 -70 -20 -80 -12 -30C-4 -34 4 -34 12 -30C20 -80 40 -70 34 -20C56 0 50 46 0 46C-50 46 -56 0 -34 -20Z"
BEAR = "M-46 -34C-60 -60 -20 -66 -16 -46C-6 -50 6 -50 16 -46C20 -66 60 -60 46 -34C64 -6 52 44 0 44C-52 44 -64 -6 -46 -34Z"


def _face(tint: Tint, x: float, y: float, size: float = 1.0, bear: bool = True) -> str:
    """A printed animal face, drawn here: two eyes, a nose, cheeks."""
    return (
        f'<g transform="translate({x} {y}) scale({size})"><path d="{BEAR if bear else BUNNY}" fill="{tint.partner}"/>'
        f'<circle cx="-17" cy="-4" r="5.5" fill="{tint.deep}"/><circle cx="17" cy="-4" r="5.5" fill="{tint.deep}"/>'
        f'<ellipse cx="0" cy="10" rx="8" ry="6" fill="{tint.deep}"/><path d="M0 14v7M-9 24q9 8 18 0" stroke="{tint.deep}" stroke-width="3.4" fill="none"/>'
        f'<ellipse cx="-30" cy="14" rx="8" ry="5" fill="#e88f86" opacity=".7"/><ellipse cx="30" cy="14" rx="8" ry="5" fill="#e88f86" opacity=".7"/></g>'
    )


def _neck(canvas: Canvas, tint: Tint, path: str, back: str) -> str:
    inner = Tint("n", lift(tint.base, -0.14), tint.partner)
    return (
        canvas.body(back, inner, volume=0.5, shine=0.08)
        + canvas.line(path, lift(tint.base, -0.04), 13, opacity=1)
        + canvas.line(path, tint.line, 1.8, opacity=0.35)
    )


def dress(canvas: Canvas, tint: Tint, look: str) -> str:
    sleeve = "M214 138C170 140 138 170 128 214C148 236 190 238 214 222Z"
    sleeve2 = "M426 138C470 140 502 170 512 214C492 236 450 238 426 222Z"
    top = "M214 132C236 120 256 116 266 116C276 150 364 150 374 116C384 116 404 120 426 132C430 190 424 246 418 292H222C216 246 210 190 214 132Z"
    skirt = "M222 286H418C450 360 500 450 530 520C536 540 470 566 320 566C170 566 104 540 110 520C140 450 190 360 222 286Z"
    folds = "".join(
        canvas.fold(
            f"M{320 + (x - 320) * 0.45:.0f} 300C{320 + (x - 320) * 0.7:.0f} 380 {320 + (x - 320) * 0.92:.0f} 470 {x} 560",
            tint,
            15,
            0.24,
        )
        for x in (168, 226, 284, 356, 414, 472)
    )
    hem = (
        canvas.patch("M90 508C200 556 440 556 550 508V600H90Z", tint.partner, 0.5) if look == "plain" else ""
    )
    fabric = laid(canvas, tint, look)
    belt = Tint("b", tint.partner, tint.base)
    bow = canvas.body("M318 300L262 268L258 332ZM322 300L378 268L382 332Z", belt, volume=0.4) + canvas.body(
        "M306 288h28v24h-28z", belt, volume=0.3
    )
    sash = canvas.body("M220 282H420L424 312H216Z", belt, volume=0.5)
    neck = _neck(
        canvas,
        tint,
        "M266 118C276 152 364 152 374 118",
        "M266 116C280 104 360 104 374 116C364 150 276 150 266 116Z",
    )
    collar = canvas.body(
        "M266 116C272 156 300 172 318 160C300 150 284 136 280 118ZM374 116C368 156 340 172 322 160C340 150 356 136 360 118Z",
        belt,
        volume=0.4,
    )
    return (
        canvas.lie(top + skirt + sleeve + sleeve2)
        + canvas.body(sleeve, tint, over=fabric)
        + canvas.body(sleeve2, tint, over=fabric)
        + canvas.body(skirt, tint, over=fabric + folds + hem, shine=0.38)
        + canvas.body(top, tint, over=fabric, volume=0.8)
        + sash
        + bow
        + neck
        + collar
    )


TEE = "M236 122C262 112 270 110 276 110C284 146 356 146 364 110C370 110 378 112 404 122L520 190C530 198 532 206 526 216L476 292C470 300 462 302 452 296L430 282V540C430 550 424 556 414 556H226C216 556 210 550 210 540V282L188 296C178 302 170 300 164 292L114 216C108 206 110 198 120 190Z"


def tee(canvas: Canvas, tint: Tint, look: str) -> str:
    print_ = _face(tint, 320, 318, 1.5, bear=True) if look == "plain" else ""
    over = (
        laid(canvas, tint, look)
        + canvas.line("M236 124C224 170 212 230 210 290", tint.line, 2.2, opacity=0.4)
        + canvas.line("M404 124C416 170 428 230 430 290", tint.line, 2.2, opacity=0.4)
    )
    over += (
        canvas.stitch("M212 540H428", tint)
        + canvas.stitch("M122 222L182 290", tint)
        + canvas.stitch("M518 222L458 290", tint)
        + print_
    )
    over += canvas.fold("M240 420C290 440 330 436 380 460", tint, 14, 0.16)
    neck = _neck(
        canvas,
        tint,
        "M276 112C284 148 356 148 364 112",
        "M276 110C288 98 352 98 364 110C356 146 284 146 276 110Z",
    )
    return canvas.lie(TEE) + canvas.body(TEE, tint, over=over, shine=0.4) + neck


def hoodie(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M232 176C250 160 390 160 408 176C440 186 470 206 486 240L544 470C546 482 540 490 530 492L480 502C470 504 464 498 462 490L432 380V540C432 554 424 562 412 562H228C216 562 208 554 208 540V380L178 490C176 498 170 504 160 502L110 492C100 490 94 482 96 470L154 240C170 206 200 186 232 176Z"
    hood = "M238 186C216 130 252 76 320 76C388 76 424 130 402 186C384 218 256 218 238 186Z"
    opening = "M262 182C250 138 278 106 320 106C362 106 390 138 378 182C360 206 280 206 262 182Z"
    inner = Tint("i", lift(tint.base, -0.16), tint.partner)
    pocket = "M244 420H396L424 504H216Z"
    cuffs = canvas.only("M80 452H190L176 520H80ZM450 452H560V520H464Z", ribs(canvas, tint)) + canvas.only(
        "M200 526H440V570H200Z",
        canvas.patch("M200 526H440V570H200Z", lift(tint.base, -0.03)),
        ribs(canvas, tint),
    )
    print_ = _face(tint, 320, 320, 1.25, bear=False) if look == "plain" else ""
    over = (
        laid(canvas, tint, look)
        + cuffs
        + canvas.line(
            "M208 380C206 320 214 270 232 220M432 380C434 320 426 270 408 220", tint.line, 2.2, opacity=0.4
        )
        + print_
    )
    cords = "".join(
        canvas.line(d, "#f6f1e6", 6, opacity=1) + canvas.line(e, "#cfa659", 8, opacity=1)
        for d, e in (
            ("M290 196C286 230 288 250 284 276", "M284 276v12"),
            ("M350 196C354 230 352 250 356 276", "M356 276v12"),
        )
    )
    return (
        canvas.lie(body + hood)
        + canvas.body(body, tint, over=over, shine=0.38)
        + canvas.lie(pocket, depth=0.25)
        + canvas.body(pocket, tint, over=laid(canvas, tint, look), volume=0.4)
        + canvas.lie(hood, depth=0.3)
        + canvas.body(hood, tint, over=laid(canvas, tint, look), shine=0.36)
        + canvas.body(opening, inner, volume=0.8, shine=0.08)
        + cords
    )


SHORTS = "M222 330H418C428 330 432 336 434 346L470 530C472 542 466 550 454 552L352 562C342 563 336 558 334 548L320 440L306 548C304 558 298 563 288 562L186 552C174 550 168 542 170 530L206 346C208 336 212 330 222 330Z"


def outfit(canvas: Canvas, tint: Tint, look: str) -> str:
    """A two-piece summer set: printed tee over shorts in the partner colour."""
    cloth = Tint("s", tint.partner, tint.base)
    band = canvas.only("M180 326H460V368H180Z", ribs(canvas, cloth, 11))
    over = (
        band
        + canvas.stitch("M178 534L300 546", cloth)
        + canvas.stitch("M462 534L340 546", cloth)
        + canvas.line("M320 368V440", cloth.line, 2, opacity=0.4)
    )
    over += canvas.line("M306 372q14 22 28 0M312 380v36M328 380v30", tint.base, 5, opacity=0.95)
    shorts = canvas.lie(SHORTS) + canvas.body(SHORTS, cloth, over=over, shine=0.38)
    return move(tee(canvas, tint, look), -72, -70, turn=-6, scale=0.74) + move(
        shorts, 96, 52, turn=7, scale=0.82
    )


def romper(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M240 112C262 104 272 102 278 102C286 136 354 136 362 102C368 102 378 104 400 112L512 210C520 218 520 226 514 232L476 274C470 280 462 280 454 274L416 240C424 320 432 380 450 470C454 500 440 520 418 524L368 534C352 536 344 528 340 514L320 452L300 514C296 528 288 536 272 534L222 524C200 520 186 500 190 470C208 380 216 320 224 240L186 274C178 280 170 280 164 274L126 232C120 226 120 218 128 210Z"
    cuffs = canvas.only(
        "M180 486L300 512L280 560H170ZM460 486L340 512L360 560H470Z",
        canvas.patch("M150 480H500V580H150Z", tint.partner, 0.55),
        ribs(canvas, tint, 10),
    )
    snaps = "".join(
        f'<circle cx="320" cy="{y}" r="7" fill="#f7f2e7" stroke="{tint.line}" stroke-width="2"/>'
        for y in (168, 214, 260, 306)
    )
    front = canvas.line("M320 132V330", tint.line, 2.2, opacity=0.45)
    print_ = _face(tint, 384, 250, 0.7) if look == "plain" else ""
    neck = _neck(
        canvas,
        tint,
        "M278 104C286 138 354 138 362 104",
        "M278 102C290 90 350 90 362 102C354 136 286 136 278 102Z",
    )
    return (
        canvas.lie(body)
        + canvas.body(body, tint, over=laid(canvas, tint, look) + cuffs + front + snaps + print_, shine=0.4)
        + neck
    )


def down(canvas: Canvas, tint: Tint, look: str) -> str:
    """A light down jacket: quilted baffles, stand collar, zip."""
    body = "M240 130C262 122 380 122 400 130L450 156C480 176 496 214 504 256L540 450C542 464 536 472 524 474L474 482C462 484 456 478 454 466L432 360V540C432 554 424 562 412 562H228C216 562 208 554 208 540V360L186 466C184 478 178 484 166 482L116 474C104 472 98 464 100 450L136 256C144 214 160 176 190 156Z"
    baffles = "".join(
        f'<rect x="60" y="{y}" width="520" height="16" fill="{tint.deep}" opacity=".34" {canvas.blur(5)}/><rect x="60" y="{y + 16}" width="520" height="12" fill="#fff" opacity=".34" {canvas.blur(4)}/>'
        for y in range(170, 560, 52)
    )
    collar = (
        "M250 84C280 74 360 74 390 84C396 104 396 124 392 142C360 156 280 156 248 142C244 124 244 104 250 84Z"
    )
    zipper = canvas.line("M320 84V560", tint.deep, 12, opacity=0.6) + canvas.line(
        "M320 90V560", "#d9dce1", 4.5, opacity=0.95, dash="5 3"
    )
    pull = f'<rect x="313" y="150" width="14" height="34" rx="6" fill="{tint.partner}"/>'
    pockets = canvas.line("M250 430L232 500M390 430L408 500", tint.deep, 5, opacity=0.55)
    sides = canvas.line(
        "M208 370C206 310 212 250 230 190M432 370C434 310 428 250 410 190", tint.deep, 3, opacity=0.45
    )
    return (
        canvas.lie(body + collar)
        + canvas.body(body, tint, over=laid(canvas, tint, look) + baffles + sides + pockets, shine=0.5)
        + canvas.body(collar, tint, over=laid(canvas, tint, look), shine=0.45)
        + zipper
        + pull
    )


def leggings(canvas: Canvas, tint: Tint, look: str) -> str:
    legs = "M222 96H418C426 96 430 102 431 112C444 220 440 330 424 430L414 536C413 546 406 552 396 552H354C344 552 338 546 337 536L320 250L303 536C302 546 296 552 286 552H244C234 552 227 546 226 536L216 430C200 330 196 220 209 112C210 102 214 96 222 96Z"
    band = canvas.only("M190 90H450V138H190Z", ribs(canvas, tint, 11)) + canvas.line(
        "M206 138H434", tint.line, 2, opacity=0.4
    )
    knees = "".join(_face(tint, x, 356, 0.62, bear=True) for x in (258, 382)) if look == "plain" else ""
    over = (
        laid(canvas, tint, look)
        + knit(canvas, tint, 6)
        + band
        + canvas.line("M320 138V250", tint.line, 2, opacity=0.4)
        + canvas.stitch("M226 534H304M336 534H414", tint)
        + knees
    )
    return canvas.lie(legs) + canvas.body(legs, tint, over=over, shine=0.4)


MOTIFS = {
    "dress": dress,
    "tee": tee,
    "hoodie": hoodie,
    "outfit": outfit,
    "romper": romper,
    "down": down,
    "leggings": leggings,
}
FOCUS = {
    "dress": (320, 220),
    "tee": (320, 230),
    "hoodie": (320, 230),
    "outfit": (250, 220),
    "romper": (320, 220),
    "down": (320, 240),
    "leggings": (300, 200),
}
