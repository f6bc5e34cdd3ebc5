"""The database's own guards: append-only and balanced by trigger, and the posting function on PostgreSQL."""

from django.db import migrations

from payments.ledger.guards import install


def make_guards(apps, schema_editor):
    install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_books")]
    operations = [migrations.RunPython(make_guards, migrations.RunPython.noop)]
