"""What a picture looks like, as a short vector: colours, silhouette, outline and inner lines of the goods.

No network was trained. The goods are told from what they lie on by fitting a smooth background to the edge of
the picture, cut out and brought to one size, so where they stand and how large they are counts little. Left
and right count the same. Pictures are alike as the cosine of their vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

DESCRIPTOR = 1
"""Raised with every change of what comes out, so that kept vectors are made anew."""
SIDE = 256
"""Pictures are looked at no larger than this, in pixels."""
WEIGHTS = {"colours": 0.6, "silhouette": 1.0, "outline": 0.7, "lines": 1.3}

Plane = npt.NDArray[np.floating[Any]]
Box = tuple[float, float, float, float]
"""(left, top, right, bottom) in pixels of the picture."""

_FIELD = 96  # the goods are looked for in so many pixels
_PIECE = 64  # and looked at in so many
_MARGIN = 1.06
_HUES = 12
_GREYS = 5
_SILHOUETTE_CELLS = 8
_OUTLINE_CELLS, _OUTLINE_ANGLES = 4, 6
_LINE_CELLS, _LINE_ANGLES = 6, 6

DIMENSIONS = (
    _GREYS + 2 * _HUES
    + _SILHOUETTE_CELLS * _SILHOUETTE_CELLS // 2
    + _OUTLINE_CELLS * _OUTLINE_CELLS // 2 * _OUTLINE_ANGLES
    + _LINE_CELLS * _LINE_CELLS // 2 * _LINE_ANGLES
)  # fmt: skip


def describe(picture: Image.Image) -> bytes:
    """The vector of a picture in RGB: `DIMENSIONS` signed bytes, never all zero."""
    return pack(vector_of(picture))


def pack(vector: Plane) -> bytes:
    """A vector as signed bytes that use their whole range; its direction is what counts."""
    largest = float(np.abs(vector).max())
    return bytes(np.rint(vector * (127 / largest)).astype(np.int8).tobytes())


def vector_of(picture: Image.Image) -> Plane:
    """The vector of a picture in RGB, of length 1, as float32."""
    small = picture.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return _joined(blocks_of(small))


def _joined(blocks: dict[str, Plane]) -> Plane:
    parts = [WEIGHTS[name] * block for name, block in blocks.items()]
    return _unit(np.concatenate(parts).astype(np.float32))


def blocks_of(picture: Image.Image) -> dict[str, Plane]:
    """The parts of the vector, each of length 1 (or 0 where there is nothing of the kind)."""
    piece, mask = _goods(picture)
    weight = mask + 1e-6
    light = piece[..., 0]
    mean = float((light * weight).sum() / weight.sum())
    spread = float(np.sqrt((((light - mean) ** 2) * weight).sum() / weight.sum()))
    inner = (light - mean) * (20 / max(spread, 6.0)) * mask
    outline = _angles(mask * 100, _OUTLINE_CELLS, _OUTLINE_ANGLES, most=50)
    lines = _angles(inner, _LINE_CELLS, _LINE_ANGLES, most=30)
    return {
        "colours": _unit(_colours(piece, mask)),
        "silhouette": _centred(_folded(_in_cells(mask, _SILHOUETTE_CELLS)[..., None])),
        "outline": _centred(np.sqrt(_folded(outline))),
        "lines": _centred(np.sqrt(_folded(lines))),
    }


def _unit(vector: Plane) -> Plane:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 1e-9 else vector


def _centred(block: Plane) -> Plane:
    return _unit((block - block.mean()).ravel())


# Finding the goods


def _goods(picture: Image.Image) -> tuple[Plane, Plane]:
    """The goods cut out: Lab and how much each pixel belongs to them, both of `_PIECE` pixels a side.

    A picture of a picture (a page, a screen) shows a filled rectangle: then what is inside it is looked at.
    """
    field: Box = (0, 0, picture.width, picture.height)
    mask = _mask(_lab(picture, field, _FIELD))
    inside = _page_of(mask, field)
    if inside is not None:
        nested = _mask(_lab(picture, inside, _FIELD))
        if 0.05 < nested.mean() < 0.75 and _at_edge(nested) < 0.12:
            field, mask = inside, nested
    left, top, right, bottom = _bounds(mask)
    wide, high = (field[2] - field[0]) / _FIELD, (field[3] - field[1]) / _FIELD
    half = max((right - left) * wide, (bottom - top) * high) * _MARGIN / 2
    x, y = field[0] + (left + right) / 2 * wide, field[1] + (top + bottom) / 2 * high
    square = (x - half, y - half, x + half, y + half)
    in_mask = tuple((v - field[k % 2]) / (wide, high)[k % 2] for k, v in enumerate(square))
    shape = Image.fromarray(mask.astype(np.uint8) * 255)
    shape = shape.transform(
        (_PIECE, _PIECE), Image.Transform.EXTENT, in_mask, Image.Resampling.BILINEAR
    )  # fmt: skip
    return _lab(picture, square, _PIECE), np.asarray(shape, np.float32) / 255


def _page_of(mask: npt.NDArray[np.bool_], field: Box) -> Box | None:
    """The inside of a filled rectangle of some size, None where there is none."""
    left, top, right, bottom = _bounds(mask)
    share = (right - left) * (bottom - top) / _FIELD**2
    if not 0.2 < share < 0.8 or mask[top:bottom, left:right].mean() < 0.93:
        return None
    wide, high = (field[2] - field[0]) / _FIELD, (field[3] - field[1]) / _FIELD
    rim_x, rim_y = (right - left) * 0.04, (bottom - top) * 0.04
    return (
        field[0] + (left + rim_x) * wide, field[1] + (top + rim_y) * high,
        field[0] + (right - rim_x) * wide, field[1] + (bottom - rim_y) * high,
    )  # fmt: skip


def _at_edge(mask: npt.NDArray[np.bool_]) -> float:
    sides = (mask[:3], mask[-3:], mask[:, :3], mask[:, -3:])
    return float(np.concatenate([side.ravel() for side in sides]).mean())


def _bounds(mask: npt.NDArray[np.bool_], stray: float = 0.004) -> tuple[int, int, int, int]:
    """Columns and rows that hold all of the mask but a few stray pixels."""
    ends = []
    for axis in (0, 1):
        share = np.cumsum(mask.sum(axis)) / mask.sum()
        ends.append((int(np.searchsorted(share, stray)), int(np.searchsorted(share, 1 - stray)) + 1))
    (left, right), (top, bottom) = ends
    return left, top, right, bottom


def _surface() -> tuple[Plane, npt.NDArray[np.bool_]]:
    rows, columns = np.mgrid[0:_FIELD, 0:_FIELD].astype(np.float32) / _FIELD - 0.5
    terms = (np.ones_like(rows), columns, rows, columns**2, rows**2, columns * rows)
    edge = np.zeros((_FIELD, _FIELD), bool)
    edge[:4] = edge[-4:] = edge[:, :4] = edge[:, -4:] = True
    return np.stack(terms, -1), edge


_TERMS, _EDGE = _surface()


def _mask(lab: Plane) -> npt.NDArray[np.bool_]:
    """Which pixels are goods: those that differ from a smooth background fitted to the picture's edge.

    What at the edge fits badly (goods that are cut off) is left out of the second and third fit. A picture
    without anything that stands out is all goods.
    """
    edge, known = lab[_EDGE], _TERMS[_EDGE]
    used = np.ones(len(edge), bool)
    for _round in range(3):
        terms = known[used]
        fit = np.linalg.lstsq(terms.T @ terms, terms.T @ edge[used], rcond=None)[0]
        misfit = np.sqrt((((edge - known @ fit) * (0.7, 1, 1)) ** 2).sum(-1))
        used = misfit <= max(float(np.quantile(misfit, 0.7)), 2.0)
    apart = np.sqrt((((lab - _TERMS @ fit) * (0.7, 1, 1)) ** 2).sum(-1)).astype(np.float32)
    noise = float(np.quantile(misfit, 0.75))
    least = max(6.0, min(_parting(apart), 18.0), 2.2 * noise if noise < 25 else 18.0)
    mask = _opened(_filled(apart > least))
    return mask if mask.mean() >= 0.03 else np.ones_like(mask)


def _parting(values: Plane) -> float:
    """The value that parts two groups best, by Otsu's rule."""
    counts, ends = np.histogram(values, 64)
    share, middle = counts / counts.sum(), (ends[:-1] + ends[1:]) / 2
    below, mean = np.cumsum(share), np.cumsum(share * middle)
    between = (mean[-1] * below - mean) ** 2 / np.maximum(below * (1 - below), 1e-9)
    return float(middle[np.argmax(between)])


def _filled(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """With what lies between goods on all four sides: light goods on light ground have holes."""
    around = [
        np.logical_or.accumulate(mask, 0), np.logical_or.accumulate(mask[::-1], 0)[::-1],
        np.logical_or.accumulate(mask, 1), np.logical_or.accumulate(mask[:, ::-1], 1)[:, ::-1],
    ]  # fmt: skip
    found: npt.NDArray[np.bool_] = np.logical_and.reduce(around)
    return found


def _opened(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without specks thinner than three pixels."""
    kept = mask.copy()
    for axis in (0, 1):
        kept &= _shifted(mask, 1, axis) & _shifted(mask, -1, axis)
    grown = kept.copy()
    for axis in (0, 1):
        grown |= _shifted(kept, 1, axis) | _shifted(kept, -1, axis)
    return grown


def _shifted(mask: npt.NDArray[np.bool_], by: int, axis: int) -> npt.NDArray[np.bool_]:
    moved = np.roll(mask, by, axis)
    gap: list[Any] = [slice(None), slice(None)]
    gap[axis] = 0 if by > 0 else -1
    moved[tuple(gap)] = False
    return moved


# Looking at them

_LINEAR = np.where(
    (_steps := np.arange(256) / 255) <= 0.04045, _steps / 12.92, ((_steps + 0.055) / 1.055) ** 2.4
).astype(np.float32)
# sRGB to XYZ over the white of daylight (D65).
_TO_XYZ = (
    np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
              [0.0193339, 0.1191920, 0.9503041]])
    / np.array([[0.95047], [1.0], [1.08883]])
).T.astype(np.float32)  # fmt: skip


def _lab(picture: Image.Image, box: Box, side: int) -> Plane:
    """A part of the picture as CIE Lab, slightly blurred; black where the part goes beyond it."""
    piece = picture.transform(
        (side * 2, side * 2), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR
    )  # fmt: skip
    piece = piece.resize((side, side), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.6))
    scaled = _LINEAR[np.asarray(piece)] @ _TO_XYZ
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1).astype(np.float32)


def _colours(lab: Plane, mask: Plane) -> Plane:
    """Shares of greys by lightness, and of dark and light hues; square roots, as counts are compared."""
    weight = mask.ravel()
    light, a, b = (lab[..., k].ravel() for k in range(3))
    grey = np.clip(1 - (np.hypot(a, b) - 6) / 10, 0, 1)
    dark = np.clip(1 - (light - 35) / 30, 0, 1)
    hue = (np.arctan2(b, a) / (2 * np.pi) * _HUES) % _HUES
    shade = np.clip(light / 100 * (_GREYS - 1), 0, _GREYS - 1)
    parts = [_spread(shade, _GREYS, weight * grey)]
    parts += [_spread(hue, _HUES, weight * (1 - grey) * share) for share in (dark, 1 - dark)]
    found = np.concatenate(parts)
    shares: Plane = np.sqrt(found / max(float(found.sum()), 1e-9)).astype(np.float32)
    return shares


def _spread(values: Plane, bins: int, weight: Plane) -> Plane:
    """Weights by bin, each shared between the two nearest; the last bin's neighbour is the first."""
    lower = np.floor(values).astype(int)
    upper_share = values - lower
    below = np.bincount(lower % bins, weight * (1 - upper_share), bins)
    return (below + np.bincount((lower + 1) % bins, weight * upper_share, bins)).astype(np.float32)


def _cells(count: int) -> Plane:
    at = (np.arange(_PIECE) + 0.5) / _PIECE * count - 0.5
    nearness: Plane = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(count)[None])).astype(np.float32)
    return nearness


_CELLS = {n: _cells(n) for n in {_SILHOUETTE_CELLS, _OUTLINE_CELLS, _LINE_CELLS}}


def _in_cells(plane: Plane, count: int) -> Plane:
    """Sums over a grid whose cells run into each other."""
    return _CELLS[count].T @ plane @ _CELLS[count]


def _angles(plane: Plane, cells: int, angles: int, *, most: float) -> Plane:
    """How strongly lines run at each angle, by cell: (cells, cells, angles). `most` caps one line."""
    down, right = np.gradient(plane)
    strength = np.minimum(np.hypot(right, down), most)
    at = (np.arctan2(down, right) % np.pi) / np.pi * angles
    lower = np.floor(at).astype(int) % angles
    share = at - np.floor(at)
    found = [
        _in_cells(
            strength * np.where(lower == k, 1 - share, np.where((lower + 1) % angles == k, share, 0)), cells
        )
        for k in range(angles)
    ]
    return np.stack(found, -1).astype(np.float32)


def _folded(grid: Plane) -> Plane:
    """A grid and its mirror image added, the left half: goods look the same from either side."""
    count, angles = grid.shape[1], grid.shape[2]
    mirrored = grid[:, ::-1][:, :, (-np.arange(angles)) % angles]
    return (grid + mirrored)[:, : count // 2]
