"""`manage.py build_map`: write the ground of the map from its data; a test holds the file to the data."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.ui import maps

TARGET = Path(maps.__file__).parent / "static" / "ui" / "img" / "land.svg"


class Command(BaseCommand):
    help = "Write static/ui/img/land.svg from data/land.json."

    def handle(self, *args: Any, **options: Any) -> None:
        TARGET.write_text(maps.ground_svg(), encoding="utf-8")
        self.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes")
