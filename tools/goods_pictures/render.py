"""Draw every goods picture and write it as WebP in two sizes; run by hand, the files are committed.

    .venv/bin/python tools/goods_pictures/render.py [TRADE …] [--only KEY] [--sheet FILE]

Needs Chromium (CHROMIUM=/usr/bin/chromium) and the development requirements; nothing of it runs in the shop.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(REPOSITORY)]

from colours import load_palette  # noqa: E402
from draw import Canvas  # noqa: E402
from PIL import Image  # noqa: E402
from playwright._impl._api_structures import Clip  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from scenes import carton, colour_card, place_svgs  # noqa: E402

from marketplace.demo.data import trades  # noqa: E402
from marketplace.demo.data.schema import Product, Trade  # noqa: E402
from marketplace.demo.pictures import RANGE_COLOURS, Shot, shots_of  # noqa: E402

STATIC = REPOSITORY / "marketplace/demo/static"
GOODS = {640: 60, 320: 58}  # pixels: WebP quality
PLACES = {1280: 60, 640: 60}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
Camera = Callable[[str, int, int], Image.Image]


@contextmanager
def camera() -> Iterator[Camera]:
    """A headless browser that turns SVG into pictures."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=_FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720})

        def take(svg: str, width: int, height: int) -> Image.Image:
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
            clip = Clip(x=0, y=0, width=width, height=height)
            return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")

        yield take
        browser.close()


def svg_of(trade: Trade, product: Product, shot: Shot, motifs: ModuleType) -> str:
    """The drawing of one shot."""
    palette = load_palette()
    canvas = Canvas()
    draw = motifs.MOTIFS[product.motif]
    # A close view of black goods shows nothing: it takes the second colour.
    tint = palette[shot.colour or product.colours[:2][-1 if shot.kind == "detail" else 0]]
    floor = product.motif in getattr(motifs, "STANDING", ())
    if shot.kind == "range":
        art = colour_card(
            canvas, [draw(canvas, palette[c], shot.look) for c in product.colours[:RANGE_COLOURS]]
        )
        return canvas.svg(canvas.ground(palette["grey"], trade.ground), art)
    if shot.kind == "carton":
        art = carton(canvas, draw(canvas, tint, shot.look))
        return canvas.svg(canvas.ground(palette["beige"], trade.ground, floor=True), art)
    art = draw(canvas, tint, shot.look)
    if shot.kind == "detail":
        x, y = getattr(motifs, "FOCUS", {}).get(product.motif, (320, 320))
        art = f'<g transform="translate(320 320) scale(2.3) translate({-x} {-y})">{art}</g>'
        return canvas.svg(canvas.ground(tint, trade.ground), art)
    return canvas.svg(canvas.ground(tint, trade.ground, floor=floor), art)


def save(picture: Image.Image, path: str, sizes: dict[int, int]) -> None:
    """Write a picture in each width."""
    for width, quality in sizes.items():
        target = STATIC / f"{path}-{width}.webp"
        target.parent.mkdir(parents=True, exist_ok=True)
        height = round(picture.height * width / picture.width)
        small = (
            picture if picture.width == width else picture.resize((width, height), Image.Resampling.LANCZOS)
        )
        small.save(target, "webp", quality=quality, method=6)


def sheet(pictures: list[Image.Image], file: str, side: int = 200) -> None:
    """All pictures on one sheet, to be looked at."""
    columns = 8
    board = Image.new("RGB", (columns * side, -(-len(pictures) // columns) * side), "white")
    for i, picture in enumerate(pictures):
        tile = picture.resize((side, round(picture.height * side / picture.width)), Image.Resampling.LANCZOS)
        board.paste(tile, (i % columns * side, i // columns * side))
    board.save(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trades", nargs="*")
    parser.add_argument("--only", help="one product of the trades")
    parser.add_argument(
        "--places", action="store_true", help="the 16:9 pictures and marks instead of the goods"
    )
    parser.add_argument("--sheet", help="also write a contact sheet here")
    options = parser.parse_args()
    taken = []
    with camera() as take:
        for trade in trades():
            if options.trades and trade.code not in options.trades:
                continue
            motifs = importlib.import_module(f"motifs.{trade.motifs}")
            if options.places:
                for path, svg in place_svgs(trade, motifs):
                    if path.endswith(".svg"):
                        (STATIC / path).write_text(svg, encoding="utf-8")
                        continue
                    taken.append(take(svg, 1280, 720))
                    save(taken[-1], path, PLACES)
                continue
            for product in trade.products:
                if options.only and product.key != options.only:
                    continue
                for shot in shots_of(trade, product):
                    taken.append(take(svg_of(trade, product, shot, motifs), 640, 640))
                    save(taken[-1], shot.path, GOODS)
    if options.sheet:
        sheet(taken, options.sheet)
    print(len(taken), "pictures")


if __name__ == "__main__":
    main()
