"""Ways to say what a picture looks like that were compared with ours; each gives a float vector."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from search.looks import descriptor

Look = Callable[[Image.Image], np.ndarray]


def shipped(picture: Image.Image) -> np.ndarray:
    """What the site keeps: signed bytes."""
    return np.frombuffer(descriptor.describe(picture), np.int8).astype(np.float32)


def colour_histogram(picture: Image.Image) -> np.ndarray:
    """64 colours of the whole picture, square roots of their shares."""
    levels = np.asarray(picture.resize((64, 64), Image.Resampling.BOX)).reshape(-1, 3) // 64
    counts = np.bincount(levels @ (16, 4, 1), minlength=64)
    return np.sqrt(counts).astype(np.float32)


def perceptual_hash(picture: Image.Image) -> np.ndarray:
    """The signs of 64 slow waves of lightness (pHash)."""
    side = 32
    grey = np.asarray(picture.convert("L").resize((side, side), Image.Resampling.BOX), float)
    steps = np.arange(side)
    waves = np.cos(np.pi * (2 * steps[None] + 1) * steps[:, None] / (2 * side))
    slow = (waves @ grey @ waves.T)[:8, :8].ravel()
    slow[0] = 0
    return np.where(slow > np.median(slow), 1.0, -1.0).astype(np.float32)


def thumbnail(picture: Image.Image) -> np.ndarray:
    """8 x 8 pixels in Lab."""
    side = descriptor.SIDE
    tiny = descriptor._lab(picture.resize((side, side)), (0, 0, side, side), 8)
    return (tiny - tiny[..., :1].mean() * np.array((1, 0, 0), np.float32)).ravel()


def whole_picture(picture: Image.Image) -> np.ndarray:
    """Our colours and lines, of the whole picture: nothing cut out."""
    piece = descriptor._lab(picture, (0, 0, *picture.size), 64)
    lines = np.sqrt(descriptor._angles(piece[..., 0], 6, 6, most=30)).ravel()
    colours = descriptor._colours(piece, np.ones((64, 64), np.float32))
    parts = [block / max(float(np.linalg.norm(block)), 1e-9) for block in (lines, colours)]
    return np.concatenate(parts)


def _with(**weights: float) -> Look:
    def look(picture: Image.Image) -> np.ndarray:
        small = picture.copy()
        small.thumbnail((descriptor.SIDE, descriptor.SIDE), Image.Resampling.BOX)
        blocks = descriptor.blocks_of(small)
        return np.concatenate([weight * blocks[name] for name, weight in weights.items()])

    return look


LOOKS: dict[str, Look] = {
    "shipped": shipped,
    "colour histogram": colour_histogram,
    "perceptual hash": perceptual_hash,
    "thumbnail": thumbnail,
    "whole picture": whole_picture,
    "colours alone": _with(colours=1),
    "lines alone": _with(lines=1),
    "without colours": _with(silhouette=1.0, outline=0.7, lines=1.3),
    "without lines": _with(colours=0.6, silhouette=1.0, outline=0.7),
    "all the same": _with(colours=1, silhouette=1, outline=1, lines=1),
}
