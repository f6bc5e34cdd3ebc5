"""A file from outside made a small picture without anything else in it: checked by content, never by name.

Only the pixels go on. Position, camera and whatever else the file says of its maker are dropped here.
"""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from search.looks.descriptor import SIDE

from .errors import NoPicture, NotAPicture, PictureTooLarge
from .rules import MOST_BYTES, MOST_PIXELS

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_SMALL_SIDE = 160
_LEAST_SIDE = 16  # nothing can be seen of fewer pixels
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, MemoryError, KeyError, IndexError, TypeError)


def read_picture(file: BinaryIO, size: int) -> Image.Image:
    """The first frame of a picture file of `size` bytes: in RGB, no larger than `SIDE`, turned upright.

    Raises NoPicture for nothing, PictureTooLarge before a pixel is unpacked, and NotAPicture for what is in
    no format of `FORMATS` or not whole.
    """
    if size == 0:
        raise NoPicture
    if size > MOST_BYTES:
        raise PictureTooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(file)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureTooLarge from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise NotAPicture from error


def _read(file: BinaryIO) -> Image.Image:
    with Image.open(file, formats=FORMATS) as claimed:
        _check_size(claimed)
        claimed.verify()
    file.seek(0)  # after `verify` a file has to be opened anew
    with Image.open(file, formats=FORMATS) as opened:
        _check_size(opened)
        opened.draft("RGB", (2 * SIDE, 2 * SIDE))
        opened.load()
        turned = ImageOps.exif_transpose(opened)
        picture = _on_white(turned)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    # Not a copy: made of the pixels alone, whatever the file had beside them.
    return Image.frombytes("RGB", picture.size, picture.tobytes())


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureTooLarge
    if min(picture.size) < _LEAST_SIDE:
        raise NotAPicture


def _on_white(picture: Image.Image) -> Image.Image:
    """In RGB; what can be seen through is white, as goods are shown."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def small_copy(picture: Image.Image) -> bytes:
    """A copy to be shown, as WebP of at most 160 pixels a side."""
    small = picture.copy()
    small.thumbnail((_SMALL_SIDE, _SMALL_SIDE), Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    small.save(kept, "WEBP", quality=75)
    return kept.getvalue()
