"""Make the peer's tables and pages: `python -m wagtail_stock.populate`."""

from io import BytesIO
from typing import Any

import django

_SENTENCE = "The town has knitted socks since the seventies, and every lane hums with machines. "


def _paragraph(link: int | None) -> str:
    """Rich text as the editor stores it; `link` is the id of a page it leads to."""
    more = f'<a linktype="page" id="{link}">Read how it began</a>.' if link else "Read how it began."
    return f"<p>{_SENTENCE * 4}<b>Thread by thread.</b> {more}</p>"


def _body(images: list[Any], link: int | None) -> list[tuple[str, Any]]:
    """Four parts of a heading, three paragraphs and a quote; six image cards; a table of 12 by 5."""
    body: list[tuple[str, Any]] = []
    for i in range(4):
        body.append(("heading", f"Part {i}"))
        body += [("paragraph", _paragraph(link)) for _ in range(3)]
        body.append(("quote", "Thread by thread."))
    for i, image in enumerate(images):
        card = {"image": image, "title": f"Combed cotton crew socks {i}", "price": "¥2.45 / pair"}
        body.append(("card", {**card, "minimum": "from 300 pairs"}))
    body.append(("table", {"rows": [[f"{row}.{column}" for column in range(5)] for row in range(12)]}))
    return body


def main() -> None:
    """Make a home page and two pages below it: one whose paragraphs link to a page, one whose do not."""
    django.setup()
    from django.apps import apps
    from django.core.files.images import ImageFile
    from django.core.management import call_command
    from PIL import Image as Picture
    from wagtail.images.models import Image
    from wagtail.models import Page, Site
    from wagtail.rich_text import RichText

    call_command("migrate", verbosity=0)
    page_model = apps.get_model("wagtail_stock", "StockPage")
    images = []
    for i in range(6):
        data = BytesIO()
        Picture.new("RGB", (640, 640), (8 * i, 120, 200 - 5 * i)).save(data, "JPEG")
        data.seek(0)
        images.append(Image.objects.create(title=f"Goods {i}", file=ImageFile(data, name=f"goods{i}.jpg")))

    def page(title: str, slug: str, link: int | None) -> Any:
        body = _body(images, link)
        return page_model(
            title=title, slug=slug, body=[(k, RichText(v) if k == "paragraph" else v) for k, v in body]
        )

    root = Page.objects.get(depth=1)
    for child in root.get_children():
        child.delete()
    home = root.add_child(instance=page("Home", "home", None))
    Site.objects.update_or_create(
        hostname="localhost", defaults={"root_page": home, "is_default_site": True, "port": 80}
    )
    home.add_child(instance=page("With links", "linked", home.pk))
    home.add_child(instance=page("Without links", "plain", None))


if __name__ == "__main__":
    main()
