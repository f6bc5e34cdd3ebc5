"""Reads whose SQL is written once and sent many times.

Django writes the SQL of a query anew each time it runs, which takes longer than PostgreSQL needs to answer
it; and PostgreSQL plans anew what it is sent as plain text. The few reads that stand on the busiest pages are
frozen: the queryset is compiled once per shape with marks where values will stand, and later runs only fill
the values in. On PostgreSQL they go out as prepared statements where DATABASES names a `prepare_threshold`.

    _of_factory = Frozen(lambda m: Certificate.objects.filter(factory=m.whole("factory")).order_by("pk"))
    _of_factory(factory=17)  # list of Certificate, or of tuples for a queryset of values_list

What the queryset is built from must not change between runs but for the marks: no dates, no languages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import IntegerField, QuerySet
from django.db.models.query import get_related_populators

# Lists of keys are filled up to one of these lengths with their last key, so that few shapes exist.
_LENGTHS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100, 150, 200, 300, 500, 1000, 2000)
# Marks are values no caller sends; whole numbers must fit the smallest column they are compared with.
_WHOLE, _DAY, _MOMENT = 30_001, dt.date(1, 2, 3), dt.datetime(1, 2, 3, tzinfo=dt.UTC)

_KEPT = "cursor of frozen reads"

Slot = tuple[str, int, Callable[[Any], Any]]


class Marks:
    """Handed to the builder of a queryset: stands where values of these names will be filled in."""

    def __init__(self, lengths: dict[str, int]) -> None:
        self._lengths = lengths
        self._count = 0
        # what stands in the compiled parameters for a mark -> name, place in its list, how values are adapted
        self.slots: dict[Any, Slot] = {}

    def _mark(self, name: str, place: int, value: Any, adapt: Callable[[Any], Any]) -> Any:
        self._count += 1
        self.slots[adapt(value)] = (name, place, adapt)
        return value

    def whole(self, name: str) -> int:
        """A whole number."""
        return int(self._mark(name, 0, _WHOLE + self._count, int))

    def wholes(self, name: str) -> list[int]:
        """Whole numbers for `__in`; an empty list must not be sent."""
        return [
            int(self._mark(name, place, _WHOLE + self._count, int)) for place in range(self._lengths[name])
        ]

    def text(self, name: str) -> str:
        """A text."""
        return str(self._mark(name, 0, f"\N{INVERTED EXCLAMATION MARK}mark {self._count}", str))

    def start(self, name: str) -> str:
        """A text for `__startswith`."""
        value = f"\N{INVERTED EXCLAMATION MARK}mark {self._count}"
        return str(self._mark(name, 0, value, lambda text: connection.ops.prep_for_like_query(text) + "%"))

    def uuid(self, name: str) -> UUID:
        """A UUID."""
        native = connection.features.has_native_uuid_field
        value = UUID(int=_WHOLE + self._count)
        self._mark(name, 0, value, lambda key: key if native else key.hex)
        return value

    def day(self, name: str) -> dt.date:
        """A date."""
        value = _DAY + dt.timedelta(days=self._count)
        self._mark(name, 0, value, connection.ops.adapt_datefield_value)
        return value

    def moment(self, name: str) -> dt.datetime:
        """A date and time with its zone."""
        value = _MOMENT + dt.timedelta(days=self._count)
        self._mark(name, 0, value, connection.ops.adapt_datetimefield_value)
        return value


class _Plan:
    """One compiled shape of a queryset."""

    def __init__(self, rows: QuerySet[Any, Any], marks: Marks) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self.sql = sql
        self._params = [self._filler(param, marks) for param in params]
        found = {slot[0] for slot, _value in self._params if slot is not None}
        lost = {slot[0] for slot in marks.slots.values()} - found
        if lost:
            raise ValueError(f"Marks that the compiled query does not hold: {sorted(lost)}")
        expressions = [entry[0] for entry in compiler.select[: compiler.col_count]]
        self._compiler = compiler
        self._converters = {
            place: found
            for place, found in compiler.get_converters(expressions).items()
            if not _comes_right(found[1])
        }
        self._make = self._maker(rows, compiler)

    @staticmethod
    def _filler(param: Any, marks: Marks) -> tuple[Slot | None, Any]:
        """For a mark its slot and the type the driver was given, for anything else the value itself."""
        slot = marks.slots.get(param) if isinstance(param, (int, str, dt.date, UUID)) else None
        return (slot, type(param)) if slot else (None, param)

    @staticmethod
    def _maker(rows: Any, compiler: Any) -> Callable[[Any], Any] | None:
        """What turns a row into an object; None where rows are wanted as they are."""
        info = compiler.klass_info
        if info is None or rows._fields is not None:
            return None
        model, fields = info["model"], info["select_fields"]
        start, stop = fields[0], fields[-1] + 1
        names = [entry[0].target.attname for entry in compiler.select[start:stop]]
        make_populators: Any = get_related_populators
        populators = make_populators(info, compiler.select, connection.alias)
        extras = list(compiler.annotation_col_map.items())

        def make(row: Any) -> Any:
            made = model.from_db(connection.alias, names, row[start:stop])
            for populator in populators:
                populator.populate(row, made)
            for name, place in extras:
                setattr(made, name, row[place])
            return made

        return make

    def run(self, values: dict[str, Any]) -> list[Any]:
        """Send it with these values; lists are already as long as the shape."""
        params = []
        for slot, kind in self._params:
            if slot is None:
                params.append(kind)
                continue
            name, place, adapt = slot
            value = values[name]
            adapted = adapt(value[place] if isinstance(value, list) else value)
            # The driver's own whole numbers carry the column's width.
            params.append(kind(adapted) if isinstance(adapted, int) else adapted)
        cursor = prepared_cursor()
        cursor.execute(self.sql, params)
        rows: Any = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        if self._make is None:
            return [tuple(row) for row in rows]
        return [self._make(row) for row in rows]


def _comes_right(expression: Any) -> bool:
    """Whether the driver already gives what the converters of an expression would make: whole numbers do."""
    return connection.vendor == "postgresql" and isinstance(expression.output_field, IntegerField)


def prepared_cursor() -> Any:
    """A cursor; on PostgreSQL, where prepared statements are wanted, one that binds values on the server."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None or connection.queries_logged:
        return connection.cursor()  # a log of queries shows them with their values, as text
    # One cursor serves all frozen reads of a connection: each takes its rows before the next begins.
    kept = raw.__dict__.get(_KEPT)
    if kept is None or kept.closed:
        driver: Any = connection.Database  # type: ignore[attr-defined]
        kept = raw.__dict__[_KEPT] = driver.Cursor(raw)
    return connection._prepare_cursor(kept)  # type: ignore[attr-defined]


class Frozen:
    """A read compiled once per shape. Thread-safe: two threads may at worst compile the same shape."""

    def __init__(self, build: Callable[[Marks], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Rows for these values, in the queryset's order; one query. None is no value: freeze two reads."""
        filled = {name: _filled(value) if _is_list(value) else value for name, value in values.items()}
        lengths = {name: len(value) for name, value in filled.items() if isinstance(value, list)}
        key = (connection.vendor, *lengths.values())
        plan = self._plans.get(key)
        if plan is None:
            marks = Marks(lengths)
            plan = self._plans[key] = _Plan(self._build(marks), marks)
        return plan.run(filled)


def attach(owner: Any, accessor: str, rows: list[Any]) -> None:
    """Give `owner` the rows of a reverse relation, as `prefetch_related` would."""
    relation = owner._meta.get_field(accessor)
    back = relation.remote_field
    for row in rows:
        back.set_cached_value(row, owner)
    kept: Any = QuerySet(relation.related_model)
    kept._result_cache, kept._prefetch_done = rows, True
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}
    owner._prefetched_objects_cache[accessor] = kept


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _filled(keys: Sequence[Any]) -> list[Any]:
    """The keys and their last one again until a common length."""
    count = len(keys)
    target = next((length for length in _LENGTHS if length >= count), count)
    return [*keys, *[keys[-1]] * (target - count)]
