"""Look at the pictures of goods for searching by picture."""

from typing import Any

from django.core.management.base import BaseCommand

from search.pictures.actions import describe_missing


class Command(BaseCommand):
    help = "Look at first pictures of listings on sale not looked at yet; the worker indexes what is new."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{describe_missing():,} pictures looked at")
