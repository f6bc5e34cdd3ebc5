"""Every picture a listing, a town or a factory may name is there in both sizes, and none beside them."""

from pathlib import Path

import pytest
from PIL import Image

from marketplace.demo.data import trades
from marketplace.demo.data.schema import Trade
from marketplace.demo.making import goods
from marketplace.demo.pictures import (
    FACTORY_FRONTS,
    PLACE_SCENES,
    factory_path,
    mark_path,
    place_path,
    shots_of,
)

STATIC = Path(goods.__file__).parents[1] / "static"


def _drawn() -> set[str]:
    shots = (shot for trade in trades() for product in trade.products for shot in shots_of(trade, product))
    return {f"{shot.path}-{width}.webp" for shot in shots for width in (640, 320)}


def test_drawn_and_named_goods_are_the_same() -> None:
    there = {str(file.relative_to(STATIC)) for file in (STATIC / "demo/goods").rglob("*.webp")}
    assert there == _drawn()


@pytest.mark.parametrize("trade", trades(), ids=lambda t: t.code)
def test_places_are_there(trade: Trade) -> None:
    paths = [place_path(trade.code, scene) for scene in PLACE_SCENES]
    paths += [factory_path(trade.code, number) for number in range(FACTORY_FRONTS)]
    for path in paths:
        for width in (1280, 640):
            with Image.open(STATIC / f"{path}-{width}.webp") as picture:
                assert picture.size == (width, width * 9 // 16)
    assert (STATIC / mark_path(trade.code)).read_text().startswith("<svg")


def test_goods_are_square_in_their_declared_size() -> None:
    for file in sorted((STATIC / "demo/goods").rglob("*-plain-black-*.webp")):
        with Image.open(file) as picture:
            assert picture.size == (640, 640) if file.stem.endswith("640") else picture.size == (320, 320)


def test_listings_show_only_pictures_that_exist() -> None:
    drawn = _drawn()
    for number in range(0, 3_276, 7):
        for shot in goods.plan(7, number).shots:
            assert f"{shot.path}-640.webp" in drawn
            assert shot.alt_zh
            assert shot.alt_en
