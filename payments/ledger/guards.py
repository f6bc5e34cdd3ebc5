"""Puts the database's own guards in place: from the migration, and again after every `migrate`.

SQLite drops a table's triggers when a later migration rebuilds the table; running the file again brings them
back.
"""

import re
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_FOLDER = Path(__file__).parent / "sql"


def _statements(text: str) -> list[str]:
    """The file's statements for SQLite, whose triggers end with `END;`."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [f"{part.strip()} END" for part in "\n".join(lines).split("END;") if part.strip()]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make triggers and functions of the connection's database; harmless when they are there."""
    text = (_FOLDER / f"{connection.vendor}.sql").read_text()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(text)
        else:
            for statement in _statements(text):
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers where a migration is about to rebuild a table they name: SQLite refuses it otherwise.

    PostgreSQL changes tables in place and keeps them.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'ledger_*'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that the files make and the database does not have."""
    text = (_FOLDER / f"{connection.vendor}.sql").read_text()
    wanted = set(re.findall(r"CREATE (?:CONSTRAINT )?TRIGGER (?:IF NOT EXISTS )?(\w+)", text))
    asked = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    return sorted(wanted - found)


def after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receiver of Django's post_migrate."""
    connection = connections[using]
    if "ledger_period" in connection.introspection.table_names():
        install(connection)
