"""Shelves answer with the goods, prices and order of this moment, and only with the cluster's own."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from clusters.models import Factory
from cms.blocks.goods import ShelfBlock
from cms.shelves import ShelfSpec, listings_on
from marketplace.catalog.actions import pause_listing, set_ladder
from marketplace.catalog.rules import Tier
from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from tests.factories.catalog import make_certificate, make_listing
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.pages import make_portal, shelf, show_blocks

pytestmark = pytest.mark.django_db


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_new_price_shows_at_once(client: Client) -> None:
    cluster = make_cluster()
    listing = make_listing(cluster=cluster, ladder=((120, 300), (1200, 245)))
    show_blocks(make_portal(cluster), shelf("newest"))
    assert "¥3.00" in body(client, f"/{cluster.code}/")

    set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 333), Tier(1200, 299)], reason="yarn")
    shown = body(client, f"/{cluster.code}/")
    assert "¥3.33" in shown
    assert "¥3.00" not in shown


def test_what_is_withdrawn_vanishes_even_when_picked_by_hand(client: Client) -> None:
    cluster = make_cluster()
    kept, gone = make_listing(cluster=cluster), make_listing(cluster=cluster)
    show_blocks(make_portal(cluster), shelf("picked", listings=[gone.pk, kept.pk]))
    assert gone.title_zh in body(client, f"/{cluster.code}/")

    pause_listing(acting_user=SYSTEM, listing=gone, reason="out of yarn")
    shown = body(client, f"/{cluster.code}/")
    assert gone.title_zh not in shown
    assert kept.title_zh in shown


def test_another_clusters_goods_never_show(client: Client) -> None:
    cluster, other = make_cluster(), make_cluster()
    own, foreign = make_listing(cluster=cluster), make_listing(cluster=other)
    page = make_portal(cluster)
    kinds = ("newest", "best_selling", "ships_48h")
    show_blocks(page, *[shelf(kind) for kind in kinds], shelf("price_at", quantity=120))
    # Put the foreign listing into the stored page behind the editor's back.
    page.body = [
        *page.body.raw_data,
        {"type": "shelf", "value": shelf("picked", listings=[foreign.pk])[1], "id": "x"},
    ]
    type(page).objects.filter(pk=page.pk).update(body=page.body)
    shown = body(client, f"/{cluster.code}/")
    assert own.title_zh in shown
    assert foreign.title_zh not in shown
    assert foreign.public_id not in shown


def test_a_page_with_another_clusters_listing_is_refused() -> None:
    cluster, foreign = make_cluster(), make_listing(cluster=make_cluster())
    page = make_portal(cluster)
    before = page.body.raw_data[:]
    with pytest.raises(ValidationError) as refusal:
        show_blocks(page, shelf("picked", listings=[foreign.pk]))
    assert "body" in refusal.value.message_dict
    assert list(type(page).objects.get(pk=page.pk).body.raw_data) == before


def test_each_shelf_keeps_its_own_order() -> None:
    cluster, now = make_cluster(), clock.now()
    old_seller = make_listing(
        cluster=cluster, sold_30d=90, published_at=now - timedelta(days=9), ladder=((10, 900),)
    )
    newest = make_listing(cluster=cluster, sold_30d=5, published_at=now, ladder=((10, 100), (500, 90)))
    steep = make_listing(
        cluster=cluster,
        sold_30d=10,
        published_at=now - timedelta(days=3),
        ladder=((10, 500), (500, 50)),
        ship_guarantee="24h",
    )
    slow = make_listing(
        cluster=cluster,
        sold_30d=99,
        published_at=now - timedelta(days=20),
        ladder=((1000, 10),),
        ship_guarantee="48h",
        is_made_to_order=True,
    )
    specs = {
        "newest": ShelfSpec("newest"),
        "best": ShelfSpec("best_selling", count=2),
        "soon": ShelfSpec("ships_48h"),
        "few": ShelfSpec("price_at", quantity=20),
        "many": ShelfSpec("price_at", quantity=600),
        "cheap": ShelfSpec("price_at", quantity=600, max_price=60),
        "picked": ShelfSpec("picked", picked=(steep.pk, old_seller.pk)),
    }
    found = listings_on(specs.values(), cluster_id=cluster.pk)
    rows = {name: [place.pk for place in found[spec]] for name, spec in specs.items()}
    assert rows == {
        "newest": [newest.pk, steep.pk, old_seller.pk, slow.pk],
        "best": [slow.pk, old_seller.pk],
        "soon": [steep.pk],
        "few": [newest.pk, steep.pk, old_seller.pk],
        "many": [steep.pk, newest.pk, old_seller.pk],
        "cheap": [steep.pk],
        "picked": [steep.pk, old_seller.pk],
    }


def test_prices_are_shown_at_the_shelfs_quantity(client: Client) -> None:
    cluster = make_cluster()
    make_listing(cluster=cluster, ladder=((120, 300), (1200, 245)))
    show_blocks(make_portal(cluster), shelf("newest", quantity=2000))
    shown = body(client, f"/{cluster.code}/")
    assert "¥2.45" in shown
    assert "¥3.00" not in shown


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"kind": "picked", "listings": []}, "listings"),
        ({"kind": "price_at", "quantity": None}, "quantity"),
        ({"kind": "newest", "count": 25}, "count"),
        ({"kind": "newest", "quantity": 0}, "quantity"),
        ({"kind": "price_at", "quantity": 10, "max_price": Decimal(-1)}, "max_price"),
    ],
)
def test_a_shelf_that_cannot_be_answered_is_refused_by_field(value: dict[str, object], field: str) -> None:
    block = ShelfBlock()
    whole = {"title": "", "kind": "newest", "quantity": None, "max_price": None, "count": 8, "listings": []}
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.normalize({**whole, **value}))
    assert set(refusal.value.block_errors) == {field}


def test_a_shelf_of_the_whole_market_shows_many_towns() -> None:
    strong, weak = make_cluster(), make_cluster()
    best = [make_listing(cluster=strong, sold_30d=900 - number) for number in range(4)]
    other = make_listing(cluster=weak, sold_30d=1)
    spec = ShelfSpec("best_selling", count=4)
    places = listings_on([spec], cluster_id=None)[spec]
    assert [place.pk for place in places] == [best[0].pk, best[1].pk, other.pk, best[2].pk]


def test_a_wall_and_a_plan_show_the_factories_of_this_moment(client: Client) -> None:
    cluster = make_cluster()
    factory = make_factory(
        cluster=cluster, name_zh="老厂", latitude=Decimal("29.71"), longitude=Decimal("120.23")
    )
    wall, plan = ("factories", {"title": "源头", "count": 6}), ("map", {"title": "在哪里", "text": ""})
    show_blocks(make_portal(cluster), wall, plan)
    path = f"/{cluster.code}/"
    assert body(client, path).count("老厂") >= 2, "on the wall and beside the plan"

    Factory.objects.filter(pk=factory.pk).update(name_zh="新厂")
    make_certificate(factory, kind="ISO 14001")
    shown = body(client, path)
    assert "老厂" not in shown
    assert shown.count("新厂") >= 2
    assert "ISO 14001" in shown
