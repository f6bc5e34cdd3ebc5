"""Puts the database's own guards in place: from the migration, and again after every `migrate`.

SQLite drops a table's triggers when a later migration rebuilds the table; running the file again brings them
back.
"""

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


def after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receiver of Django's post_migrate."""
    connection = connections[using]
    if "ledger_entry" in connection.introspection.table_names():
        install(connection)
