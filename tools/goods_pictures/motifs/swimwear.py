"""Swimwear and what goes with it, laid flat."""

from __future__ import annotations

from colours import Tint, lift
from draw import Canvas
from fabric import knit, laid


def _edge(canvas: Canvas, path: str, colour: str, width: float = 8) -> str:
    return canvas.line(path, lift(colour, -0.12), width + 2, opacity=0.5) + canvas.line(
        path, colour, width, opacity=1
    )


def onepiece(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M232 84C240 82 248 82 254 84C262 150 284 190 320 190C356 190 378 150 386 84C392 82 400 82 408 84C410 150 426 190 446 214C424 280 424 330 440 390C448 420 440 440 424 452C390 476 364 510 352 552C344 566 296 566 288 552C276 510 250 476 216 452C200 440 192 420 200 390C216 330 216 280 194 214C214 190 230 150 232 84Z"
    back = "M238 84C250 130 280 160 320 160C360 160 390 130 402 84L386 84C378 150 356 190 320 190C284 190 262 150 254 84Z"
    inner = Tint("i", lift(tint.base, -0.18), tint.partner)
    trims = _edge(canvas, "M254 84C262 150 284 190 320 190C356 190 378 150 386 84", tint.partner, 7)
    waist = canvas.fold("M214 318C270 336 370 336 426 318", tint, 12, 0.2) + canvas.fold(
        "M220 356C280 372 350 366 420 352", tint, 12, 0.16
    )
    ruffle = ""
    if look == "ruffle":
        frill = (
            "M196 228C250 262 390 262 444 228L450 268"
            + "".join("q-12 18 -24 2" for _ in range(10))
            + "L192 268Z"
        )
        ruffle = canvas.lie(frill, depth=0.3) + canvas.body(frill, tint, volume=0.6)
    legs = _edge(canvas, "M198 400C196 424 204 442 216 452C250 476 276 510 288 552", tint.partner, 6) + _edge(
        canvas, "M442 400C444 424 436 442 424 452C390 476 364 510 352 552", tint.partner, 6
    )
    return (
        canvas.lie(body)
        + canvas.body(back, inner, volume=0.5, shine=0.1)
        + canvas.body(body, tint, over=laid(canvas, tint, look) + waist, shine=0.5)
        + trims
        + canvas.only(body, legs)
        + ruffle
    )


def bikini(canvas: Canvas, tint: Tint, look: str) -> str:
    cup = "M196 110C230 150 300 200 306 276C300 300 240 306 176 290C150 282 144 262 150 246C160 200 180 150 196 110Z"
    cup2 = "M444 110C410 150 340 200 334 276C340 300 400 306 464 290C490 282 496 262 490 246C480 200 460 150 444 110Z"
    brief = "M172 404C270 424 370 424 468 404C480 402 486 410 482 422C470 452 440 470 410 482C376 498 358 526 350 556C340 568 300 568 290 556C282 526 264 498 230 482C200 470 170 452 158 422C154 410 160 402 172 404Z"
    strings = "".join(
        _edge(canvas, d, tint.partner, 6)
        for d in (
            "M196 110C186 84 200 62 214 46",
            "M444 110C454 84 440 62 426 46",
            "M152 270C120 280 96 292 76 312",
            "M488 270C520 280 544 292 564 312",
            "M306 286C316 292 324 292 334 286",
            "M168 412C140 420 124 440 120 470M168 412C146 404 128 404 108 414",
            "M472 412C500 420 516 440 520 470M472 412C494 404 512 404 532 414",
        )
    )
    parts = canvas.lie(cup + cup2 + brief) + strings
    for path in (cup, cup2, brief):
        parts += canvas.body(path, tint, over=laid(canvas, tint, look), shine=0.5)
    ring = '<circle cx="320" cy="288" r="14" fill="none" stroke="#cfa659" stroke-width="6"/>'
    gather = canvas.fold("M230 284C226 240 220 200 206 150", tint, 9, 0.2) + canvas.fold(
        "M410 284C414 240 420 200 434 150", tint, 9, 0.2
    )
    return parts + gather + ring


def boardshorts(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M196 120H444C456 120 462 126 464 138L512 508C514 522 508 530 494 532L362 544C350 545 344 540 342 528L320 330L298 528C296 540 290 545 278 544L146 532C132 530 126 522 128 508L176 138C178 126 184 120 196 120Z"
    band = canvas.patch("M160 110H480V172H160Z", tint.partner, 0.92)
    fly = canvas.line("M320 172V330", tint.line, 2.4, opacity=0.5)
    cord = canvas.line(
        "M306 144C280 180 290 214 276 240M334 144C360 180 350 214 364 240", "#f8f4ea", 7, opacity=1
    ) + canvas.line("M306 144C312 132 328 132 334 144", "#f8f4ea", 7, opacity=1)
    side = (
        canvas.patch("M176 138L128 508L140 560L176 544L206 138Z", tint.partner, 0.55)
        + canvas.patch("M464 138L512 508L500 560L464 544L434 138Z", tint.partner, 0.55)
        if look == "plain"
        else ""
    )
    pocket = canvas.line("M206 184C196 230 186 250 170 268", tint.line, 3, opacity=0.45) + canvas.line(
        "M434 184C444 230 454 250 470 268", tint.line, 3, opacity=0.45
    )
    hem = canvas.stitch("M136 506L292 520M348 520L504 506", tint)
    eyelets = "".join(
        f'<circle cx="{x}" cy="144" r="7" fill="#d9dce1" stroke="#80858d" stroke-width="2"/>'
        for x in (306, 334)
    )
    folds = canvas.fold("M300 330C280 360 240 380 200 390", tint, 14, 0.2) + canvas.fold(
        "M340 330C360 360 400 380 440 390", tint, 14, 0.2
    )
    return (
        canvas.lie(body)
        + canvas.body(
            body, tint, over=laid(canvas, tint, look) + side + band + fly + pocket + hem + folds, shine=0.45
        )
        + eyelets
        + cord
    )


def girl(canvas: Canvas, tint: Tint, look: str) -> str:
    """A girl's one-piece with a two-layer skirt and bow."""
    top = "M236 110C250 104 258 104 268 108C276 150 364 150 372 108C382 104 390 104 404 110C410 150 424 176 440 190C428 240 424 280 426 324H214C216 280 212 240 200 190C216 176 230 150 236 110Z"
    brief = "M240 420H400C396 470 366 500 350 540C340 554 300 554 290 540C274 500 244 470 240 420Z"
    under = (
        "M208 330C180 380 152 430 140 476"
        + "".join("q18 24 36 0" for _ in range(10))
        + "C488 430 460 380 432 330Z"
    )
    over_ = (
        "M212 316C190 356 172 390 160 420"
        + "".join("q20 24 40 0" for _ in range(8))
        + "C468 390 450 356 428 316Z"
    )
    trim = Tint("t", tint.partner, tint.base)
    fabric = laid(canvas, tint, look)
    bow = canvas.body("M318 322L268 294L266 352ZM322 322L372 294L374 352Z", trim, volume=0.4) + canvas.body(
        "M308 310h24v24h-24z", trim, volume=0.3
    )
    return (
        canvas.lie(top + under)
        + canvas.body(brief, tint, over=fabric)
        + canvas.body(under, trim, volume=0.8)
        + canvas.lie(over_, depth=0.3)
        + canvas.body(over_, tint, over=fabric, shine=0.45)
        + canvas.body(top, tint, over=fabric, shine=0.45)
        + _edge(canvas, "M268 108C276 150 364 150 372 108", tint.partner, 7)
        + bow
    )


def rash(canvas: Canvas, tint: Tint, look: str) -> str:
    """A long-sleeved sun-protection top with a front zip."""
    body = "M246 116C268 106 372 106 394 116L446 140C478 158 494 196 500 238L546 492C548 504 542 510 532 512L486 520C476 522 470 516 468 506L424 330L434 540C434 552 428 558 416 558H224C212 558 206 552 206 540L216 330L172 506C170 516 164 522 154 520L108 512C98 510 92 504 94 492L140 238C146 196 162 158 194 140Z"
    collar = "M262 88C290 80 350 80 378 88L382 126C350 140 290 140 258 126Z"
    panels = canvas.patch(
        "M194 140C162 158 146 196 140 238L94 492L172 520L216 330C210 260 214 200 250 116ZM446 140C478 158 494 196 500 238L546 492L468 520L424 330C430 260 426 200 390 116Z",
        tint.partner,
        0.92,
    )
    seams = canvas.stitch("M250 118C214 200 210 260 216 330L206 540", tint) + canvas.stitch(
        "M390 118C426 200 430 260 424 330L434 540", tint
    )
    zipper = (
        canvas.line("M320 84V330", lift(tint.base, -0.25), 11, opacity=0.8)
        + canvas.line("M320 90V330", "#e5e7ea", 4, opacity=0.95, dash="4 3")
        + '<rect x="313" y="130" width="14" height="34" rx="6" fill="#8c9098"/>'
    )
    return (
        canvas.lie(body + collar)
        + canvas.body(
            body,
            tint,
            over=laid(canvas, tint, look)
            + (panels if look == "plain" else "")
            + knit(canvas, tint, 4)
            + seams,
            shine=0.48,
        )
        + canvas.body(collar, tint, volume=0.6)
        + zipper
    )


def goggles(canvas: Canvas, tint: Tint, look: str) -> str:
    lens = "M126 318C130 268 180 250 240 256C286 260 304 286 300 322C296 366 250 388 204 386C154 384 122 362 126 318Z"
    lens2 = "M514 318C510 268 460 250 400 256C354 260 336 286 340 322C344 366 390 388 436 386C486 384 518 362 514 318Z"
    strap = canvas.line(
        "M128 320C30 280 60 150 320 150C580 150 610 280 512 320", tint.deep, 30, opacity=1
    ) + canvas.line("M128 318C34 278 64 148 320 148C576 148 606 278 512 318", tint.base, 24, opacity=1)
    strap += canvas.line("M132 300C60 250 110 172 320 172C530 172 580 250 508 300", tint.shade, 12, opacity=1)
    glass = Tint("g", "#4f6f8f" if look == "plain" else "#c9d6dd", "#ffffff")
    bridge = canvas.line("M296 306C306 288 334 288 344 306", tint.base, 18, opacity=1)
    parts = f'<g opacity=".9">{canvas.lie(lens + lens2)}</g>' + strap + bridge
    for path in (lens, lens2):
        parts += (
            canvas.line(path, tint.base, 34, opacity=1)
            + canvas.line(path, tint.deep, 3, opacity=0.5)
            + canvas.body(path, glass, volume=1.2, shine=0.3)
        )
    glint = "".join(
        canvas.patch(d, "#ffffff", 0.4)
        for d in ("M156 340L206 268L236 268L178 356Z", "M370 340L420 268L450 268L392 356Z")
    )
    return f'<g transform="translate(0 40)">{parts}{glint}</g>'


def swimcap(canvas: Canvas, tint: Tint, look: str) -> str:
    dome = "M96 444C80 270 180 150 330 150C470 150 552 250 548 380C546 410 530 424 500 430C400 450 300 470 190 488C130 498 100 490 96 444Z"
    wave = (
        "".join(
            canvas.line(
                f"M{90 + i * 6} {400 - i * 52}C220 {350 - i * 46} 380 {420 - i * 54} 556 {330 - i * 30}",
                tint.partner,
                13 - i * 2,
                opacity=0.85,
            )
            for i in range(3)
        )
        if look == "plain"
        else laid(canvas, tint, look)
    )
    rim = canvas.line(
        "M98 452C104 490 140 494 190 486C300 468 400 448 500 428C530 422 546 408 548 380",
        tint.deep,
        9,
        opacity=0.4,
    )
    gloss = f"<g {canvas.blur(12)}>{canvas.line('M190 280C230 220 290 194 350 190', '#ffffff', 30, opacity=0.55)}</g>"
    return f'<g transform="translate(0 0)">{canvas.lie(dome)}{canvas.body(dome, tint, over=wave + rim + gloss, shine=0.6)}</g>'


MOTIFS = {
    "onepiece": onepiece,
    "bikini": bikini,
    "boardshorts": boardshorts,
    "girl": girl,
    "rash": rash,
    "goggles": goggles,
    "swimcap": swimcap,
}
FOCUS = {
    "onepiece": (320, 260),
    "bikini": (300, 250),
    "boardshorts": (320, 200),
    "girl": (320, 300),
    "rash": (320, 200),
    "goggles": (240, 360),
    "swimcap": (330, 330),
}
