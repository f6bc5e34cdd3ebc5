"""`manage.py export_ledger 2026-01 2026-03 --format csv > books.csv`: the entries, chained by hash."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand

from payments.ledger.exporting import CSV, JSONL, export


def month(text: str) -> date:
    """The first day of a month written as 2026-01."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007
    except ValueError as error:
        raise ArgumentTypeError(f"not a month like 2026-01: {text}") from error


class Command(BaseCommand):
    """Writes to the standard output, piece by piece."""

    help = "Write the entries of some months, each with a hash over itself and the one before it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("first", type=month, help="first month, YYYY-MM")
        parser.add_argument("last", type=month, nargs="?", help="last month, YYYY-MM (the first)")
        parser.add_argument("--format", choices=(CSV, JSONL), default=CSV, dest="form")

    def handle(self, *args: Any, first: date, last: date | None, form: str, **options: Any) -> None:
        for piece in export(first, last or first, form):
            self.stdout.write(piece, ending="")
