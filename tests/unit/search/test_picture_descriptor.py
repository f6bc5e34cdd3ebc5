"""What a picture looks like stays about the same when the picture is altered, and differs for other goods."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from search.looks.descriptor import DIMENSIONS, describe, pack, vector_of
from search.looks.rules import LEAST_ALIKE, floor_of, still_alike

ALIKE = 0.9


def hat(colour: str = "firebrick", side: int = 320) -> Image.Image:
    """A hat with a band and a feather on its right, on light ground."""
    picture = Image.new("RGB", (side, side), "#efe9df")
    draw = ImageDraw.Draw(picture)
    unit = side / 320
    draw.ellipse([v * unit for v in (40, 190, 280, 240)], fill=colour)
    draw.chord([v * unit for v in (95, 90, 225, 310)], 180, 360, fill=colour)
    draw.rectangle([v * unit for v in (95, 185, 225, 205)], fill="#222222")
    draw.polygon([v * unit for v in (190, 190, 230, 60, 300, 40, 260, 130)], fill="#336644")
    return picture


def ladder() -> Image.Image:
    """Something else altogether."""
    picture = Image.new("RGB", (320, 320), "#e2e6ea")
    draw = ImageDraw.Draw(picture)
    for x in (120, 190):
        draw.rectangle((x, 30, x + 12, 290), fill="#1d5fa8")
    for y in range(50, 290, 40):
        draw.rectangle((120, y, 200, y + 10), fill="#1d5fa8")
    return picture


def alike(one: Image.Image, other: Image.Image) -> float:
    return float(vector_of(one) @ vector_of(other))


ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda p: p.resize((160, 160)),
    "mirrored": ImageOps.mirror,
    "darker": lambda p: ImageEnhance.Brightness(p).enhance(0.8),
    "out of focus": lambda p: p.filter(ImageFilter.GaussianBlur(2)),
    "turned a little": lambda p: p.rotate(4, fillcolor="#efe9df"),
    "on a page": lambda p: ImageOps.expand(p.resize((220, 220)), (30, 50, 70, 50), "#5b7c4d"),
    "with more ground": lambda p: ImageOps.expand(p, 80, "#efe9df"),
    "not square": lambda p: ImageOps.expand(p, (120, 0), "#efe9df"),
    "cropped": lambda p: p.crop((20, 40, 310, 300)),
}


@pytest.mark.parametrize("way", ALTERED)
def test_an_altered_picture_looks_like_itself_and_more_than_anything_else(way: str) -> None:
    altered = ALTERED[way](hat())

    assert alike(hat(), altered) > ALIKE
    assert alike(hat(), altered) > alike(ladder(), altered) + 0.3


def test_shape_counts_more_than_colour() -> None:
    assert alike(hat("firebrick"), hat("royalblue")) > alike(hat("royalblue"), ladder())


def test_the_colour_tells_pieces_of_one_shape_apart() -> None:
    assert alike(hat("firebrick"), hat("indianred")) > alike(hat("firebrick"), hat("royalblue"))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(16, 300),
    st.integers(16, 300),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 2**32 - 1),
)
def test_any_picture_has_a_vector(width: int, height: int, low: int, high: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(min(low, high), max(low, high) + 1, (height, width, 3))
    vector = describe(Image.fromarray(noise.astype(np.uint8)))

    assert len(vector) == DIMENSIONS
    assert any(vector)


@given(st.integers(0, 255))
def test_a_picture_of_nothing_has_a_vector(grey: int) -> None:
    assert any(describe(Image.new("RGB", (40, 30), (grey, grey, grey))))


@settings(max_examples=20, deadline=None)
@given(st.integers(100, 900))
def test_the_size_does_not_count(side: int) -> None:
    assert alike(hat(), hat(side=side)) > 0.97


def test_the_same_picture_has_the_same_bytes() -> None:
    assert describe(hat()) == describe(hat())


def test_as_bytes_a_vector_keeps_its_direction() -> None:
    vector = vector_of(hat())
    packed = np.frombuffer(pack(vector), np.int8).astype(float)

    assert float(packed @ vector / np.linalg.norm(packed)) > 0.999
    assert int(np.abs(packed).max()) == 127


@pytest.mark.parametrize(
    ("similarities", "shown"),
    [
        ([], 0),
        ([0.99, 0.98, 0.85, 0.83], 3),
        ([0.6, 0.55, 0.5, 0.49], 3),
        ([LEAST_ALIKE], 1),
        ([LEAST_ALIKE - 0.01], 0),
    ],
)
def test_what_is_far_less_alike_than_the_first_is_not_shown(similarities: list[float], shown: int) -> None:
    assert still_alike(similarities) == shown


@given(st.floats(-1, 1))
def test_nothing_below_the_least_is_alike(best: float) -> None:
    assert floor_of(best) >= LEAST_ALIKE
