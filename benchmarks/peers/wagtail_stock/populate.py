"""Make the peer's tables and pages: `python -m wagtail_stock.populate`."""

from io import BytesIO

import django


def _body(images: list, cards: int) -> list:
    body: list = []
    text = (
        "<p>"
        + "The town has knitted socks since the seventies, and every lane hums with machines. " * 4
        + "</p>"
    )
    for i in range(4):
        body += [
            ("heading", f"Part {i}"),
            *[("paragraph", text) for _ in range(3)],
            ("quote", "Thread by thread."),
        ]
    body.append(
        (
            "cards",
            [
                {
                    "image": images[i % len(images)],
                    "title": f"Combed cotton crew socks {i}",
                    "price": "¥2.45 / pair",
                    "minimum": "from 300 pairs",
                }
                for i in range(cards)
            ],
        )
    )
    body.append(("table", {"rows": [[f"{r}.{c}" for c in range(5)] for r in range(12)]}))
    return body


def main() -> None:
    django.setup()
    from django.apps import apps
    from django.core.files.images import ImageFile
    from django.core.management import call_command
    from PIL import Image as Picture
    from wagtail.images.models import Image
    from wagtail.models import Page, Site

    call_command("migrate", verbosity=0)
    page_model = apps.get_model("wagtail_stock", "StockPage")
    images = []
    for i in range(24):
        data = BytesIO()
        Picture.new("RGB", (640, 640), (8 * i, 120, 200 - 5 * i)).save(data, "JPEG")
        data.seek(0)
        images.append(Image.objects.create(title=f"Goods {i}", file=ImageFile(data, name=f"goods{i}.jpg")))
    root = Page.objects.get(depth=1)
    for child in root.get_children():
        child.delete()
    home = root.add_child(instance=page_model(title="Home", slug="home", body=_body(images, 6)))
    Site.objects.update_or_create(
        hostname="localhost", defaults={"root_page": home, "is_default_site": True, "port": 80}
    )
    home.add_child(instance=page_model(title="Six cards", slug="six", body=_body(images, 6)))
    home.add_child(
        instance=page_model(title="As many cards as the portal", slug="twenty-four", body=_body(images, 24))
    )


if __name__ == "__main__":
    main()
