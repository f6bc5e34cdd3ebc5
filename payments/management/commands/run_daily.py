"""`manage.py run_daily [--until 2026-03-05]`: the daily round, with every date it missed."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from payments.actions.daily import cancel_unpaid_groups, run_daily


class Command(BaseCommand):
    """Late fees, holds, reminders, payouts, expired authorisations: once per date."""

    help = "Run the daily jobs of payments for every date not done yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until", type=date.fromisoformat, default=None, help="last date, YYYY-MM-DD (today)"
        )

    def handle(self, *args: Any, until: date | None, **options: Any) -> None:
        for name, times in run_daily(until=until).items():
            self.stdout.write(f"{name}: {times}")
        self.stdout.write(f"unpaid orders cancelled: {cancel_unpaid_groups()}")
