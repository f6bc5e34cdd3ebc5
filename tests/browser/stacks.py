"""Stacks for walks: the demo's data, and what it costs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.places import migrated
from tests.support.stack import ROOT, Stack

LISTINGS = "600"
_ASK = """
import json
from marketplace.catalog.models import Listing
from marketplace.accounts.models import User
seller = User.objects.get(email="supplier@chandi.test").memberships.get().company.supplier
rows = Listing.objects.filter(supplier=seller, state="published", cluster__code="zhuji-socks")
listing = rows.prefetch_related("variants", "tiers").order_by("pk")[0]
variant = sorted(listing.variants.all(), key=lambda v: -v.stock_on_hand)[0]
print(json.dumps({
    "listing": listing.public_id, "variant": variant.public_id,
    "moq": listing.moq, "multiple": listing.multiple,
    "ladder": [[t.min_qty, t.unit_price] for t in listing.tiers.all() if t.variant_id is None],
    "vat_bp": listing.vat_rate_bp, "freight_flat": seller.freight_flat, "free_over": seller.freight_free_over,
    "order_minimum": seller.order_minimum, "zh": seller.name_zh, "en": seller.name_en,
}))
"""


def run(stack: Stack, *argv: str) -> str:
    """A management command in the stack's environment; its output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *argv], cwd=ROOT, env=stack.environment(), check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"{argv[0]}:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def goods_of(stack: Stack) -> dict[str, Any]:
    """A listing of the demo supplier in Zhuji, and what it costs."""
    said = run(stack, "shell", "-v0", "-c", _ASK)
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


@contextmanager
def demo(folder: Path) -> Iterator[Stack]:
    """A running stack with the demo's data, on the parts this run of tests has."""
    with migrated(folder) as stack:
        run(stack, "seed", "--listings", LISTINGS)
        yield stack.start()
