"""Anime goods with characters of our own: a girl with a bow, a cat-eared boy, a fox spirit."""

from __future__ import annotations

from colours import Tint, lift, mix
from draw import Canvas, move

SKIN = "#fbe3d2"
INK = "#4a3a44"


def _eyes(colour: str, y: float = 300, gap: float = 62) -> str:
    eyes = ""
    for side in (-1, 1):
        x = 320 + side * gap
        eyes += (
            f'<ellipse cx="{x}" cy="{y}" rx="25" ry="33" fill="#fff"/><ellipse cx="{x}" cy="{y + 3}" rx="21" ry="29" fill="{lift(colour, -0.12)}"/>'
            f'<ellipse cx="{x}" cy="{y + 14}" rx="15" ry="15" fill="{lift(colour, 0.14)}"/><ellipse cx="{x}" cy="{y + 3}" rx="9" ry="13" fill="{INK}"/>'
            f'<circle cx="{x + 8}" cy="{y - 12}" r="8" fill="#fff"/><circle cx="{x - 9}" cy="{y + 14}" r="4" fill="#fff"/>'
            f'<path d="M{x - 27} {y - 18}Q{x} {y - 46} {x + 27} {y - 18}" fill="none" stroke="{INK}" stroke-width="8" stroke-linecap="round"/>'
        )
    return eyes


def _face(colour: str) -> str:
    blush = "".join(
        f'<ellipse cx="{x}" cy="346" rx="22" ry="11" fill="#f29a9a" opacity=".55"/>' for x in (226, 414)
    )
    return (
        _eyes(colour)
        + blush
        + f'<path d="M302 358Q320 378 338 358" fill="#d9626a" stroke="{INK}" stroke-width="5" stroke-linejoin="round"/>'
    )


def chibi(canvas: Canvas, tint: Tint, look: str) -> str:
    """A big-headed figure in the box, about 440 wide and 560 high, feet at y=590."""
    hair = Tint("h", tint.base, tint.partner)
    cloth = Tint("c", mix(tint.partner, tint.base, 0.12), tint.base)
    skin = Tint("k", SKIN, "#ffffff")
    back = "M320 84C170 84 108 190 116 310C122 390 96 450 120 500C180 520 220 470 240 440H400C420 470 460 520 520 500C544 450 518 390 524 310C532 190 470 84 320 84Z"
    head = "M320 150C210 150 168 220 172 300C176 372 240 412 320 412C400 412 464 372 468 300C472 220 430 150 320 150Z"
    fringe = "M320 96C180 96 138 190 150 320C170 310 186 280 196 240C220 262 262 262 284 226C300 258 350 262 372 224C392 258 428 260 446 240C456 280 470 310 490 320C502 190 460 96 320 96Z"
    body = "M264 408H376C410 430 432 480 440 530C400 552 240 552 200 530C208 480 230 430 264 408Z"
    arms = "M236 428C206 440 184 476 178 512C190 524 206 522 214 512L256 450ZM404 428C434 440 456 476 462 512C450 524 434 522 426 512L384 450Z"
    legs = "M262 536H308V584C308 594 262 594 262 584ZM332 536H378V584C378 594 332 594 332 584Z"
    boots = "M250 566H310V592C310 604 250 604 250 592ZM330 566H390V592C390 604 330 604 330 592Z"
    dark = Tint("b", lift(tint.base, -0.2), tint.partner)
    extra = _extras(canvas, tint, look)
    collar = canvas.patch(
        "M268 404L320 448L372 404L384 420L320 470L256 420Z", "#ffffff", 0.95
    ) + canvas.patch("M320 440l-30 -16v38zM320 440l30 -16v38z", tint.base)
    return (
        canvas.body(back, dark, volume=0.6)
        + canvas.body(legs, skin, volume=0.4)
        + canvas.body(boots, dark, volume=0.4)
        + canvas.body(arms, skin, volume=0.4)
        + canvas.body(body, cloth, over=canvas.patch("M180 506H460V560H180Z", tint.base, 0.8), volume=0.6)
        + collar
        + extra[0]
        + canvas.body(head, skin, volume=0.5, shine=0.3)
        + _face(mix(tint.base, "#5b8fc9", 0.35))
        + canvas.body(fringe, hair, volume=0.7, shine=0.35)
        + f"<g {canvas.blur(3)}>{canvas.line('M206 180C240 150 290 138 330 138', '#ffffff', 12, opacity=0.5)}</g>"
        + extra[1]
    )


def _extras(canvas: Canvas, tint: Tint, look: str) -> tuple[str, str]:
    """What the character wears: behind the head, and before it."""
    bow = Tint("w", tint.partner, tint.base)
    if look == "cat":
        ears = "M150 176L152 52L262 118ZM490 176L488 52L378 118Z"
        inner = canvas.patch("M166 150L168 82L226 120ZM474 150L472 82L414 120Z", "#f3b7b2")
        return canvas.body(ears, tint, volume=0.5) + inner, canvas.line(
            "M296 470h48", "#cfa659", 9, opacity=1
        )
    if look == "fox":
        ears = "M144 190L132 34L270 112ZM496 190L508 34L370 112Z"
        tips = canvas.patch("M136 70L132 34L166 54ZM504 70L508 34L474 54Z", "#fffaf0")
        tail = "M440 560C560 560 610 480 570 400C560 470 510 480 440 500Z"
        return canvas.body(tail, tint, volume=0.6) + canvas.body(ears, tint, volume=0.5) + tips, ""
    ribbon = canvas.body("M432 138L366 96L372 172ZM432 138L506 92L502 176Z", bow, volume=0.5) + canvas.body(
        "M418 120h30v38h-30z", bow, volume=0.4
    )
    return "", ribbon


def stand(canvas: Canvas, tint: Tint, look: str) -> str:
    """An acrylic stand: the figure in a clear contour on a clear base."""
    figure = move(chibi(canvas, tint, look), 0, -42, scale=0.82)
    outline = "M320 62C160 50 96 150 104 260C60 330 90 420 150 432C150 480 190 520 240 524H400C450 520 490 480 490 432C560 420 580 330 536 260C544 150 480 50 320 62Z"
    glass = (
        canvas.patch(outline, "#ffffff", 0.55)
        + canvas.line(outline, "#ffffff", 7, opacity=0.95)
        + canvas.line(outline, "#9db7c4", 2, opacity=0.7)
    )
    base = "M180 540C180 522 240 512 320 512C400 512 460 522 460 540C460 560 400 572 320 572C240 572 180 560 180 540Z"
    plate = canvas.stand(326, 560, 170, 14) + canvas.body(
        base, Tint("g", mix("#eef5f8", tint.base, 0.16), "#fff"), volume=0.6, shine=0.7
    )
    gleam = canvas.only(outline, canvas.patch("M110 60H220L120 420H60Z", "#ffffff", 0.22))
    return plate + canvas.lie(outline, depth=0.5) + glass + figure + gleam


def badge(canvas: Canvas, tint: Tint, look: str) -> str:
    """Tin badges: a large one and a small holographic one behind."""
    circle = (
        "M320 90C450 90 550 190 550 320C550 450 450 550 320 550C190 550 90 450 90 320C90 190 190 90 320 90Z"
    )
    face = Tint("f", mix(tint.base, "#fffdf8", 0.62), tint.base)
    rays = "".join(
        f'<path d="M320 320L{320 + 400 * x} {320 + 400 * y}L{320 + 400 * x2} {320 + 400 * y2}Z" fill="{tint.base}" opacity=".28"/>'
        for x, y, x2, y2 in (
            (1, 0, 0.92, 0.38),
            (0.71, 0.71, 0.38, 0.92),
            (0, 1, -0.38, 0.92),
            (-0.71, 0.71, -0.92, 0.38),
            (-1, 0, -0.92, -0.38),
            (-0.71, -0.71, -0.38, -0.92),
            (0, -1, 0.38, -0.92),
            (0.71, -0.71, 0.92, -0.38),
        )
    )
    front = canvas.body(
        circle, face, over=rays + move(chibi(canvas, tint, look), 0, 74, scale=0.98), volume=1.1, shine=0.6
    )
    gleam = f"<g {canvas.blur(7)}>{canvas.line('M150 260C180 180 240 136 320 126', '#ffffff', 22, opacity=0.75)}</g>"
    rim = f'<circle cx="320" cy="320" r="226" fill="none" stroke="{lift(tint.base, -0.1)}" stroke-width="4" opacity=".35"/>'
    one = canvas.lie(circle) + front + rim + gleam
    holo = Tint("h", mix(tint.partner, "#dfe8f5", 0.5), tint.base)
    star = "M320 170L356 276L468 280L378 346L410 454L320 390L230 454L262 346L172 280L284 276Z"
    small = (
        canvas.lie(circle)
        + canvas.body(circle, holo, over=canvas.patch(star, tint.base, 0.9), volume=1.0, shine=0.6)
        + gleam
    )
    return move(small, 172, -150, scale=0.46) + move(one, -40, 40, scale=0.88)


def keyring(canvas: Canvas, tint: Tint, look: str) -> str:
    """An acrylic charm on a ball chain and lobster clasp."""
    figure = move(chibi(canvas, tint, look), -4, 70, scale=0.58)
    outline = "M320 196C190 186 140 268 148 356C112 410 136 484 190 494C196 540 240 566 290 566H350C400 566 444 540 450 494C504 484 528 410 492 356C500 268 450 186 320 196Z"
    loop = '<circle cx="320" cy="186" r="24" fill="#eaf2f6" opacity=".9" stroke="#a9bfca" stroke-width="3"/><circle cx="320" cy="186" r="11" fill="none" stroke="#b7bcc4" stroke-width="5"/>'
    ring = '<circle cx="320" cy="132" r="38" fill="none" stroke="#8b8f97" stroke-width="11"/><circle cx="318" cy="130" r="38" fill="none" stroke="#dfe2e6" stroke-width="5"/>'
    clasp = canvas.body(
        "M306 30h28c10 0 16 8 16 18v34c0 10 -6 18 -16 18h-28c-10 0 -16 -8 -16 -18V48c0 -10 6 -18 16 -18z",
        Tint("m", tint.partner, "#fff"),
        volume=0.6,
        shine=0.7,
    )
    glass = (
        canvas.patch(outline, "#ffffff", 0.6)
        + canvas.line(outline, "#ffffff", 7, opacity=0.95)
        + canvas.line(outline, "#9db7c4", 2, opacity=0.7)
    )
    gleam = canvas.only(outline, canvas.patch("M150 190H250L170 520H100Z", "#ffffff", 0.22))
    return canvas.lie(outline, depth=0.8) + clasp + ring + loop + glass + figure + gleam


def plush(canvas: Canvas, tint: Tint, look: str) -> str:
    """A round plush: soft pile, stitched face, ears by character."""
    body = "M320 150C470 150 560 250 560 370C560 500 470 566 320 566C170 566 80 500 80 370C80 250 170 150 320 150Z"
    ears = {
        "cat": "M118 290L128 116L276 178ZM522 290L512 116L364 178Z",
        "fox": "M112 300L96 80L278 176ZM528 300L544 80L362 176Z",
    }.get(
        look,
        "M200 190C150 130 160 40 206 40C250 40 264 120 258 178ZM440 190C490 130 480 40 434 40C390 40 376 120 382 178Z",
    )
    pile = "".join(
        f'<path d="M{x} {y}q3 -5 7 -4" stroke="{colour}" stroke-width="1.8" fill="none"/>'
        for x, y, colour in ((3, 8, tint.deep), (14, 16, "#ffffff"), (20, 7, tint.deep), (8, 22, "#ffffff"))
    )
    fur = f'<rect width="640" height="640" fill="{canvas.tile(26, 25, pile)}" opacity=".2"/>'
    inner = canvas.patch(
        {
            "cat": "M146 252L150 158L226 194ZM494 252L490 158L414 194Z",
            "fox": "M136 250L128 130L226 190ZM504 250L512 130L414 190Z",
        }.get(
            look,
            "M206 170C180 130 186 70 206 70C228 70 236 120 234 168ZM434 170C460 130 454 70 434 70C412 70 404 120 406 168Z",
        ),
        mix(tint.partner, "#f2b3ad", 0.5),
        0.9,
    )
    belly = '<ellipse cx="320" cy="470" rx="140" ry="92" fill="#fffaf2" opacity=".85"/>'
    muzzle = '<ellipse cx="320" cy="378" rx="74" ry="50" fill="#fffaf2"/>' if look == "fox" else ""
    eyes = "".join(
        f'<ellipse cx="{x}" cy="340" rx="20" ry="24" fill="#2a2428"/><circle cx="{x + 6}" cy="332" r="7" fill="#fff"/>'
        for x in (226, 414)
    )
    nose = f'<path d="M306 366h28l-14 14z" fill="{INK}"/><path d="M320 380v14M298 402q12 10 22 -6q10 16 22 6" stroke="{INK}" stroke-width="5" fill="none" stroke-linecap="round"/>'
    blush = "".join(
        f'<ellipse cx="{x}" cy="384" rx="30" ry="17" fill="#f29a9a" opacity=".5"/>' for x in (182, 458)
    )
    paws = "M150 520C110 520 90 570 130 580H210C240 576 230 524 200 518ZM490 520C530 520 550 570 510 580H430C400 576 410 524 440 518Z"
    return (
        canvas.stand(322, 574, 216, 18)
        + canvas.body(ears, tint, over=fur, volume=0.8)
        + inner
        + canvas.body(body, tint, over=fur + f"<g {canvas.blur(8)}>{belly}</g>", volume=1.3, shine=0.35)
        + canvas.body(paws, tint, over=fur, volume=0.7)
        + muzzle
        + eyes
        + nose
        + blush
    )


def shikishi(canvas: Canvas, tint: Tint, look: str) -> str:
    """A set of laser-film colour cards, fanned."""
    card = "M170 60H470C480 60 486 66 486 76V564C486 574 480 580 470 580H170C160 580 154 574 154 564V76C154 66 160 60 170 60Z"
    sky = Tint("s", mix(tint.base, "#fff8f0", 0.66), tint.base)
    window = "M178 84H462V556H178Z"
    stars = "".join(
        f'<path d="M{x} {y - s}L{x + s * 0.28} {y - s * 0.28}L{x + s} {y}L{x + s * 0.28} {y + s * 0.28}L{x} {y + s}L{x - s * 0.28} {y + s * 0.28}L{x - s} {y}L{x - s * 0.28} {y - s * 0.28}Z" fill="#fff" opacity=".9"/>'
        for x, y, s in ((216, 140, 20), (424, 170, 14), (206, 300, 12), (436, 330, 20), (400, 110, 10))
    )
    scene = canvas.body(
        window,
        sky,
        over=f'<circle cx="320" cy="300" r="150" fill="{tint.base}" opacity=".3"/>'
        + stars
        + move(chibi(canvas, tint, look), 0, 66, scale=0.72),
        volume=0.4,
        shine=0.2,
    )
    white = Tint("w", "#fdfbf7", tint.base)
    front = (
        canvas.lie(card)
        + canvas.body(card, white, volume=0.3, shine=0.3)
        + scene
        + canvas.only(window, canvas.patch("M178 84H300L178 420Z", "#ffffff", 0.26))
    )
    behind = (
        canvas.lie(card)
        + canvas.body(card, white, volume=0.3)
        + canvas.body(window, Tint("b", mix(tint.partner, "#fff8f0", 0.4), tint.base), over=stars, volume=0.4)
    )
    return (
        move(behind, 110, -6, turn=14, scale=0.86)
        + move(behind, 40, -10, turn=6, scale=0.88)
        + move(front, -48, 8, turn=-5, scale=0.92)
    )


def figure(canvas: Canvas, tint: Tint, look: str) -> str:
    """A blind-box figure beside its box."""
    box = "M64 190H262V560H64Z"
    side = "M262 190L318 164V526L262 560Z"
    lid = "M64 190L126 164H318L262 190Z"
    print_ = Tint("p", tint.base, tint.partner)
    art = (
        canvas.only("M64 190H262V560H64Z", move(chibi(canvas, tint, look), -156, 64, scale=0.44))
        + canvas.line("M96 232H230", tint.partner, 13, opacity=0.95)
        + canvas.line("M116 258H210", tint.partner, 6, opacity=0.8)
    )
    light = Tint("l", mix(tint.base, "#ffffff", 0.55), tint.base)
    disc = "M300 556C300 542 350 532 430 532C510 532 560 542 560 556C560 572 510 582 430 582C350 582 300 572 300 556Z"
    return (
        canvas.stand(200, 560, 150, 14)
        + canvas.stand(432, 572, 140, 12)
        + canvas.body(side, Tint("d", lift(tint.base, -0.12), tint.partner), volume=0.4)
        + canvas.body(lid, light, volume=0.3)
        + canvas.body(box, print_, over=art, volume=0.5, shine=0.4)
        + canvas.body(disc, Tint("e", "#33323a", "#fff"), volume=0.5)
        + move(chibi(canvas, tint, look), 110, 24, scale=0.86)
    )


def tote(canvas: Canvas, tint: Tint, look: str) -> str:
    """A display bag ("itabag") with a clear window full of badges."""
    body = "M130 250H510C526 250 536 260 538 276L552 540C554 560 542 574 522 574H118C98 574 86 560 88 540L102 276C104 260 114 250 130 250Z"
    window = "M150 300H490V520H150Z"
    strap = canvas.line(
        "M190 256C186 120 240 70 320 70C400 70 454 120 450 256", lift(tint.base, -0.16), 24, opacity=1
    ) + canvas.line("M190 256C186 120 240 70 320 70C400 70 454 120 450 256", tint.base, 18, opacity=1)
    pins = "".join(
        f'<g transform="translate({x} {y})"><circle r="34" cx="3" cy="5" fill="#3a2f2a" opacity=".3"/><circle r="34" fill="{c}"/><path d="M0 8C-3 -8 -24 -8 -21 9C-18 21 -6 27 0 33C6 27 18 21 21 9C24 -8 3 -8 0 8Z" transform="translate(0 -14) scale(.8)" fill="#fffaf3"/><path d="M-24 -14A28 28 0 0 1 0 -28" fill="none" stroke="#fff" stroke-width="5" opacity=".7"/></g>'
        for i, (x, y) in enumerate(
            ((204, 352), (282, 352), (360, 352), (438, 352), (204, 438), (282, 438), (360, 438), (438, 438))
        )
        for c in (
            (
                tint.base,
                mix(tint.base, "#f2c14e", 0.6),
                mix(tint.base, "#6fb6d6", 0.6),
                lift(tint.base, -0.12),
            )[i % 4],
        )
    )
    inside = (
        canvas.body(window, Tint("i", "#fbf6ec", tint.base), volume=0.8, shine=0.1)
        + pins
        + canvas.only(window, canvas.patch("M150 300H280L190 520H150Z", "#ffffff", 0.24))
    )
    bow = Tint("w", tint.partner, tint.base)
    ribbon = canvas.body("M320 270L252 236L256 304ZM320 270L388 236L384 304Z", bow, volume=0.5) + canvas.body(
        "M306 254h28v32h-28z", bow, volume=0.4
    )
    return (
        canvas.stand(322, 574, 210)
        + strap
        + canvas.body(body, tint, over=canvas.stitch("M136 286H504V536H136Z", tint), shine=0.4)
        + inside
        + ribbon
    )


MOTIFS = {
    "stand": stand,
    "badge": badge,
    "keyring": keyring,
    "plush": plush,
    "shikishi": shikishi,
    "figure": figure,
    "itabag": tote,
}
STANDING = {"stand", "plush", "figure", "itabag"}
FOCUS = {
    "stand": (320, 220),
    "badge": (270, 330),
    "keyring": (320, 360),
    "plush": (320, 340),
    "shikishi": (270, 300),
    "figure": (420, 260),
    "itabag": (320, 400),
}
