"""What surrounds the goods: colour cards, shipping cartons, towns, factory floors and fronts, cluster marks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType

from colours import Tint, lift, load_palette, mix
from draw import Canvas, move

from marketplace.demo.data import towns
from marketplace.demo.data.schema import Town, Trade
from marketplace.demo.pictures import FACTORY_FRONTS, factory_path, mark_path, place_path

YARNS = ("#f6f0e2", "#e3b95c", "#9fc4cf", "#e0938a", "#b7cba0")
KRAFT = Tint("kraft", "#c79c6b", "#8a6236")


def colour_card(canvas: Canvas, arts: list[str]) -> str:
    """Up to six drawings of the same goods, in rows."""
    if len(arts) <= 4:
        spots, scale = [(-152, -152), (152, -152), (-152, 152), (152, 152)], 0.52
    else:
        spots, scale = [(-205, -150), (0, -150), (205, -150), (-205, 160), (0, 160), (205, 160)], 0.41
    return "".join(move(art, x, y, scale=scale) for art, (x, y) in zip(arts, spots, strict=False))


def box(canvas: Canvas, x: float, y: float, width: float, height: float, depth: float = 46) -> str:
    """A taped kraft carton, its front at (x, y)."""
    front = f"M{x} {y}h{width}v{height}h{-width}Z"
    top = f"M{x} {y}l{depth} {-depth * 0.62}h{width}l{-depth} {depth * 0.62}Z"
    side = f"M{x + width} {y}l{depth} {-depth * 0.62}v{height}l{-depth} {depth * 0.62}Z"
    tape = f"M{x + width * 0.44} {y}l{depth} {-depth * 0.62}h{width * 0.12}l{-depth} {depth * 0.62}v{height * 0.2}h{-width * 0.12}Z"
    marks = (
        f'<g transform="translate({x + width * 0.08} {y + height * 0.66}) scale({width / 330})" fill="none" stroke="{KRAFT.partner}" stroke-width="5" opacity=".8">'
        '<path d="M0 52V6M-12 18L0 4L12 18M34 52V6M22 18L34 4L46 18M-14 60H48"/><path d="M84 6c-4 22 4 30 13 30s17 -8 13 -30zM97 36v20M84 58h26"/></g>'
    )
    return (
        canvas.stand(x + width / 2 + depth / 2, y + height, width * 0.56, 13)
        + canvas.body(side, Tint("s", lift(KRAFT.base, -0.1), KRAFT.partner), volume=0.4)
        + canvas.body(top, Tint("t", lift(KRAFT.base, 0.05), KRAFT.partner), volume=0.3)
        + canvas.body(front, KRAFT, volume=0.5, shine=0.25)
        + canvas.patch(tape, "#e5cfa6", 0.75)
        + marks
    )


def carton(canvas: Canvas, art: str) -> str:
    """The goods before the cartons they ship in."""
    back = box(canvas, 250, 110, 250, 210) + box(canvas, 120, 300, 330, 240)
    return back + move(art, 130, 150, scale=0.52)


def _sky(canvas: Canvas, top: str, bottom: str) -> str:
    return f'<rect width="1280" height="720" fill="{canvas.gradient(top, bottom, angle=(0, 0, 0, 1))}"/>'


def _hills(canvas: Canvas, colour: str, seed: int) -> str:
    layers = ""
    for i, (height, tone) in enumerate(((250, 0.62), (200, 0.42), (140, 0.2))):
        base = 470 + i * 22
        points = [
            (
                x,
                base
                - height * (0.35 + 0.65 * abs(((x * (7 + i) // 160 + seed * (3 + i)) % 11) / 10 - 0.5) * 1.6),
            )
            for x in range(-160, 1441, 160)
        ]
        path = f"M-160 720L{points[0][0]} {points[0][1]:.0f}"
        for (x0, y0), (x1, y1) in pairwise(points):
            path += f"C{x0 + 70} {y0:.0f} {x1 - 70} {y1:.0f} {x1} {y1:.0f}"
        layers += f'<path d="{path}L1440 720Z" fill="{mix(colour, "#f3efe6", tone)}"/>'
    return layers


def _house(canvas: Canvas, x: float, base: float, width: float, height: float, wall: str, roof: str) -> str:
    """A whitewashed house of the lower Yangtze: stepped gable, grey tiles, a door and two windows."""
    top = base - height
    gable = f"M{x} {top}h{width}v{height}h{-width}Z"
    tiles = f"M{x - 14} {top}Q{x + width * 0.1} {top - 22} {x + width * 0.2} {top - 34}H{x + width * 0.8}Q{x + width * 0.9} {top - 22} {x + width + 14} {top}Z"
    windows = "".join(
        f'<rect x="{x + width * u:.0f}" y="{top + height * 0.25:.0f}" width="{width * 0.18:.0f}" height="{height * 0.24:.0f}" fill="#51606b" opacity=".75"/>'
        for u in (0.16, 0.66)
    )
    door = f'<rect x="{x + width * 0.42:.0f}" y="{base - height * 0.42:.0f}" width="{width * 0.17:.0f}" height="{height * 0.42:.0f}" fill="#7a5238"/>'
    return f'<path d="{gable}" fill="{wall}"/><path d="{tiles}" fill="{roof}"/>' + windows + door


def _block(x: float, base: float, width: float, height: float, colour: str, floors: int) -> str:
    rows = "".join(
        f'<rect x="{x + 12}" y="{base - height + 14 + i * (height - 24) / floors:.0f}" width="{width - 24}" height="{(height - 24) / floors * 0.5:.0f}" fill="#dfeaf0" opacity=".75"/>'
        for i in range(floors)
    )
    return f'<rect x="{x}" y="{base - height}" width="{width}" height="{height}" fill="{colour}"/>{rows}'


def _water(canvas: Canvas, y: float, colour: str) -> str:
    glints = "".join(
        f'<rect x="{(i * 173) % 1240}" y="{y + 16 + (i * 37) % 190}" width="{60 + (i * 29) % 90}" height="4" rx="2" fill="#fff" opacity=".35"/>'
        for i in range(26)
    )
    return f'<rect y="{y}" width="1280" height="{720 - y}" fill="{canvas.gradient(lift(colour, 0.12), colour, angle=(0, 0, 0, 1))}"/>{glints}'


def _bridge(canvas: Canvas, stone: str) -> str:
    """An arched stone bridge over the canal."""
    arch = "M300 600C380 470 560 430 640 430C720 430 900 470 980 600H860C830 520 740 476 640 476C540 476 450 520 420 600Z"
    rail = "M300 588C380 456 560 414 640 414C720 414 900 456 980 588"
    return canvas.body(arch, Tint("b", stone, "#000"), volume=0.5, shine=0.3) + canvas.line(
        rail, lift(stone, -0.08), 9, opacity=1
    )


COAST = {"huludao-swimwear", "qingdao-hats", "taizhou-gloves"}
CITY = {"panyu-anime-goods", "yiwu-small-goods", "wenzhou-shoes"}
PLAIN = {"baigou-bags", "pingdu-eyelashes"}


def town_svg(town: Town) -> str:
    """The town as one might remember it: its land, its houses, its water, in the cluster's colour."""
    canvas = Canvas(1280, 720)
    accent = town.accent
    seed = len(town.name_en)
    parts = [
        _sky(canvas, mix(accent, "#eaf1f5", 0.82), mix(accent, "#fbeedd", 0.9)),
        '<circle cx="980" cy="150" r="62" fill="#fff6df" opacity=".9"/>',
        _hills(canvas, accent, seed),
    ]
    if town.code in CITY:
        shades = [mix(accent, c, 0.78) for c in ("#d9dde2", "#eceae4", "#c9d2d8")]
        parts += [
            _block(40 + i * 124, 560, 96, 130 + (i * 67 + seed * 31) % 210, shades[i % 3], 5 + i % 4)
            for i in range(10)
        ]
    walls, roofs = ("#faf7f0", "#f2ece0"), (mix(accent, "#4a4f57", 0.72), mix(accent, "#3d4148", 0.8))
    parts += [
        _house(canvas, 20 + i * 186, 590, 150, 96 + (i * 41) % 44, walls[i % 2], roofs[i % 2])
        for i in range(7)
        if not (town.code in COAST and i in {3, 4})
    ]
    if town.code in COAST:
        parts.append('<path d="M0 590C300 560 520 600 760 585S1180 566 1280 590V720H0Z" fill="#ecd9b4"/>')
        parts.append(_water(canvas, 640, "#7fb0c4"))
        parts.append(
            '<path d="M560 640L640 470L648 640Z" fill="#fffaf2"/><path d="M652 640L656 500L728 640Z" fill="#f0e4d2"/><path d="M540 640H760L726 676H574Z" fill="#8a5a3a"/>'
        )
    elif town.code in PLAIN:
        parts.append(f'<rect y="588" width="1280" height="140" fill="{mix("#b9b184", accent, 0.12)}"/>')
        parts += [
            f'<path d="M{i * 64 - 40} 720L{420 + i * 22} 590" stroke="{mix("#8c8a58", accent, 0.15)}" stroke-width="9" opacity=".5"/>'
            for i in range(21)
        ]
    else:
        parts += [_water(canvas, 588, "#8fb7bd"), _bridge(canvas, "#cfc8bb")]
    return canvas.svg(*parts)


def floor_svg(trade: Trade, town: Town, arts: list[str]) -> str:
    """A factory floor: windows, a row of machines, goods on the belt."""
    canvas = Canvas(1280, 720)
    accent = town.accent
    wall = mix(accent, "#f4f1ea", 0.9)
    parts = [
        f'<rect width="1280" height="720" fill="{canvas.gradient(lift(wall, 0.01), lift(wall, -0.06), angle=(0, 0, 0, 1))}"/>'
    ]
    parts += [
        f'<rect x="{40 + i * 208}" y="50" width="160" height="170" rx="4" fill="{canvas.gradient("#e9f4fa", "#cfe2ec", angle=(0, 0, 0, 1))}"/><path d="M{120 + i * 208} 50V220M{40 + i * 208} 130H{200 + i * 208}" stroke="#fff" stroke-width="8"/>'
        for i in range(6)
    ]
    parts.append(
        '<path d="M0 14H1280" stroke="#b8bdc4" stroke-width="14"/>'
        + "".join(
            f'<path d="M{170 + i * 230} 14V40" stroke="#b8bdc4" stroke-width="5"/><path d="M{110 + i * 230} 40h120l16 20h-152z" fill="#fffbe9"/>'
            for i in range(5)
        )
    )
    parts.append(
        f'<rect y="470" width="1280" height="250" fill="{canvas.gradient("#cfcac0", "#b3ada1", angle=(0, 0, 0, 1))}"/>'
    )
    steel = Tint("m", mix(accent, "#dfe3e6", 0.55), "#fff")
    for i in range(5):
        x = 60 + i * 250
        hull = f"M{x} 330C{x} 306 {x + 16} 292 {x + 40} 292H{x + 130}C{x + 154} 292 {x + 170} 306 {x + 170} 330V500H{x}Z"
        parts += [
            canvas.stand(x + 86, 500, 100, 9),
            canvas.body(hull, steel, volume=0.8, shine=0.5),
            f'<rect x="{x + 24}" y="322" width="122" height="56" rx="8" fill="#3a4450"/><rect x="{x + 34}" y="332" width="60" height="36" rx="4" fill="#8fd3c1" opacity=".9"/><circle cx="{x + 118}" cy="350" r="11" fill="{accent}"/>',
            "".join(
                f'<path d="M{x + 30 + k * 26} 292V236" stroke="#9aa0a8" stroke-width="3"/><path d="M{x + 18 + k * 26} 204h24l-5 34h-14z" fill="{mix(accent, YARNS[k], 0.75)}"/>'
                for k in range(5)
            ),
        ]
    belt = "M0 566H1280V620H0Z"
    parts += [
        canvas.body(belt, Tint("b", "#4a4e55", "#fff"), volume=0.5, shine=0.3),
        "".join(f'<circle cx="{40 + i * 86}" cy="632" r="15" fill="#7b8087"/>' for i in range(15)),
    ]
    parts += [
        f'<g transform="translate({90 + i * 230} 412) scale(.27)">{art}</g>' for i, art in enumerate(arts[:5])
    ]
    return canvas.svg(*parts)


def goods_svg(trade: Trade, town: Town, arts: list[str]) -> str:
    """The cluster's goods side by side, on its colour."""
    canvas = Canvas(1280, 720)
    field = mix(town.accent, trade.ground, 0.86)
    parts = [
        f'<rect width="1280" height="720" fill="{canvas.glow(lift(field, 0.03), lift(field, -0.05), r=0.8)}"/>'
    ]
    spots = [
        (40, 30, 0.5, -6),
        (330, -10, 0.56, 4),
        (660, 20, 0.52, -3),
        (950, 10, 0.5, 6),
        (170, 360, 0.5, 5),
        (490, 340, 0.56, -4),
        (820, 360, 0.5, 3),
    ]
    for art, (x, y, scale, turn) in zip(arts, spots, strict=False):
        parts.append(f'<g transform="translate({x} {y}) rotate({turn} 160 160) scale({scale})">{art}</g>')
    return canvas.svg(*parts)


def _yard(accent: str) -> str:
    """Trees and a van before the gate."""
    trees = "".join(
        f'<rect x="{x - 5}" y="540" width="10" height="50" fill="#7a5a3c"/><circle cx="{x}" cy="520" r="38" fill="{c}"/><circle cx="{x - 12}" cy="508" r="16" fill="#fff" opacity=".16"/>'
        for x, c in ((60, "#7d9a63"), (836, "#8aa56d"), (1226, "#7d9a63"))
    )
    truck = (
        '<g transform="translate(640 520)"><rect x="0" y="0" width="120" height="76" rx="5" fill="#f7f4ec"/><rect x="0" y="48" width="120" height="8" fill="'
        + accent
        + '"/><path d="M120 22h34l20 26v28h-54z" fill="#e3e0d8"/><path d="M130 30h22l12 18h-34z" fill="#93b3c4"/><circle cx="30" cy="80" r="14" fill="#33363b"/><circle cx="140" cy="80" r="14" fill="#33363b"/></g>'
    )
    return trees + truck


def front_svg(trade: Trade, town: Town, number: int, art: str) -> str:
    """A factory's front: office block, saw-tooth hall or courtyard, a board with its goods by the gate."""
    canvas = Canvas(1280, 720)
    accent = town.accent
    parts = [
        _sky(canvas, mix(accent, "#dcebf3", 0.88), "#fbf3e6"),
        f'<g opacity=".7">{_hills(canvas, accent, number * 5 + len(trade.code))}</g>',
    ]
    parts.append(
        f'<rect y="560" width="1280" height="160" fill="{canvas.gradient("#cfcbc2", "#b7b2a7", angle=(0, 0, 0, 1))}"/>'
    )
    wall = Tint("w", ("#f3efe6", "#e7e9ea", "#efe3d3")[number % 3], accent)
    hall = "M90 570V330H820V570Z"
    if number % 3 == 0:
        teeth = "".join(f"M{90 + i * 146} 330V262L{236 + i * 146} 330Z" for i in range(5))
        roof = canvas.body(teeth, Tint("r", mix(accent, "#8d9299", 0.6), "#fff"), volume=0.4)
    elif number % 3 == 1:
        roof = canvas.body(
            "M70 334Q455 232 840 334Z", Tint("r", mix(accent, "#9aa0a6", 0.55), "#fff"), volume=0.6
        )
    else:
        roof = canvas.body("M78 316H832V336H78Z", Tint("r", accent, "#fff"), volume=0.3)
    rows = 2 if number % 3 != 1 else 1
    panes = "".join(
        f'<rect x="{126 + i * 86}" y="{360 + r * 92}" width="58" height="{58 if rows == 2 else 110}" fill="#a9c3d1"/><path d="M{126 + i * 86} {360 + r * 92}l40 0l-30 50l-10 0z" fill="#fff" opacity=".35"/>'
        for i in range(8)
        for r in range(rows)
    )
    office = "M850 570V220H1180V570Z"
    bands = "".join(
        f'<rect x="874" y="{248 + i * 80}" width="282" height="42" fill="#93b3c4"/><path d="M944 {248 + i * 80}v42M1015 {248 + i * 80}v42M1086 {248 + i * 80}v42" stroke="{wall.base}" stroke-width="6"/>'
        for i in range(3)
    )
    sign = f'<rect x="850" y="186" width="330" height="36" fill="{accent}"/><rect x="930" y="198" width="170" height="10" rx="5" fill="#fff" opacity=".85"/>'
    door = '<rect x="970" y="492" width="92" height="78" fill="#5d7381"/><path d="M1016 492v78" stroke="#dbe3e7" stroke-width="4"/>'
    board = (
        canvas.body("M380 430H560V600H380Z", Tint("b", "#fffaf1", accent), volume=0.3)
        + f'<g transform="translate(390 432) scale(.25)">{art}</g><path d="M400 600v40M540 600v40" stroke="#8d8880" stroke-width="9"/>'
    )
    parts += [
        canvas.stand(455, 572, 400, 9),
        canvas.body(hall, wall, over=panes, volume=0.4, shine=0.2),
        roof,
        canvas.stand(1015, 572, 190, 9),
        canvas.body(
            office, Tint("o", lift(wall.base, -0.03), accent), over=bands + door, volume=0.4, shine=0.2
        ),
        sign,
        _yard(accent),
        board,
    ]
    return canvas.svg(*parts)


def mark_svg(town: Town, outline: str) -> str:
    """The cluster's mark: its goods as a line in a rounded square of its colour."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<rect width="96" height="96" rx="20" fill="{town.accent}"/>'
        f'<g fill="none" stroke="#fff" stroke-width="4.5" stroke-linecap="round" stroke-linejoin="round">{outline}</g></svg>\n'
    )


MARKS = {
    "zhuji-socks": '<path d="M42 18h24v34c0 8-3 13-10 17L40 79c-8 5-18 1-18-7 0-6 5-8 10-11 7-4 10-8 10-15zM42 30h24M34 60c4 3 7 8 8 15"/>',
    "yiwu-small-goods": '<path d="M22 38h52v38H22zM18 28h60v12H18zM48 28v48M48 28c-8-14-24-8-16 0M48 28c8-14 24-8 16 0"/>',
    "huludao-swimwear": '<path d="M36 18c2 14 22 14 24 0M36 18c0 8-4 14-8 18 6 12 4 20 4 26 6 4 10 10 12 16h8c2-6 6-12 12-16 0-6-2-14 4-26-4-4-8-10-8-18M20 84c6-5 12-5 18 0s12 5 18 0 12-5 18 0"/>',
    "pingdu-eyelashes": '<path d="M16 58q32-24 64 0M22 54l-6-14M33 48l-4-17M44 45l-1-19M54 45l3-19M64 48l6-17M74 54l8-13"/>',
    "baigou-bags": '<path d="M24 36h48l6 42H18zM34 44V32c0-18 28-18 28 0v12"/>',
    "zhili-childrens-wear": '<path d="M36 18c4 8 20 8 24 0l18 10-8 14-8-4-2 10 12 30H24l12-30-2-10-8 4-8-14zM36 48h24"/>',
    "panyu-anime-goods": '<path d="M26 40L22 16l18 10q8-3 16 0l18-10-4 24c10 20-4 38-22 38S16 60 26 40zM38 50v4M58 50v4M44 62q4 4 8 0"/>',
    "taizhou-gloves": '<path d="M34 80V64c0-6-14-14-16-24 0-5 6-6 9-1l7 9V22c0-6 8-6 8 0v18V16c0-6 8-6 8 0v24V20c0-6 8-6 8 0v22l3-12c2-6 9-4 8 2-1 10-7 22-7 32v16zM34 70h28"/>',
    "qingdao-hats": '<path d="M18 56c0-22 14-34 30-34s28 12 28 34M18 56c20 8 40 8 58 0 8 4 10 8 10 14-20-10-56-10-70-4-4-2-2-8 2-10zM47 22c-8 8-12 20-12 38"/>',
    "wenzhou-shoes": '<path d="M14 68V58c10 0 24-6 32-20l6-4c6 8 16 8 24 2 4 8 6 20 6 32zM14 68h68v8H14zM50 42l8 4M44 50l8 4"/>',
}


def _arts(trade: Trade, motifs: ModuleType, canvas: Canvas, count: int) -> list[str]:
    palette = load_palette()
    arts = []
    for i in range(count):
        product = trade.products[i % len(trade.products)]
        looks = list(product.looks)
        colour = product.colours[(i * 2) % len(product.colours)]
        arts.append(motifs.MOTIFS[product.motif](canvas, palette[colour], looks[0]))
    return arts


def place_svgs(trade: Trade, motifs: ModuleType) -> Iterator[tuple[str, str]]:
    """(path, SVG) of a cluster's pictures and its mark."""
    town = next(town for town in towns() if town.code == trade.code)
    yield place_path(town.code, "town"), town_svg(town)
    for scene, make, count in (("floor", floor_svg, 5), ("goods", goods_svg, 7)):
        canvas = Canvas(640, 640, "m")
        arts = _arts(trade, motifs, canvas, count)
        yield place_path(town.code, scene), _with_defs(make(trade, town, arts), canvas)
    for number in range(FACTORY_FRONTS):
        canvas = Canvas(640, 640, "m")
        art = _arts(trade, motifs, canvas, number + 1)[-1]
        yield factory_path(town.code, number), _with_defs(front_svg(trade, town, number, art), canvas)
    yield mark_path(town.code), mark_svg(town, MARKS[town.code])


def _with_defs(svg: str, canvas: Canvas) -> str:
    """Give a drawing the definitions its borrowed motifs need (their ids have a prefix of their own)."""
    return svg.replace("</defs>", "".join(canvas.defs) + "</defs>", 1)
