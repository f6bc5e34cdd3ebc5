"""`manage.py verify_export books.csv`: is an export whole, and do the books still say the same?"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments.ledger.exporting import NotAnExport, check


class Command(BaseCommand):
    """Names every changed, missing or added entry; exit code 1 when there is one."""

    help = "Check an export of the ledger against its own hashes and against the books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8", newline="") as text:
                found = check(text)
        except (OSError, UnicodeDecodeError, NotAnExport) as error:
            raise CommandError(f"{file}: {error}") from error
        for words in found.wrong:
            self.stdout.write(words)
        self.stdout.write(f"{found.entries} entries, {len(found.wrong)} differences, last hash {found.head}")
        if found.wrong:
            sys.exit(1)
