"""The test database: a copy of a migrated one, and back to that state after every test that commits.

Migrating takes most of a minute, copying milliseconds. Django's own way to clean up after a committing test
(delete all rows, then make permissions again) loses Wagtail's root page and languages, is refused by the
ledger's append-only guard, and takes a second; restoring the copy has none of that.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from tools import templates

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch_session: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Point Django at a fresh copy of the migrated database, and restore it after each test that commits."""
    with django_db_blocker.unblock():
        use = _use_sqlite if connection.vendor == "sqlite" else _use_postgres
        restore, finish = use()

    def restore_fixture(_: TransactionTestCase) -> None:
        restore()

    monkeypatch_session.setattr(TransactionTestCase, "_fixture_teardown", restore_fixture)
    yield
    with django_db_blocker.unblock():
        finish()


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    """`monkeypatch` for as long as the session."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _point_at(name: str) -> None:
    """Make every connection of this process open the database `name`."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _use_sqlite() -> tuple[Callable[[], None], Callable[[], None]]:
    template = templates.sqlite()
    copy = Path(settings.VAR) / "test.sqlite3"
    for old in copy.parent.glob("test.sqlite3*"):
        old.unlink()
    shutil.copyfile(template, copy)
    _point_at(str(copy))

    def restore() -> None:
        """Write the template's pages over the copy in one transaction; other processes may have it open."""
        connections.close_all()
        with sqlite3.connect(template) as source, sqlite3.connect(copy, timeout=20) as target:
            source.backup(target)
        source.close()
        target.close()

    return restore, connections.close_all


def _use_postgres() -> tuple[Callable[[], None], Callable[[], None]]:
    template = settings.TEST_DATABASE_TEMPLATE
    if not template:
        pytest.exit("On PostgreSQL run the tests by `python3 go.py test --services`.", returncode=2)
    name = f"test_{_WORKER}"
    served = str(settings.DATABASES["default"]["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    _point_at(name)
    first_rows = _read_rows()

    def finish() -> None:
        _point_at(served)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    return lambda: _write_rows(first_rows), finish


def _full_tables() -> list[str]:
    """The tables that have rows, asked in one query."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        asks = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(t), sql.Identifier(t))
            for t in tables
        ]
        cursor.execute(sql.SQL(" UNION ALL ").join(asks))
        return [row[0] for row in cursor.fetchall()]


def _read_rows() -> dict[str, bytes]:
    """Each filled table's rows in PostgreSQL's copy format."""
    rows = {}
    with connection.cursor() as cursor:
        for table in _full_tables():
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as out:
                rows[table] = b"".join(bytes(part) for part in out)
    return rows


def _write_rows(rows: dict[str, bytes]) -> None:
    """Empty every filled table and write `rows` back, past triggers and foreign keys; counters go on."""
    full = _full_tables()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL session_replication_role = replica")
        if full:
            names = sql.SQL(", ").join(map(sql.Identifier, full))
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for table, content in rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
                into.write(content)
        cursor.execute("COMMIT")
    connections.close_all()
