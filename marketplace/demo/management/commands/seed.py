"""`manage.py seed`: make the demo's data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.demo.making.reset import empty_database
from marketplace.demo.seeding import RICH_LISTINGS, Wish, seed_all


class Command(BaseCommand):
    help = (
        "Make the demo: clusters, factories, listings, people, months of trade; the same for the same seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--listings", type=int, default=RICH_LISTINGS, help="up to 1,000,000")
        parser.add_argument("--without-history", action="store_true", help="no orders, invoices and payments")
        parser.add_argument(
            "--reset", action="store_true", help="empty the database first; everything in it is lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reset"]:
            empty_database()
        wish = Wish(
            seed=options["seed"], listings=options["listings"], history=not options["without_history"]
        )
        seed_all(wish, self.stdout.write)
