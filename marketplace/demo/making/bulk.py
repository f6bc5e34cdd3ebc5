"""Rows straight into tables: COPY on PostgreSQL, executemany on SQLite. For making data, never for business.

Callers give the columns and the values of each row (moments by `moments()`, JSON as Python) and choose keys.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def encode(value: Any) -> str:
    """JSON as these tables hold it; what is text already has been encoded before."""
    return value if isinstance(value, str) else _ENCODER.encode(value)


def next_key(model: type[models.Model]) -> int:
    """The first free primary key; only one maker of data may run at a time."""
    highest: int | None = model._default_manager.aggregate(top=Max("pk"))["top"]
    return (highest or 0) + 1


class Table:
    """Writes rows of one model in a fixed order of columns."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = [model._meta.get_field(name) for name in names]
        quote = connection.ops.quote_name
        self.name = quote(model._meta.db_table)
        columns = [str(field.column) for field in fields]  # type: ignore[union-attr]
        self.columns = ", ".join(map(quote, columns))
        marks = ", ".join(["%s"] * len(columns))
        self.insert = f"INSERT INTO {self.name} ({self.columns}) VALUES ({marks})"  # noqa: S608 - our own names
        found = [(i, _converter(field)) for i, field in enumerate(fields)]
        self.converters = [(i, convert) for i, convert in found if convert is not None]

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add the rows, inside the caller's transaction."""
        ready = self._converted(rows) if self.converters else rows
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({self.columns}) FROM STDIN") as copy:
                    for row in ready:
                        copy.write_row(row)
            else:
                cursor.executemany(self.insert, ready)  # type: ignore[arg-type]

    def _converted(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        for row in rows:
            values = list(row)
            for place, convert in self.converters:
                if values[place] is not None:
                    values[place] = convert(values[place])
            yield values


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return encode
    return None


def moments() -> Callable[[datetime], Any]:
    """A function from a moment in UTC to what this database's rows hold, for use in many rows."""
    if connection.vendor == "postgresql":
        return _as_it_is
    if connection.timezone is not UTC:
        raise ValueError("moments are written in UTC")
    return _as_text


def _as_it_is(value: datetime) -> datetime:
    return value


def _as_text(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat(" ")


@contextmanager
def hurried() -> Iterator[None]:
    """Do not wait for the disk at each commit: what is made can be made again after a power cut.

    Nor keep a list of statements, as debugging would: memory stays flat and a tenth of the time is saved. Nor
    look for cycles of garbage every 700 objects.
    """
    if connection.in_atomic_block:  # a setting of the connection cannot change inside a transaction
        yield
        return
    debug, settings.DEBUG = settings.DEBUG, False
    sqlite = connection.vendor == "sqlite"
    # Building the indexes of a million rows takes longer than a page may.
    loose = (
        ["PRAGMA synchronous=OFF"]
        if sqlite
        else ["SET synchronous_commit TO off", "SET statement_timeout TO 0"]
    )
    tight = (
        ["PRAGMA synchronous=NORMAL"] if sqlite else ["RESET synchronous_commit", "RESET statement_timeout"]
    )
    _execute(loose)
    often = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()
        settings.DEBUG = debug
        _execute(tight)


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def without_indexes(*tables: type[models.Model]) -> Iterator[None]:
    """Take the tables' indexes away and build them again at the end: faster than to tend them row by row.

    Those of constraints stay. For loads so large that a broken-off one is thrown away anyway.
    """
    names = [table._meta.db_table for table in tables]
    if connection.vendor == "postgresql":
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
            "AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        arguments: list[Any] = [names]
    else:
        marks = ", ".join(["%s"] * len(names))
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        query += f"AND tbl_name IN ({marks})"
        arguments = names
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, statement in found:
                cursor.execute(statement)


def settle_keys(*tables: type[models.Model]) -> None:
    """Let the database count on from the keys chosen for it, and learn what the tables look like."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
