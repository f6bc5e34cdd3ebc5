"""In our own environment: write listings in bulk, and some of the same kind through Django's `bulk_create`.

`python -m benchmarks._seeding LISTINGS`, on a migrated and empty database; prints one JSON object of listings
per second of wall time and of this process's CPU time.
"""

import json
import sys
import time
from typing import Any

import django

_AGAIN = 5_000


class _Watch:
    """Wall and CPU seconds since it was made."""

    def __init__(self) -> None:
        self.wall, self.busy = time.perf_counter(), time.process_time()

    def rate(self, rows: int) -> dict[str, float]:
        return {
            "wall": rows / (time.perf_counter() - self.wall),
            "cpu": rows / (time.process_time() - self.busy),
        }


def _through_models() -> dict[str, float]:
    """Write the newest listings once more as new ones, all rows ready beforehand; nothing stays."""
    from django.db import transaction

    from marketplace.catalog.models import Listing, ListingImage, PriceTier, Variant
    from marketplace.core import ids

    found = Listing.objects.order_by("-pk").prefetch_related("variants", "tiers", "images")[:_AGAIN]
    parts: dict[Any, list[Any]] = {Variant: [], PriceTier: [], ListingImage: []}
    for listing in found:
        for model, rows in zip(parts, (listing.variants, listing.tiers, listing.images), strict=True):
            parts[model] += list(rows.all())
    for row in (*found, *parts[Variant]):
        row.public_id = ids.new_public_id()
    for variant in parts[Variant]:
        variant.sku = variant.public_id
    for listing in found:
        listing.pk = None
    with transaction.atomic():
        watch = _Watch()
        Listing.objects.bulk_create(found, batch_size=1000)
        for model, rows in parts.items():
            for row in rows:
                row.pk, row.listing_id = None, row.listing.pk
            model.objects.bulk_create(rows, batch_size=1000)
        rate = watch.rate(len(found))
        transaction.set_rollback(True)
    return rate


def main(listings: int) -> None:
    """Towns, factories and people first, not counted; then the two ways."""
    django.setup()
    from marketplace.demo.making import bulk, stock
    from marketplace.demo.seeding import RICH_LISTINGS, Wish, make_base

    make_base(Wish())
    watch = _Watch()
    added = stock.write_listings(7, listings, rich=RICH_LISTINGS)
    ours = watch.rate(added)
    with bulk.hurried():
        models = _through_models()
    print(json.dumps({"ours": ours, "models": models}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
