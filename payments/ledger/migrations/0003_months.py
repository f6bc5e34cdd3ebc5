"""Months of the books that are closed, and why a transaction may still enter one that is being closed."""

from django.db import migrations, models

from payments.ledger.guards import install, lift


def lift_guards(apps, schema_editor):
    lift(schema_editor.connection)


def make_guards(apps, schema_editor):
    install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_guards'),
    ]

    operations = [
        migrations.RunPython(lift_guards, migrations.RunPython.noop),
        migrations.CreateModel(
            name='LedgerPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(unique=True)),
                ('state', models.CharField(choices=[('soft_closed', 'Closed for all but finance'), ('closed', 'Closed for good')], max_length=12)),
                ('soft_closed_at', models.DateTimeField()),
                ('soft_closed_by_id', models.BigIntegerField(null=True)),
                ('soft_closed_by_label', models.CharField(max_length=254)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by_id', models.BigIntegerField(null=True)),
                ('closed_by_label', models.CharField(blank=True, max_length=254)),
                ('entries', models.PositiveBigIntegerField(default=0)),
                ('totals', models.JSONField(default=dict)),
                ('head', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'db_table': 'ledger_period',
            },
        ),
        migrations.AddField(
            model_name='ledgertx',
            name='late_reason',
            field=models.CharField(blank=True, default='', max_length=300),
        ),
        migrations.RunPython(make_guards, migrations.RunPython.noop),
    ]
