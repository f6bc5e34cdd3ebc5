"""Build a search index beside the live one and swap."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import indexing
from search.backends.interface import EngineError
from search.backends.serving import backends
from search.rebuilding import ensure_indexes, rebuild


class Command(BaseCommand):
    help = "Rebuild the search index of one engine or of all, beside the live one, while writes go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=["embedded", "elasticsearch"], help="only this engine")
        parser.add_argument("--fresh", action="store_true", help="do not go on with an unfinished rebuild")
        parser.add_argument(
            "--processes", type=int, default=1, help="how many prepare documents; one is this one itself"
        )
        parser.add_argument("--missing", action="store_true", help="only where there is no index yet")

    def handle(self, *args: Any, **options: Any) -> None:
        engines = [options["engine"]] if options["engine"] else list(backends())
        lacking = [engine for engine in engines if engine not in backends()]
        if lacking:
            raise CommandError(f"{lacking[0]} is not configured: no URL names it.")
        how: dict[str, Any] = {"progress": self._progress, "processes": options["processes"]}
        try:
            if options["missing"]:
                for index in ensure_indexes(engines, **how):
                    self._say(f"{index.engine}: {index.documents:,} listings")
                return
            for engine in engines:
                index = rebuild(engine, fresh=options["fresh"], **how)
                self._say(f"{engine}: {index.documents:,} listings in {index.name}, live")
        except (EngineError, indexing.Busy) as error:
            message = f"Not rebuilt: {error}. What was built so far is kept; run this again."
            raise CommandError(message) from error

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty():
            share = 100 * done // max(total, 1)
            self.stdout.write(f"\r{done:,} of {total:,} ({share} %)", ending="")
            self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stdout.write(f"\r{text}" if self.stdout.isatty() else text)
