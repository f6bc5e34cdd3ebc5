"""Once made the guards in their first shape; they are made whole at the end of 0003 and after every `migrate`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_books")]
    operations = []
