"""The chain of entries as a file, and the check of such a file against itself and against the books.

CSV and JSON lines carry the same texts: the fields of `chain.FIELDS`, `previous` and `hash`. Whoever has the
file needs nothing else to recompute it: `hash` is SHA-256 over `previous`, a line break, and the fields as a
JSON list without spaces.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from .chain import FIELDS, Line, hash_of, lines, values_by_id
from .models import LedgerPeriod

CSV, JSONL = "csv", "jsonl"
_HEAD = (*FIELDS, "previous", "hash")
_ENTRY, _BATCH = FIELDS.index("entry"), 1_000


def export(first: date, last: date, form: str) -> Iterator[str]:
    """The chain of some months as the text of a file, piece by piece, each of whole lines; bounded memory.

    `form` is CSV or JSONL. An export of no entries has its head line, or nothing.
    """
    write = _as_csv if form == CSV else _as_jsonl
    piece = [_csv_row(_HEAD)] if form == CSV else []
    for line in lines(first, last):
        piece.append(write(line))
        if len(piece) == _BATCH:
            yield "".join(piece)
            piece = []
    yield "".join(piece)


def _csv_row(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue()


def _as_csv(line: Line) -> str:
    return _csv_row((*line.values, line.previous, line.hash))


def _as_jsonl(line: Line) -> str:
    values = dict(zip(_HEAD, (*line.values, line.previous, line.hash), strict=True))
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass(slots=True)
class Check:
    """What checking a file found.

    Entries read, the last hash, and what is wrong, in words, by line of the file.
    """

    entries: int = 0
    head: str = ""
    wrong: list[str] = field(default_factory=list)


class NotAnExport(ValueError):
    """The text is no export of this ledger."""


def check(text: Iterable[str]) -> Check:
    """Compare an exported file with its own chain, with the books as they stand, and with closed months.

    `text` are its lines. Raises NotAnExport.
    """
    found = Check()
    batch: list[Line] = []
    months: dict[str, tuple[str, int]] = {}
    for line in _parsed(text):
        if found.head and line.previous != found.head:
            found.wrong.append(f"entry {line.values[_ENTRY]}: does not follow the line before it")
        if hash_of(line.previous, line.values) != line.hash:
            found.wrong.append(f"entry {line.values[_ENTRY]}: its hash is not that of its fields")
        found.entries += 1
        found.head = line.hash
        months[line.values[0]] = (line.hash, months.get(line.values[0], ("", 0))[1] + 1)
        batch.append(line)
        if len(batch) == _BATCH:
            found.wrong += _differences(batch)
            batch = []
    found.wrong += _differences(batch)
    found.wrong += _closed_otherwise(months)
    return found


def _parsed(text: Iterable[str]) -> Iterator[Line]:
    rows = iter(text)
    first = next(rows, "")
    if first.startswith("{"):
        yield _from_json(first)
        yield from (_from_json(row) for row in rows if row.strip())
        return
    if next(csv.reader([first]), []) != list(_HEAD):
        raise NotAnExport("the first line is neither an entry nor the names of the columns")
    for row in csv.reader(rows):
        if len(row) != len(_HEAD):
            raise NotAnExport(f"a line of {len(row)} columns")
        yield Line(tuple(row[:-2]), row[-2], row[-1])


def _from_json(row: str) -> Line:
    try:
        values = json.loads(row)
        told = [values[name] for name in _HEAD]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnExport("a line that is no entry") from error
    if not all(isinstance(value, str) for value in told):
        raise NotAnExport("a value that is no text")
    return Line(tuple(told[:-2]), told[-2], told[-1])


def _differences(batch: list[Line]) -> list[str]:
    """Entries of the file that stand otherwise in the books, or not at all; with the fields that differ."""
    numbers = [line.values[_ENTRY] for line in batch]
    if not all(number.isascii() and number.isdecimal() and len(number) < 19 for number in numbers):
        raise NotAnExport("an entry without its number")
    now = values_by_id([int(number) for number in numbers])
    wrong = []
    for line, number in zip(batch, numbers, strict=True):
        there = now.get(int(number))
        if there is None:
            wrong.append(f"entry {number}: not in the books")
        elif there != line.values:
            names = [name for name, a, b in zip(FIELDS, there, line.values, strict=True) if a != b]
            wrong.append(f"entry {number}: {', '.join(names)} differ from the books")
    return wrong


def _closed_otherwise(months: dict[str, tuple[str, int]]) -> list[str]:
    """Months of the file that were closed with another hash or another number of entries."""
    return [
        f"month {period.month:%Y-%m}: closed with {period.entries} entries and another hash"
        for period in LedgerPeriod.objects.filter(state=LedgerPeriod.State.CLOSED).order_by("month")
        if (told := months.get(f"{period.month:%Y-%m}")) and told != (period.head, period.entries)
    ]
