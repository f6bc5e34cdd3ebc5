"""Pictures altered the way phones, chats and catalogues alter them, the same at every run."""

import io
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

Alter = Callable[[Image.Image, random.Random], Image.Image]
_GOODS_STAND_OUT = 22  # by so much (of 255) in some channel from the ground they lie on


def _rounded(values: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _ground(rng: random.Random, side: int) -> Image.Image:
    """Something a picture may lie on: a colour with coarse and fine grain, like cloth, wood, stone."""
    colour = np.array([rng.randint(60, 220) for _channel in range(3)], float)
    noise = np.random.default_rng(rng.randrange(1 << 30))
    shape = (rng.choice([4, 8, 24]), rng.choice([3, 8, 24]))
    coarse = _rounded(noise.random(shape) * 255).resize((side, side), Image.Resampling.BICUBIC)
    fine = _rounded(noise.random((side // 2, side // 2)) * 255).resize((side, side))
    grain = (np.asarray(coarse, float) - 128) * rng.uniform(0.1, 0.35)
    return _rounded(colour + (grain + (np.asarray(fine, float) - 128) * 0.08)[..., None])


def crop(picture: Image.Image, rng: random.Random) -> Image.Image:
    """84 to 92 % of each side."""
    width, height = picture.size
    share = rng.uniform(0.84, 0.92)
    x, y = rng.uniform(0, 1 - share), rng.uniform(0, 1 - share)
    box = (x * width, y * height, (x + share) * width, (y + share) * height)
    return picture.crop(tuple(int(side) for side in box))  # type: ignore[arg-type]


def small(picture: Image.Image, rng: random.Random) -> Image.Image:
    """110 to 200 pixels a side."""
    side = rng.randint(110, 200)
    return picture.resize((side, side), Image.Resampling.BICUBIC)


def jpeg(picture: Image.Image, rng: random.Random, best: int = 35) -> Image.Image:
    """JPEG of quality 15 to `best`."""
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=rng.randint(15, best))
    return Image.open(kept).convert("RGB")


def light(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Darker or brighter by up to a third, warmer or colder by an eighth."""
    tint = rng.uniform(-0.12, 0.12)
    return _rounded(np.asarray(picture, float) * rng.uniform(0.65, 1.25) * (1 + tint, 1, 1 - tint))


def turn(picture: Image.Image, rng: random.Random) -> Image.Image:
    """By 4 to 10 degrees."""
    angle = rng.choice([-1, 1]) * rng.uniform(4, 10)
    return picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=picture.getpixel((2, 2)))


def mirror(picture: Image.Image, _rng: random.Random) -> Image.Image:
    """Left for right."""
    return ImageOps.mirror(picture)


def blur(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(picture.width / 640 * rng.uniform(3, 6)))


def slant(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Seen from somewhat aside: every corner drawn in by up to 9 %."""
    width, height = picture.size
    x0, y0, x1, y1, x2, y2, x3, y3 = (rng.uniform(0, 0.09) * width for _corner in range(8))
    corners = (x0, y0, x1, height - y1, width - x2, height - y2, width - x3, y3)
    return picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def page(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A picture of the picture, on a page or a screen that lies on something."""
    whole = _ground(rng, 640)
    side = int(640 * rng.uniform(0.62, 0.8))
    place = [int((640 - side) * rng.uniform(0.2, 0.8)) for _axis in range(2)]
    whole.paste(picture.resize((side, side)), (place[0], place[1]))
    return whole


def _cut_out(picture: Image.Image) -> Image.Image:
    """Where the goods are, from the ground they were drawn on."""
    side = 320
    pixels = np.asarray(picture.resize((side, side)), float)
    rows, columns = np.mgrid[0:side, 0:side] / side - 0.5
    terms = np.stack([np.ones_like(rows), columns, rows, columns**2, rows**2], -1)
    edge = np.zeros((side, side), bool)
    edge[0] = edge[-1] = edge[:, 0] = edge[:, -1] = True
    fit = np.linalg.lstsq(terms[edge], pixels[edge], rcond=None)[0]
    apart = np.abs(pixels - terms @ fit).max(-1) > _GOODS_STAND_OUT
    mask = Image.fromarray(apart.astype(np.uint8) * 255).filter(ImageFilter.MedianFilter(5))
    framed = ImageOps.expand(mask, 2, 0)
    ImageDraw.floodfill(framed, (0, 0), 128)
    inside = framed.point([0 if level == 128 else 255 for level in range(256)])
    cut = inside.crop((2, 2, side + 2, side + 2)).filter(ImageFilter.GaussianBlur(1))
    return cut.resize(picture.size)


def ground(picture: Image.Image, rng: random.Random) -> Image.Image:
    """The goods on another ground, roughly cut out."""
    return Image.composite(picture, _ground(rng, picture.width), _cut_out(picture))


def phone(picture: Image.Image, rng: random.Random) -> Image.Image:
    """All of it at once: turned, slanted, cropped, small, lit otherwise, out of focus, JPEG."""
    turned = turn(picture, rng) if rng.random() < 0.7 else picture
    taken = small(crop(slant(turned, rng), rng), rng).resize((480, 480))
    return jpeg(blur(light(taken, rng), rng), rng, 45)


def phone_ground(picture: Image.Image, rng: random.Random) -> Image.Image:
    """The goods on another ground, slanted, cropped, lit otherwise, JPEG."""
    return jpeg(light(crop(slant(ground(picture, rng), rng), rng), rng), rng, 45)


ALTERATIONS: dict[str, Alter] = {
    function.__name__: function
    for function in (
        crop, small, jpeg, light, turn, mirror, blur, slant, page, ground, phone, phone_ground,
    )
}  # fmt: skip
HARD = ("ground", "phone", "phone_ground")


def altered(picture: Image.Image, name: str, seed: str) -> Image.Image:
    """A picture altered in one way; the same for the same seed."""
    return ALTERATIONS[name](picture, random.Random(f"{name} {seed}"))
