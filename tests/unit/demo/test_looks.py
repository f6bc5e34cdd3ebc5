"""What was worked out beforehand is what looking at the demo's pictures gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.demo import looks
from marketplace.demo.pictures import ROOT
from search.looks.descriptor import DIMENSIONS, describe
from search.pictures.reading import read_picture

PICTURES = sorted((Path(looks.__file__).parent / "static" / ROOT).rglob("*-320.webp"))


def test_every_picture_of_goods_is_known() -> None:
    known = looks.known_looks()
    assert {looks.digest_of(path.read_bytes()) for path in PICTURES} == set(known)
    assert {len(vector) for vector in known.values()} == {DIMENSIONS}


def test_what_is_known_is_what_is_seen() -> None:
    known = looks.known_looks()
    for path in PICTURES[::40]:
        with path.open("rb") as file:
            seen = describe(read_picture(file, path.stat().st_size))
        kept = known[looks.digest_of(path.read_bytes())]
        # Processors may round a last bit differently.
        assert max(abs(a - b) for a, b in zip(_signed(kept), _signed(seen), strict=True)) <= 1, path.name


def _signed(vector: bytes) -> list[int]:
    return [byte - 256 if byte > 127 else byte for byte in vector]


def test_vectors_of_another_descriptor_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "looks.bin"
    other.write_bytes(b"\x00\x00" + looks.FILE.read_bytes()[2:])
    monkeypatch.setattr(looks, "FILE", other)
    assert looks.known_looks() == {}
