"""Picture files, whole and spoilt, as people and others send them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

import marketplace.demo


def demo_file(path: str) -> bytes:
    """The larger file of a picture of the demo."""
    return (Path(marketplace.demo.__file__).parent / "static" / f"{path}-640.webp").read_bytes()


def drawn(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """Something dark on light ground."""
    picture = Image.new("RGB", size, "#eee8dc")
    width, height = size
    ImageDraw.Draw(picture).ellipse(
        (width // 4, height // 4, width * 3 // 4, height * 3 // 4), fill="#204080"
    )
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file of that kind."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few hundred kilobytes that says it is `side` pixels square, and unpacks to that."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", row) + _chunk(b"IEND", b"")


JPEG = saved(drawn(), "JPEG", quality=85)
SPOILT: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no_picture"),
    "text": (b"not a picture at all", "not_a_picture"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not_a_picture"),
    "gif": (saved(drawn(), "GIF"), "not_a_picture"),
    "bmp": (saved(drawn(), "BMP"), "not_a_picture"),
    "tiff": (saved(drawn(), "TIFF"), "not_a_picture"),
    "pdf": (b"%PDF-1.7\n1 0 obj<<>>endobj\n", "not_a_picture"),
    "half a jpeg": (JPEG[: len(JPEG) // 2], "not_a_picture"),
    "the head of a jpeg": (JPEG[:30], "not_a_picture"),
    "half a png": (saved(drawn(), "PNG")[:400], "not_a_picture"),
    "half a webp": (saved(drawn(), "WEBP")[:120], "not_a_picture"),
    "one pixel": (saved(drawn((1, 1)), "PNG"), "not_a_picture"),
    "a bomb": (bomb(), "picture_too_large"),
    "too many pixels": (saved(Image.new("L", (5100, 5000)), "PNG"), "picture_too_large"),
    "too many bytes": (JPEG + bytes(8_000_000), "picture_too_large"),
}
"""What is refused: the bytes and the code of the refusal."""
