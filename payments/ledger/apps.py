from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "payments.ledger"
    label = "ledger"

    def ready(self) -> None:
        """The database's guards are put back after every `migrate`."""
        from .guards import after_migrate

        post_migrate.connect(after_migrate, sender=self)
