"""What the demo's pictures look like, worked out beforehand: looking at all of them takes ten seconds.

`python -m marketplace.demo.looks` writes the file anew, after a change of pictures or of the descriptor.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

from search.looks.descriptor import DESCRIPTOR, DIMENSIONS, describe
from search.pictures.reading import read_picture

from .pictures import ROOT

FILE = Path(__file__).parent / "data" / "looks.bin"
_FILES = Path(__file__).parent / "static" / ROOT
_DIGEST = 16
_MADE_BY = DESCRIPTOR.to_bytes(2)


def digest_of(content: bytes) -> str:
    """What a file is known by."""
    return hashlib.blake2b(content, digest_size=_DIGEST).hexdigest()


def known_looks() -> dict[str, bytes]:
    """Vectors by digest of the file; none when they were made by another descriptor."""
    content = FILE.read_bytes()
    if not content.startswith(_MADE_BY):
        return {}
    row = _DIGEST + DIMENSIONS
    rows = (content[start : start + row] for start in range(len(_MADE_BY), len(content), row))
    return {row[:_DIGEST].hex(): row[_DIGEST:] for row in rows}


def work_out() -> dict[str, bytes]:
    """The same, looked at now."""
    contents = (path.read_bytes() for path in sorted(_FILES.rglob("*-320.webp")))
    return {digest_of(c): describe(read_picture(BytesIO(c), len(c))) for c in contents}


if __name__ == "__main__":
    rows = sorted(work_out().items())
    FILE.write_bytes(_MADE_BY + b"".join(bytes.fromhex(digest) + vector for digest, vector in rows))
