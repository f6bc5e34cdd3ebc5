"""The entries as a chain of hashes, month after month: each line's hash covers the line before it.

Within a month lines follow each other by entry id; the first line of a month goes on from the last of the
month before. A month closed for good keeps its last hash (`LedgerPeriod.head`), so that a chain that was
exported, or is computed again, shows what was changed, added or taken away since.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ..rules.days import month_of, next_month, start_of
from .models import LedgerEntry, LedgerPeriod

GENESIS = "0" * 64
_BATCH = 2_000
_COLUMNS = {
    "entry": "id",
    "key": "tx__key",
    "kind": "tx__kind",
    "effective_at": "tx__effective_at",
    "recorded_at": "tx__recorded_at",
    "ref_type": "tx__ref_type",
    "ref_id": "tx__ref_id",
    "reverses": "tx__reverses__key",
    "actor_id": "tx__actor_id",
    "actor": "tx__actor_label",
    "late_reason": "tx__late_reason",
    "account": "account__path",
    "side": "side",
    "amount": "amount",
    "order": "order_id",
    "invoice": "invoice_id",
    "instalment": "instalment_id",
    "supplier": "supplier_id",
    "meta": "tx__meta",
}
FIELDS = ("month", *_COLUMNS)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as text, in the order of `FIELDS`, with the hash before it and its own."""

    values: tuple[str, ...]
    previous: str
    hash: str


def hash_of(previous: str, values: tuple[str, ...]) -> str:
    """SHA-256 over the hash before, a line break, and the values as a JSON list in UTF-8."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def lines(first: date, last: date) -> Iterator[Line]:
    """The chain of the months from `first` to `last` (any day of them), in bounded memory."""
    month, end = first.replace(day=1), last.replace(day=1)
    previous = head_before(month)
    while month <= end:
        for values in _values_of(month):
            line = Line(values, previous, hash_of(previous, values))
            previous = line.hash
            yield line
        month = next_month(month)


def head_before(month: date) -> str:
    """The last hash of the months before one: kept where they are closed, computed from there on."""
    closed = LedgerPeriod.objects.filter(month__lt=month, state=LedgerPeriod.State.CLOSED)
    anchor = closed.order_by("-month").first()
    first = (
        LedgerEntry.objects.order_by("tx__effective_at").values_list("tx__effective_at", flat=True).first()
    )
    if anchor is None and first is None:
        return GENESIS
    head = anchor.head if anchor else GENESIS
    start = next_month(anchor.month) if anchor else month_of(_found(first))
    while start < month:
        head, _ = head_of(start, head)
        start = next_month(start)
    return head


def _found(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("a closed month without entries")
    return moment


def head_of(month: date, previous: str) -> tuple[str, int]:
    """The last hash of a month that goes on from `previous`, and how many entries it has."""
    count = 0
    for values in _values_of(month):
        previous = hash_of(previous, values)
        count += 1
    return previous, count


def _values_of(month: date) -> Iterator[tuple[str, ...]]:
    """The entries that take effect in a month, as text, by id."""
    rows = LedgerEntry.objects.filter(
        tx__effective_at__gte=start_of(month), tx__effective_at__lt=start_of(next_month(month))
    )
    last = 0
    while True:
        batch = list(rows.filter(id__gt=last).order_by("id").values_list(*_COLUMNS.values())[:_BATCH])
        for row in batch:
            yield _as_text(row)
        if len(batch) < _BATCH:
            return
        last = batch[-1][0]


def values_by_id(ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Entries as they stand now, as text, by their ids."""
    rows = LedgerEntry.objects.filter(pk__in=ids).values_list(*_COLUMNS.values())
    return {row[0]: _as_text(row) for row in rows}


def _as_text(row: tuple[Any, ...]) -> tuple[str, ...]:
    month = month_of(row[list(_COLUMNS).index("effective_at")])
    return (f"{month:%Y-%m}", *map(_text, row))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(value)
