"""Fill the shop: 10,000 products in 48 categories with a picture, a price and stock; and a buyer.

Run inside the peer's own environment: `python -m oscar_shop.populate 10000`.
"""

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

_BATCH = 500


def _pictures(media: Path) -> None:
    """Twenty pictures that all products share."""
    from PIL import Image

    folder = media / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(20):
        Image.new("RGB", (640, 640), (10 * i, 120, 200 - 5 * i)).save(folder / f"p{i}.jpg")


def _categories(model: Any) -> list[Any]:
    """The 42 categories below six roots."""
    below = []
    for i in range(6):
        root = model.add_root(name=f"Range {i}", slug=f"range-{i}")
        below += [root.add_child(name=f"Kind {i}-{j}", slug=f"kind-{i}-{j}") for j in range(7)]
    return below


def _products(get_model: Any, count: int) -> list[Any]:
    """The products, all of one class."""
    model = get_model("catalogue", "Product")
    kind = get_model("catalogue", "ProductClass").objects.create(
        name="Goods", requires_shipping=True, track_stock=True
    )
    text = "Breathable socks for every day, knitted with 200 needles. " * 6
    rows = [
        model(
            structure="standalone", title=f"Combed cotton crew socks no. {i}", slug=f"socks-{i}",
            upc=f"U{i:07d}", product_class=kind, description=text,
        )
        for i in range(count)
    ]  # fmt: skip
    model.objects.bulk_create(rows, batch_size=_BATCH)
    return list(model.objects.order_by("pk"))


def _stock(get_model: Any, products: list[Any]) -> None:
    """A price and more pieces than anyone buys."""
    model = get_model("partner", "StockRecord")
    partner = get_model("partner", "Partner").objects.create(name="Factory", code="f")
    rows = [
        model(
            product=product, partner=partner, partner_sku=f"S{i}", price_currency="GBP",
            price=Decimal("2.45") + Decimal(i % 900) / 100, num_in_stock=1_000_000,
        )
        for i, product in enumerate(products)
    ]  # fmt: skip
    model.objects.bulk_create(rows, batch_size=_BATCH)


def _links(get_model: Any, products: list[Any]) -> None:
    """A picture and a category for each."""
    image, category = get_model("catalogue", "ProductImage"), get_model("catalogue", "Category")
    shown = [
        image(product=product, original=f"images/p{i % 20}.jpg", display_order=0)
        for i, product in enumerate(products)
    ]
    image.objects.bulk_create(shown, batch_size=_BATCH)
    link, below = get_model("catalogue", "Product").categories.through, _categories(category)
    placed = [link(product=product, category=below[i % len(below)]) for i, product in enumerate(products)]
    link.objects.bulk_create(placed, batch_size=_BATCH)


def main(count: int) -> None:
    """Make the tables and fill them."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oscar.core.loading import get_model

    call_command("migrate", verbosity=0)
    _pictures(Path(settings.MEDIA_ROOT))
    products = _products(get_model, count)
    _stock(get_model, products)
    _links(get_model, products)
    get_user_model().objects.create_user("buyer", "buyer@peer.test", "benchmark")
    get_model("address", "Country").objects.get_or_create(
        iso_3166_1_a2="GB",
        defaults={"name": "United Kingdom", "printable_name": "United Kingdom", "is_shipping_country": True},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
