"""Fill the shop: 10,000 products in 48 categories with a picture, a price and stock; and a buyer.

Run inside the peer's own environment: `python -m oscar_shop.populate 10000`.
"""

import sys
from decimal import Decimal
from pathlib import Path

import django


def main(count: int) -> None:
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oscar.core.loading import get_model
    from PIL import Image

    call_command("migrate", verbosity=0)
    product_model, category_model = get_model("catalogue", "Product"), get_model("catalogue", "Category")
    if product_model.objects.count() >= count:
        return
    class_model, record_model = get_model("catalogue", "ProductClass"), get_model("partner", "StockRecord")
    image_model = get_model("catalogue", "ProductImage")
    partner = get_model("partner", "Partner").objects.create(name="Factory", code="f")
    kind = class_model.objects.create(name="Goods", requires_shipping=True, track_stock=True)
    categories = []
    for i in range(6):
        root = category_model.add_root(name=f"Range {i}", slug=f"range-{i}")
        categories += [root.add_child(name=f"Kind {i}-{j}", slug=f"kind-{i}-{j}") for j in range(7)]
    folder = Path(settings.MEDIA_ROOT) / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(20):
        Image.new("RGB", (640, 640), (10 * i, 120, 200 - 5 * i)).save(folder / f"p{i}.jpg")
    products = [
        product_model(
            structure="standalone",
            title=f"Combed cotton crew socks no. {i}",
            slug=f"socks-{i}",
            upc=f"U{i:07d}",
            product_class=kind,
            description="Breathable socks for every day, knitted with 200 needles. " * 6,
        )
        for i in range(count)
    ]
    product_model.objects.bulk_create(products, batch_size=500)
    products = list(product_model.objects.order_by("pk"))
    record_model.objects.bulk_create(
        [
            record_model(
                product=p, partner=partner, partner_sku=f"S{i}", price_currency="GBP",
                price=Decimal("2.45") + Decimal(i % 900) / 100, num_in_stock=1_000_000,
            )
            for i, p in enumerate(products)
        ],
        batch_size=500,
    )  # fmt: skip
    image_model.objects.bulk_create(
        [
            image_model(product=p, original=f"images/p{i % 20}.jpg", display_order=0)
            for i, p in enumerate(products)
        ],
        batch_size=500,
    )
    link_model = product_model.categories.through
    link_model.objects.bulk_create(
        [link_model(product=p, category=categories[i % len(categories)]) for i, p in enumerate(products)],
        batch_size=500,
    )
    users = get_user_model()
    users.objects.create_user("buyer", "buyer@peer.test", "benchmark")
    country = get_model("address", "Country")
    country.objects.get_or_create(
        iso_3166_1_a2="GB",
        defaults={"name": "United Kingdom", "printable_name": "United Kingdom", "is_shipping_country": True},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
