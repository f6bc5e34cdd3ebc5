"""Which picture shows which goods: one rule for those who draw them and those who show them.

A path has no size suffix: `{path}-640.webp` and `{path}-320.webp` lie under the static files (of places and
factories: `{path}-1280.webp` and `{path}-640.webp`). Alternative texts say what is seen, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .data import colours
from .data.schema import Product, Trade

ROOT = "demo/goods"
PLACES = "demo/places"
PLACE_SCENES = ("town", "floor", "goods")
FACTORY_FRONTS = 3
# A further pattern is drawn in the first colours only: a shop photographs its best sellers.
FURTHER_COLOURS = 3
RANGE_COLOURS = 6


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: where it lies, what it shows, in which colour (empty: several)."""

    path: str
    alt_zh: str
    alt_en: str
    colour: str
    look: str
    kind: str


def colours_of(product: Product, look: str) -> tuple[str, ...]:
    """The colours a product is shown (and sold) in with a pattern."""
    first = next(iter(product.looks))
    return product.colours if look == first else product.colours[:FURTHER_COLOURS]


def _words(product: Product, look: str) -> tuple[str, str]:
    zh, en = product.looks[look]
    return f"{zh}{product.noun[0]}", f"{en} {product.noun[1]}".strip()


def main_shot(trade: Trade, product: Product, look: str, colour: str) -> Shot:
    """The goods in one colour, as they lie or stand."""
    zh, en = _words(product, look)
    hue = colours()[colour]
    path = f"{ROOT}/{trade.code}/{product.key}-{look}-{colour}"
    return Shot(path, f"{hue.zh}{zh}", f"{en}, {hue.en}", colour, look, "main")


def detail_shot(trade: Trade, product: Product) -> Shot:
    """A close view of cloth and workmanship."""
    look = next(iter(product.looks))
    zh, en = _words(product, look)
    path = f"{ROOT}/{trade.code}/{product.key}-detail"
    return Shot(path, f"{zh}细节", f"{en}, close view", "", look, "detail")


def range_shot(trade: Trade, product: Product) -> Shot:
    """The colours side by side."""
    look = next(iter(product.looks))
    zh, en = _words(product, look)
    return Shot(
        f"{ROOT}/{trade.code}/{product.key}-range", f"{zh}颜色一览", f"{en}, colour card", "", look, "range"
    )


def carton_shot(trade: Trade, product: Product) -> Shot:
    """The goods before the carton they ship in."""
    look = next(iter(product.looks))
    zh, en = _words(product, look)
    path = f"{ROOT}/{trade.code}/{product.key}-carton"
    return Shot(path, f"{zh}与外箱", f"{en} with shipping carton", "", look, "carton")


def shots_of(trade: Trade, product: Product) -> Iterator[Shot]:
    """Every picture there is of a product."""
    for look in product.looks:
        for colour in colours_of(product, look):
            yield main_shot(trade, product, look, colour)
    yield detail_shot(trade, product)
    if len(product.colours) > 1:
        yield range_shot(trade, product)
    yield carton_shot(trade, product)


def listing_shots(trade: Trade, product: Product, look: str, chosen: tuple[str, ...]) -> list[Shot]:
    """The gallery of a listing in the chosen colours: each colour, a close view, the range, the carton."""
    shots = [main_shot(trade, product, look, colour) for colour in chosen]
    if look == next(iter(product.looks)):
        shots.append(detail_shot(trade, product))
        if len(chosen) > 1:
            shots.append(range_shot(trade, product))
    shots.append(carton_shot(trade, product))
    return shots


def place_path(code: str, scene: str) -> str:
    """A 16:9 picture of a cluster: `town`, `floor` (a factory floor) or `goods`."""
    return f"{PLACES}/{code}-{scene}"


def factory_path(code: str, number: int) -> str:
    """A 16:9 picture of a factory's front; a cluster has a few."""
    return f"{PLACES}/{code}-works-{number % FACTORY_FRONTS + 1}"


def mark_path(code: str) -> str:
    """The cluster's mark, an SVG."""
    return f"{PLACES}/{code}-mark.svg"
