"""Judged sets as files: a catalogue, queries, and grades of (query, product). No Django here.

A set is a folder with `products.jsonl.gz` (or plain `.jsonl`; one object a line: `id`, a title, and whatever
else is known), and one or more splits `queries_NAME.tsv` (query id, query) and `labels_NAME.tsv` (query id,
product id, grade from 0), with or without a line of headings.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Grades = dict[str, dict[str, int]]


@dataclass
class Split:
    """The queries of one split by id, and the grades of each query's products."""

    name: str
    queries: dict[str, str]
    grades: Grades


@dataclass
class JudgedSet:
    """A folder with a judged set."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def products(self) -> Iterator[dict[str, Any]]:
        """The catalogue, one object per product; lines that are no object are left out."""
        for path in self._catalogues():
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as file:
                for line in file:
                    row = json.loads(line) if line.strip() else None
                    if isinstance(row, dict) and row_id(row):
                        yield row

    def _catalogues(self) -> list[Path]:
        found = sorted([*self.folder.glob("*.jsonl.gz"), *self.folder.glob("*.jsonl")])
        named = [path for path in found if path.name.startswith("products")]
        return named or found

    def splits(self) -> list[Split]:
        """Its splits, by name; a file of queries without its file of grades is none."""
        found = []
        for path in sorted([*self.folder.glob("queries_*.tsv"), *self.folder.glob("queries.tsv")]):
            labels = path.with_name(path.name.replace("queries", "labels", 1))
            if labels.exists():
                name = path.stem.removeprefix("queries").lstrip("_")
                found.append(Split(name, _read_queries(path), _read_grades(labels)))
        return found


def row_id(row: dict[str, Any]) -> str:
    """A product's own id, whatever the file calls it."""
    names = ("id", "product_id", "doc_id", "pid")
    return next((str(row[name]) for name in names if row.get(name) not in (None, "")), "")


def sets_under(folder: Path) -> list[JudgedSet]:
    """The judged sets in a folder, or the folder itself when it is one."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    return [found for path in candidates if (found := JudgedSet(path)).splits()]


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) >= 2 and row[0] not in ("query_id", "qid"):
                yield row


def _read_queries(path: Path) -> dict[str, str]:
    return {row[0]: row[1] for row in _rows(path)}


def _read_grades(path: Path) -> Grades:
    grades: Grades = defaultdict(dict)
    for row in _rows(path):
        if len(row) >= 3:
            grades[row[0]][row[1]] = max(0, round(float(row[2])))
    return dict(grades)
