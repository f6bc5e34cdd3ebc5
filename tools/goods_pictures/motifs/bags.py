"""Bags and luggage: standing goods, lit from the left, handles behind the body."""

from __future__ import annotations

from colours import Tint, lift, mix
from draw import Canvas
from fabric import laid, leather, weave

STEEL = "#b9bdc4"
BRASS = "#cfa659"


def _strap(canvas: Canvas, path: str, tint: Tint, width: float) -> str:
    return (
        canvas.line(path, lift(tint.base, -0.2), width + 4, opacity=1)
        + canvas.line(path, tint.base, width, opacity=1)
        + f'<g transform="translate(-2 -2)">{canvas.line(path, tint.lit, width * 0.35, opacity=0.7)}</g>'
    )


def _ring(canvas: Canvas, x: float, y: float, size: float = 14, metal: str = BRASS) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="{size}" fill="none" stroke="{lift(metal, -0.2)}" stroke-width="8"/>'
        f'<circle cx="{x}" cy="{y}" r="{size}" fill="none" stroke="{metal}" stroke-width="5"/>'
        f'<path d="M{x - size} {y}a{size} {size} 0 0 1 {size} {-size}" fill="none" stroke="#fff" stroke-width="2.5" opacity=".8"/>'
    )


def _zip(canvas: Canvas, path: str, tint: Tint) -> str:
    return canvas.line(path, tint.deep, 9, opacity=0.8) + canvas.line(
        path,
        STEEL,
        3.4,
        opacity=0.95,
    )


def tote(canvas: Canvas, tint: Tint, look: str) -> str:
    """A canvas tote; patterns print on the body."""
    body = "M134 236C134 228 140 224 148 224H492C500 224 506 228 506 236L532 548C533 562 524 572 510 572H130C116 572 107 562 108 548Z"
    handle = "M222 240C216 90 262 56 320 56C378 56 424 90 418 240"
    trim = Tint("t", tint.partner, tint.base) if look == "plain" else tint
    over = laid(canvas, tint, look) + weave(canvas, tint)
    hem = canvas.patch("M120 216H520V266H120Z", lift(tint.base, -0.05), 0.9) + canvas.stitch(
        "M130 262H512", tint
    )
    label = (
        canvas.patch("M286 404h68v46h-68z", lift(trim.base, 0.02))
        + canvas.line("M298 420h44M298 434h30", tint.deep, 3)
        if look == "plain"
        else ""
    )
    ends = "".join(
        canvas.patch(f"M{x} 238h34v62l-17 12l-17 -12z", trim.base)
        + canvas.stitch(f"M{x + 4} 244h26v52l-13 9l-13 -9z", trim)
        for x in (205, 401)
    )
    back = f'<g transform="translate(14 -12)" opacity=".95">{_strap(canvas, handle, Tint("b", lift(trim.base, -0.12), trim.base), 20)}</g>'
    folds = canvas.fold("M180 300C190 400 176 480 186 560", tint, 16, 0.22) + canvas.fold(
        "M470 290C456 400 470 470 452 560", tint, 16, 0.22
    )
    return (
        canvas.stand(322, 572, 206)
        + back
        + canvas.body(body, tint, over=over + hem + folds + label, shine=0.35)
        + _strap(canvas, handle, trim, 22)
        + ends
    )


def backpack(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M176 240C176 130 232 84 320 84C408 84 464 130 464 240V520C464 556 444 576 408 576H232C196 576 176 556 176 520Z"
    pocket = "M204 372C204 352 216 340 236 340H404C424 340 436 352 436 372V520C436 542 424 554 402 554H238C216 554 204 542 204 520Z"
    side = "M186 380C146 396 134 424 134 460V524C134 550 152 562 190 560Z"
    side2 = "M454 380C494 396 506 424 506 460V524C506 550 488 562 450 560Z"
    loop = "M286 92C286 50 300 40 320 40C340 40 354 50 354 92"
    dark = Tint("d", lift(tint.base, -0.09), tint.partner)
    fabric = laid(canvas, tint, look) + weave(canvas, tint)
    top = _zip(canvas, "M190 262C188 160 234 116 320 116C406 116 452 160 450 262", tint)
    pull = canvas.line("M204 236l-8 44", tint.partner, 7, opacity=0.95)
    front = canvas.lie(pocket, depth=0.5) + canvas.body(
        pocket, tint, over=laid(canvas, tint, look) + weave(canvas, tint), volume=0.7, shine=0.4
    )
    front += _zip(canvas, "M214 396H426", tint) + canvas.line("M226 398v36", tint.partner, 7, opacity=0.95)
    badge = canvas.patch(
        "M282 206h76a8 8 0 0 1 8 8v34a8 8 0 0 1 -8 8h-76a8 8 0 0 1 -8 -8v-34a8 8 0 0 1 8 -8z",
        tint.partner,
        0.95,
    )
    badge += canvas.line("M290 230h60", tint.deep, 4)
    return (
        canvas.stand(320, 574, 196)
        + _strap(canvas, loop, tint, 14)
        + canvas.body(side, dark)
        + canvas.body(side2, dark)
        + canvas.body(body, tint, over=fabric, shine=0.45)
        + top
        + pull
        + badge
        + front
    )


def satchel(canvas: Canvas, tint: Tint, look: str) -> str:
    """A structured women's handbag with two handles and a clasp."""
    body = "M150 280C152 262 162 254 180 254H460C478 254 488 262 490 280L524 530C528 556 514 572 488 572H152C126 572 112 556 116 530Z"
    flap = "M158 254H482C494 300 500 350 502 384C440 424 380 436 320 436C260 436 200 424 138 384C140 350 146 300 158 254Z"
    handle = "M228 262C226 140 262 92 320 92C378 92 414 140 412 262"
    skin = laid(canvas, tint, look) + leather(canvas, tint)
    back = f'<g transform="translate(12 -10)">{_strap(canvas, handle, Tint("b", lift(tint.base, -0.1), tint.base), 17)}</g>'
    clasp = f'<rect x="292" y="404" width="56" height="44" rx="9" fill="{lift(BRASS, -0.16)}"/><rect x="294" y="404" width="52" height="40" rx="8" fill="{BRASS}"/>'
    clasp += f'<rect x="306" y="418" width="28" height="9" rx="4" fill="{lift(BRASS, -0.25)}"/><path d="M299 409h40" stroke="#fff" stroke-width="3" opacity=".8"/>'
    front = canvas.lie(flap, depth=0.6) + canvas.body(
        flap,
        tint,
        over=skin + canvas.stitch("M152 376C210 412 262 424 320 424C378 424 430 412 488 376", tint),
        volume=0.8,
        shine=0.5,
    )
    rings = _ring(canvas, 228, 268) + _ring(canvas, 412, 268)
    return (
        canvas.stand(322, 572, 204)
        + back
        + canvas.body(body, tint, over=skin + canvas.stitch("M130 552H510", tint), shine=0.42)
        + front
        + _strap(canvas, handle, tint, 19)
        + rings
        + clasp
    )


def crossbody(canvas: Canvas, tint: Tint, look: str) -> str:
    body = "M176 300H464C486 300 500 314 500 336V500C500 546 476 566 434 566H206C164 566 140 546 140 500V336C140 314 154 300 176 300Z"
    strap = "M168 330C100 140 210 50 330 66C450 80 540 170 474 330"
    skin = laid(canvas, tint, look) + leather(canvas, tint)
    front = "M184 408H456V500C456 522 444 534 420 534H220C196 534 184 522 184 500Z"
    chain = (
        canvas.line(strap, lift(BRASS, -0.18), 12, opacity=1, dash="15 9")
        + canvas.line(strap, BRASS, 8, opacity=1, dash="15 9")
        if look == "quilt"
        else _strap(canvas, strap, tint, 13)
    )
    pocket = (
        ""
        if look == "quilt"
        else canvas.lie(front, depth=0.4)
        + canvas.body(front, tint, over=skin, volume=0.6, shine=0.4)
        + _zip(canvas, "M194 430H446", tint)
    )
    plate = canvas.patch(
        "M296 470h48a6 6 0 0 1 6 6v14a6 6 0 0 1 -6 6h-48a6 6 0 0 1 -6 -6v-14a6 6 0 0 1 6 -6z", BRASS
    )
    clasp = _ring(canvas, 320, 470, 20) if look == "quilt" else plate
    return (
        canvas.stand(322, 566, 190)
        + chain
        + canvas.body(body, tint, over=skin, shine=0.5)
        + _zip(canvas, "M166 346H474", tint)
        + pocket
        + clasp
        + _ring(canvas, 166, 334, 13)
        + _ring(canvas, 474, 334, 13)
    )


def suitcase(canvas: Canvas, tint: Tint, look: str) -> str:
    """A hard-shell trolley case with ribs and four wheels."""
    body = "M194 150H446C474 150 490 166 490 194V500C490 528 474 544 446 544H194C166 544 150 528 150 500V194C150 166 166 150 194 150Z"
    ribs = "".join(
        f'<rect x="{x}" y="140" width="16" height="420" fill="{lift(tint.base, -0.07)}"/><rect x="{x - 5}" y="140" width="5" height="420" fill="#fff" opacity=".32"/>'
        for x in (196, 240, 284, 340, 384, 428)
    )
    rods = "".join(
        f'<rect x="{x}" y="46" width="12" height="112" rx="5" fill="{canvas.gradient("#e4e6ea", "#8f949c", angle=(0, 0, 1, 0))}"/>'
        for x in (248, 380)
    )
    grip = '<rect x="232" y="34" width="176" height="26" rx="12" fill="#2f3136"/><rect x="244" y="38" width="150" height="6" rx="3" fill="#fff" opacity=".25"/>'
    wheels = "".join(
        f'<rect x="{x - 22}" y="536" width="44" height="18" rx="6" fill="#3a3c42"/><circle cx="{x}" cy="562" r="18" fill="#26272b"/><circle cx="{x}" cy="562" r="7" fill="#8d9199"/>'
        for x in (196, 444)
    )
    corners = "".join(
        canvas.patch(d, lift(tint.base, -0.16), 0.85)
        for d in (
            "M150 150H214C176 156 160 172 150 214Z",
            "M490 150H426C464 156 480 172 490 214Z",
            "M150 544H214C176 538 160 522 150 480Z",
            "M490 544H426C464 538 480 522 490 480Z",
        )
    )
    middle = canvas.line("M150 348H490", lift(tint.base, -0.22), 8, opacity=0.8) + canvas.line(
        "M150 346H490", STEEL, 3, opacity=0.9
    )
    lock = f'<rect x="462" y="320" width="30" height="56" rx="7" fill="#3b3d43"/><rect x="468" y="330" width="17" height="12" rx="3" fill="{STEEL}"/>'
    handle = canvas.line("M276 150C276 128 364 128 364 150", "#2f3136", 12, opacity=1)
    return (
        canvas.stand(322, 578, 176)
        + rods
        + grip
        + wheels
        + handle
        + canvas.body(body, tint, over=ribs + middle + corners, shine=0.6)
        + lock
    )


def wallet(canvas: Canvas, tint: Tint, look: str) -> str:
    """A long wallet, shut, with a second one open behind showing the card slots."""
    shut = "M116 330H524C536 330 544 338 544 350V540C544 554 534 564 520 564H120C106 564 96 554 96 540V350C96 338 104 330 116 330Z"
    inside = "M120 130H520C534 130 544 140 544 154V330H96V154C96 140 106 130 120 130Z"
    skin = laid(canvas, tint, look) + leather(canvas, tint)
    lining = Tint("l", mix(tint.base, tint.partner, 0.55), tint.base)
    slots = "".join(
        canvas.line(f"M128 {y}H308M332 {y}H512", lining.line, 3, opacity=0.6) for y in (206, 238, 270, 302)
    )
    cards = '<rect x="140" y="150" width="150" height="90" rx="9" fill="#e9e4d8"/><rect x="140" y="164" width="150" height="16" fill="#55606f"/>'
    cards += f'<rect x="350" y="158" width="146" height="80" rx="9" fill="{lift(tint.partner, 0.02)}"/>'
    cover = canvas.only("M96 206H544V340H96Z", canvas.patch("M96 206H544V340H96Z", lining.base))
    button = f'<circle cx="320" cy="516" r="15" fill="{BRASS}"/><circle cx="316" cy="512" r="5" fill="#fff" opacity=".7"/>'
    seam = canvas.stitch("M112 346H528V548H112Z", tint)
    tab = "M282 452H358V520C358 544 340 556 320 556C300 556 282 544 282 520Z"
    return (
        canvas.lie("M96 130H544V564H96Z")
        + canvas.body(inside, lining, over=cards + cover + slots, volume=0.7)
        + canvas.lie(shut, depth=0.5)
        + canvas.body(shut, tint, over=skin + seam, shine=0.5)
        + canvas.lie(tab, depth=0.3)
        + canvas.body(tab, tint, over=leather(canvas, tint), volume=0.5)
        + button
    )


def pouch(canvas: Canvas, tint: Tint, look: str) -> str:
    """A zipped cosmetic pouch with a wrist loop."""
    body = "M140 290C150 268 166 262 190 262H450C474 262 490 268 500 290C530 360 546 440 540 510C536 548 516 566 480 566H160C124 566 104 548 100 510C94 440 110 360 140 290Z"
    over = laid(canvas, tint, look) + weave(canvas, tint)
    band = canvas.patch("M90 250H550V306H90Z", lift(tint.base, -0.06), 0.9)
    zipper = canvas.line("M150 286H492", "#efe9dc", 16, opacity=0.95) + canvas.line(
        "M150 286H492", BRASS, 6, opacity=1, dash="6 3"
    )
    pull = f'<rect x="176" y="280" width="22" height="60" rx="9" fill="{BRASS}"/><rect x="182" y="300" width="10" height="28" rx="5" fill="{lift(BRASS, -0.2)}"/>'
    loop = _strap(
        canvas, "M500 284C566 262 606 330 586 398C572 440 548 430 540 400C532 360 524 320 506 292", tint, 12
    )
    gather = canvas.fold("M210 320C200 400 214 480 204 556", tint, 18, 0.2) + canvas.fold(
        "M430 320C446 400 430 480 444 556", tint, 18, 0.2
    )
    return (
        canvas.stand(322, 564, 214)
        + loop
        + canvas.body(body, tint, over=over + band + gather, shine=0.45)
        + zipper
        + pull
    )


MOTIFS = {
    "tote": tote,
    "backpack": backpack,
    "satchel": satchel,
    "crossbody": crossbody,
    "suitcase": suitcase,
    "wallet": wallet,
    "pouch": pouch,
}
STANDING = {"tote", "backpack", "satchel", "crossbody", "suitcase", "pouch"}
FOCUS = {
    "tote": (300, 300),
    "backpack": (330, 380),
    "satchel": (320, 390),
    "crossbody": (320, 400),
    "suitcase": (420, 330),
    "wallet": (320, 480),
    "pouch": (230, 330),
}
