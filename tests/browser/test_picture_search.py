"""Sending a photo from the search box and reading what looks like it: both languages, phone and desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from marketplace.catalog.models import Listing, ListingImage
from search import rebuilding
from search.backends import serving
from search.pictures.actions import describe_missing
from tests.factories.catalog import make_category, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.support.pictures import demo_file

from .support import look_at, visit

pytestmark = pytest.mark.django_db(transaction=True)
HATS = {
    "bucket-plain-navy": ("藏青渔夫帽", "Navy bucket hat"),
    "bucket-check-pink": ("粉格渔夫帽", "Pink check bucket hat"),
    "bucket-flowers-khaki": ("卡其花渔夫帽", "Khaki flower bucket hat"),
    "beret-plain-red": ("红色贝雷帽", "Red beret"),
    "wig-plain-black": ("黑色假发", "Black wig"),
}
WORDS = {
    "": ("以图搜货", "选择图片", "移除图片", "外观相似的商品", "无法识别"),
    "/en": (
        "Search by picture",
        "Choose a picture",
        "Remove the picture",
        "Goods that look like it",
        "no picture",
    ),
}


@pytest.fixture
def hats(settings: Settings, tmp_path: Path) -> Iterator[dict[str, Listing]]:
    """Hats and a wig on sale, looked at and indexed."""
    settings.DEBUG = True
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.SEARCH_LOG_DIR = tmp_path / "searchlog"
    settings.ELASTICSEARCH_URL = None
    serving.forget()
    kind = make_category(slug="hats", name_zh="帽子", name_en="Hats")
    town = make_cluster(code="qingdao-hats", name_zh="青岛帽业", name_en="Qingdao hats")
    factory = make_factory(cluster=town)
    made = {}
    for name, (zh, en) in HATS.items():
        made[name] = make_listing(factory=factory, category=kind, title_zh=zh, title_en=en)
        ListingImage.objects.filter(listing=made[name]).update(path=f"demo/goods/qingdao-hats/{name}")
    describe_missing(tell=False)
    rebuilding.rebuild("embedded")
    yield made
    serving.forget()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("prefix", WORDS, ids=["zh", "en"])
def test_a_photo_finds_what_looks_like_it(
    browser: Browser, live_server: LiveServer, hats: dict[str, Listing], prefix: str, width: int
) -> None:
    door, choose, remove, looks, refused = WORDS[prefix]
    name = f"{prefix.strip('/') or 'zh'}-{width}"
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg"}
    with visit(browser, width=width) as page:
        page.goto(f"{live_server.url}{prefix}/find/")
        page.get_by_role("search").get_by_role("link", name=door).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(door)
        look_at(page, f"picture/send-{name}")

        page.get_by_label(choose).set_input_files([{**photo, "buffer": b"no picture"}])
        expect(page.get_by_role("alert")).to_contain_text(refused)
        look_at(page, f"picture/refused-{name}")

        page.get_by_label(choose).set_input_files(
            [{**photo, "buffer": demo_file("demo/goods/qingdao-hats/bucket-plain-navy")}]
        )
        expect(page).to_have_url(re.compile(rf"{prefix}/find/[?]picture=[0-9a-z]{{13}}$"))
        cards = page.locator("#results .card")
        title = 1 if prefix else 0
        expect(cards.first).to_contain_text(HATS["bucket-plain-navy"][title])
        expect(page.locator("#results")).not_to_contain_text(HATS["wig-plain-black"][title])
        look_at(page, f"picture/results-{name}")

        page.get_by_role("link", name=remove).click()
        expect(page.locator("#results .card")).to_have_count(len(HATS))
        page.goto(f"{live_server.url}{prefix}/find/like/{hats['bucket-check-pink'].public_id}/")
        page.get_by_role("link", name=looks).click()
        expect(page.locator("#results .sought img")).to_be_visible()
        expect(page.locator("#results .card").first).to_contain_text(HATS["bucket-flowers-khaki"][title])
        look_at(page, f"picture/like-{name}")
