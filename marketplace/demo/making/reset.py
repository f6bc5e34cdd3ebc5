"""Starting from nothing: the database is thrown away and migrated anew. Only where debugging is on."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection


def empty_database() -> None:
    """Lose everything in the database. Raises CommandError on an installation that is not a demo."""
    if not settings.DEBUG:
        raise CommandError("--reset throws the database away; it works only with CHANDI_DEBUG on.")
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        # The books refuse deletion by triggers, so the tables go with their schema.
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
    call_command("migrate", verbosity=0)
