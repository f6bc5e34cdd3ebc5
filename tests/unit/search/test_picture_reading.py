"""Files from outside: what is read, what is refused, what never goes on."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from marketplace.core.errors import InvalidInput
from search.looks.descriptor import SIDE
from search.pictures.reading import read_picture, small_copy
from tests.support.pictures import SPOILT, drawn, saved

WHERE = "GPS 29.7,120.2"


def read(content: bytes) -> Image.Image:
    return read_picture(io.BytesIO(content), len(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("size", [(16, 16), (320, 240), (3000, 900)])
def test_pictures_people_have_are_read(kind: str, size: tuple[int, int]) -> None:
    picture = read(saved(drawn(size), kind))

    assert picture.mode == "RGB"
    assert max(picture.size) <= SIDE


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_so_are_pictures_of_other_colour_models(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = drawn(mode="L").convert("I").convert("I;16") if mode == "I;16" else drawn(mode=mode)
    assert read(saved(picture, kind)).mode == "RGB"


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_no_whole_picture_is_refused(name: str) -> None:
    content, code = SPOILT[name]
    with pytest.raises(InvalidInput) as refused:
        read(content)
    assert refused.value.code == code


def test_the_camera_may_have_been_held_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert read(saved(drawn((320, 160)), "JPEG", exif=exif)).size == (128, 256)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_file_says_of_its_maker_is_dropped(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = WHERE
    content = saved(drawn(), kind, exif=exif)
    assert WHERE.encode() in content

    picture = read(content)

    assert not picture.getexif()
    assert not picture.info
    assert WHERE.encode() not in small_copy(picture)


def test_of_a_moving_picture_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    picture = read(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert picture.getpixel((30, 30)) == (255, 0, 0)


def test_what_can_be_seen_through_is_white() -> None:
    assert read(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")).getpixel((5, 5)) == (255, 255, 255)


def test_the_small_copy_is_small() -> None:
    small = Image.open(io.BytesIO(small_copy(read(saved(drawn((2000, 1000)), "JPEG")))))
    assert (small.format, small.size) == ("WEBP", (160, 80))
