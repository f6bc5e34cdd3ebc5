"""`manage.py verify`: every invariant of money, with the ids that break it; exit code 1 when any does."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from payments.queries.verification import verify


class Command(BaseCommand):
    """Runs nightly too; prints one line per invariant."""

    help = "Prove the books, credit lines, orders and outbox; print 0 or the offending ids."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for name, ids in verify().items():
            broken += len(ids)
            self.stdout.write(f"{name}: {' '.join(ids) if ids else 0}")
        if broken:
            sys.exit(1)
