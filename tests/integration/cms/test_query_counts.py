"""The number of queries of a page does not grow with rows, shelves or clusters."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from clusters.models import Cluster
from clusters.queries import forget_cluster_lines
from cms.blocks.portal import PortalBlocks
from cms.pages.portal import PortalPage
from cms.seeding import PictureFile, Tale, Voice, Words, Year
from marketplace.catalog.actions import tell_listings_changed
from marketplace.catalog.models import Listing
from tests.factories.catalog import make_category, make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.pages import make_portal, shelf, show_blocks

pytestmark = pytest.mark.django_db

# With all cards kept from an earlier reader, and after every listing has changed.
PORTAL_KEPT, PORTAL_FRESH = 8, 11
HOME_KEPT, HOME_FRESH = 4, 7


def count(client: Client, path: str) -> int:
    """Queries of one request, by a process that has served the page before."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def change_everything() -> None:
    """Every listing gets a new version, as after a change of its price."""
    with transaction.atomic():
        tell_listings_changed(Listing.objects.values_list("pk", flat=True))


@pytest.fixture
def picture(tmp_path: Path) -> PictureFile:
    path = tmp_path / "town.png"
    Image.new("RGB", (640, 360), "#888").save(path)
    return PictureFile(path, Words("镇上", "The town"))


def fill(cluster: Cluster, rows: int) -> None:
    category = make_category()
    factories = [make_factory(cluster=cluster) for _ in range(min(rows, 24))]
    for factory in factories:
        make_certificate(factory)
    for number in range(rows):
        make_listing(
            factory=factories[number % len(factories)],
            category=category,
            ship_guarantee="24h",
            colors=("black",),
            sizes=("M",),
        )


def full_portal(rows: int, picture: PictureFile) -> Cluster:
    """A portal with every kind of block and `rows` listings."""
    cluster = make_cluster()
    fill(cluster, rows)
    tale = Tale(Words("故事", "Story"), (Words("话", "words"),), picture)
    page = make_portal(
        cluster,
        picture=picture,
        origin=tale,
        timeline=(Year("1", Words("一", "one")), Year("2", Words("二", "two"))),
        figures=((Words("一", "1"), Words("个", "one")),) * 2,
        figures_source=Words("数", "count"),
        voice=Voice(Words("话", "words"), Words("谁", "who")),
        gallery=((picture, Words()), (picture, Words("说明", "caption"))),
        faq=((Words("问", "q"), Words("答", "a")),),
        stories=(tale,),
    )
    picked = list(cluster.listings.values_list("pk", flat=True)[:5])
    extra = [shelf("price_at", quantity=120), shelf("newest", count=24), shelf("picked", listings=picked)]
    show_blocks(page, *[(child["type"], child["value"]) for child in page.body.raw_data], *extra)
    return cluster


@pytest.mark.parametrize("rows", [1, 24, 100])
def test_a_portal_of_any_size_costs_the_same(client: Client, rows: int, picture: PictureFile) -> None:
    cluster = full_portal(rows, picture)
    assert {
        child.block_type
        for child in PortalPage.objects.get(slug=cluster.code, locale__language_code="en").body
    } == set(PortalBlocks().child_blocks), "a block that is not on the page is not counted"
    for path in (f"/{cluster.code}/", f"/en/{cluster.code}/"):
        client.get(path)
        assert count(client, path) == PORTAL_KEPT
        change_everything()
        assert count(client, path) == PORTAL_FRESH


@pytest.mark.parametrize("clusters", [1, 200])
def test_home_costs_the_same_for_any_number_of_clusters(client: Client, clusters: int) -> None:
    cluster = make_cluster()
    fill(cluster, 3)
    make_portal(cluster)
    Cluster.objects.bulk_create(
        [
            Cluster(
                code=f"more-{n}",
                name_zh=f"镇{n}",
                name_en=f"Town {n}",
                region_zh="浙江",
                region_en="Zhejiang",
                focus_zh="袜子",
                focus_en="socks",
                latitude=Decimal(20 + n % 25),
                longitude=Decimal(100 + n % 20),
            )
            for n in range(clusters - 1)
        ]
    )
    forget_cluster_lines()
    client.get("/")
    assert count(client, "/") == HOME_KEPT
    change_everything()
    assert count(client, "/") == HOME_FRESH
