"""Compare the search indexes with the database and mend what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing
from search.backends.interface import EngineError
from search.backends.serving import backends


class Command(BaseCommand):
    help = "Report where search indexes differ from the database; write what differs unless --report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=["embedded", "elasticsearch"], help="only this engine")
        parser.add_argument("--report", action="store_true", help="change nothing; fail when there is drift")

    def handle(self, *args: Any, **options: Any) -> None:
        drifted = 0
        for engine in [options["engine"]] if options["engine"] else list(backends()):
            try:
                found = self._look(engine, mend=not options["report"])
            except EngineError as error:
                raise CommandError(f"{engine}: {error}") from error
            drifted += found.count
            parts = ", ".join(f"{name} {count:,}" for name, count in found.summary().items())
            self.stdout.write(f"{engine}: {parts}")
        self.stdout.write(f"waiting: {indexing.oldest_pending_seconds():.0f} s")
        if options["report"] and drifted:
            raise CommandError(f"{drifted} listings differ.")

    @staticmethod
    def _look(engine: str, *, mend: bool) -> indexing.Drift:
        if mend:
            return indexing.mend_drift(engine)
        return indexing.live_drift(engine)
