"""`go.py bench pictures`: whether a photo finds its goods, and whether what comes with them looks alike.

The gallery is every picture of one piece of the demo's goods; what is asked are some of them, altered
(`_altered.py`). Their names say what they show: kind of goods (`qingdao-hats/bucket`), pattern, colour.
Found: the very picture comes first. Kind: the share of the first ten that are goods of the same kind, or of
as many as there are. Others: the same without the very picture. Kept: how many are shown as alike, and which
shares of those are of the same kind and of the same town. The pictures are drawings of one hand, on plain
ground: photos are harder.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks._altered import ALTERATIONS, HARD, altered
from benchmarks._looks import LOOKS, Look
from benchmarks._measure import conclude, table
from benchmarks._servers import ROOT
from search.looks.descriptor import SIDE
from search.looks.rules import still_alike

Pictures = list[Image.Image]

GOODS = ROOT / "marketplace" / "demo" / "static" / "demo" / "goods"
_NOT_ONE_PIECE = ("detail", "range", "carton")
GOALS = {
    "found": (">=", 0.85), "found_easy": (">=", 0.92), "found_hard": (">=", 0.65),
    "kind": (">=", 0.6), "kind_first": (">=", 0.9), "kept_kind": (">=", 0.6), "kept_town": (">=", 0.85),
}  # fmt: skip


@dataclass(frozen=True)
class Gallery:
    """Pictures of one piece each, the names of the kinds they show, and their files without size."""

    files: list[Path]
    kinds: np.ndarray

    def picture(self, place: int, side: int) -> Image.Image:
        """One of them, 320 or 640 pixels a side."""
        path = self.files[place]
        return Image.open(path.with_name(f"{path.name}-{side}.webp")).convert("RGB")


def gallery() -> Gallery:
    """Every picture of one piece of goods."""
    found = [path.with_name(path.stem.removesuffix("-320")) for path in sorted(GOODS.glob("*/*-320.webp"))]
    files = [path for path in found if path.name.split("-")[1] not in _NOT_ONE_PIECE]
    return Gallery(files, np.array([f"{path.parent.name}/{path.name.split('-')[0]}" for path in files]))


def main(argv: list[str]) -> int:
    """Compare; 0 when all goals are met."""
    parser = argparse.ArgumentParser(prog="go.py bench pictures", description=__doc__)
    parser.add_argument("--pictures", type=int, default=100, help="how many are altered (100)")
    parser.add_argument("--all", action="store_true", help="also what ours was compared with")
    options = parser.parse_args(argv)
    goods = gallery()
    asked = random.Random(5).sample(range(len(goods.files)), options.pictures)
    looks = LOOKS if options.all else {"shipped": LOOKS["shipped"]}
    pictures = [_small(goods.picture(place, 320)) for place in range(len(goods.files))]
    taken = {
        way: [_small(altered(goods.picture(place, 640), way, goods.files[place].name)) for place in asked]
        for way in ALTERATIONS
    }
    scores = {name: _judge(look, goods.kinds, pictures, asked, taken) for name, look in looks.items()}
    head = ("", "found", "first is of the kind", "kind", "others", "kept", "of the kind", "of the town")
    ours = scores["shipped"]
    table([(way, *_shown(row)) for way, row in ours.by_way.items()], head)
    if options.all:
        rows = [(name, *_shown(score.mean()), f"{score.cost:.1f}") for name, score in scores.items()]
        table(rows, (*head, "ms"))
    return conclude("pictures", _figures(ours), GOALS)


@dataclass(frozen=True)
class Score:
    """By alteration: found, first of the kind, kind, others, kept, of the kind, of the town. Cost: CPU ms."""

    by_way: dict[str, np.ndarray]
    cost: float

    def mean(self, *ways: str) -> np.ndarray:
        """Over some alterations, all by default."""
        found: np.ndarray = np.mean([self.by_way[way] for way in ways or self.by_way], axis=0)
        return found


def _shown(row: np.ndarray) -> list[str]:
    return [f"{value:.1f}" if place == 4 else f"{value:.3f}" for place, value in enumerate(row)]


def _figures(ours: Score) -> dict[str, float]:
    easy = [way for way in ours.by_way if way not in HARD]
    found, first, kind, others, kept, kept_kind, kept_town = (float(value) for value in ours.mean())
    return {
        "found": found,
        "found_easy": float(ours.mean(*easy)[0]),
        "found_hard": float(ours.mean(*HARD)[0]),
        "kind_first": first,
        "kind": kind,
        "others": others,
        "kept": kept,
        "kept_kind": kept_kind,
        "kept_town": kept_town,
        "ms": ours.cost,
    }


def _vectors(look: Look, pictures: list[Image.Image]) -> np.ndarray:
    found = np.stack([look(picture) for picture in pictures]).astype(np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def _small(picture: Image.Image) -> Image.Image:
    """As it is kept of an upload."""
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return picture


def _judge(
    look: Look, kinds: np.ndarray, pictures: list[Image.Image], asked: list[int], taken: dict[str, Pictures]
) -> Score:
    started = time.process_time()
    held = _vectors(look, pictures)
    cost = (time.process_time() - started) / len(pictures) * 1000
    by_way = {}
    for way, altered_ones in taken.items():
        alike = _vectors(look, altered_ones) @ held.T
        rows = [_row(kinds, place, alike[k]) for k, place in enumerate(asked)]
        by_way[way] = np.mean(rows, axis=0)
    return Score(by_way, cost)


def _row(kinds: np.ndarray, me: int, alike: np.ndarray) -> tuple[float, ...]:
    order = np.argsort(-alike, kind="stable")
    towns = np.array([kind.partition("/")[0] for kind in kinds])
    same = kinds[order] == kinds[me]
    others = same[order != me]
    many = int(same.sum())
    kept = same[: still_alike(alike[order].tolist())]
    return (
        float(order[0] == me),
        float(same[0]),
        float(same[: min(10, many)].mean()),
        float(others[: min(10, many - 1)].mean()) if many > 1 else 1.0,
        float(len(kept)),
        float(kept.mean()) if len(kept) else 0.0,
        float((towns[order][: len(kept)] == towns[me]).mean()) if len(kept) else 0.0,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
