"""The listing page as a reader, a buyer and a supplier see it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from marketplace.catalog.actions import set_ladder
from marketplace.catalog.models import Certificate, Listing
from marketplace.catalog.rules import Tier
from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from tests.factories.catalog import make_certificate, make_listing, variants_of
from tests.factories.clusters import make_cluster, make_factory
from tests.factories.companies import make_buyer, make_member, make_supplier

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(listing: Listing, query: str = "", *, client: Client | None = None, prefix: str = "/en") -> Any:
    return (client or Client()).get(f"{prefix}/listings/{listing.public_id}/{query}")


def body_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_reader_sees_goods_price_ladder_grid_and_dates() -> None:
    with clock.at(datetime(2026, 3, 1, 4, 0, tzinfo=UTC)):
        listing = make_listing(
            supplier=make_supplier(freight_flat=1_200, freight_free_over=300_000), lead_days=4
        )
        certificate = make_certificate(listing.factory)
        response = page(listing, "?quantity=600")
    body = body_of(response)

    assert response.status_code == 200
    assert listing.title_en in body
    assert "¥3.00" in body
    assert "¥2.45" in body
    # 600 × ¥3.00 = ¥1,800.00; 13 % VAT ¥234.00; freight ¥12.00; leaves 5 March, due 60 days later.
    assert "¥2,046.00 due 4 May 2026" in body
    assert "5 Mar 2026" in body
    assert certificate.number in body
    assert body.count("data-qty") == 4
    assert listing.factory.name_en in body


def test_an_anonymous_page_can_be_kept_for_everyone() -> None:
    response = page(make_listing())

    assert not response.cookies
    assert 'name="csrfmiddlewaretoken"' not in body_of(response)
    assert "no-store" not in response.get("Cache-Control", "")


@pytest.mark.parametrize(("colors", "others"), [(1, 1), (5, 30)])
def test_it_takes_at_most_eight_queries_however_much_there_is(
    colors: int, others: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    listing = make_listing(colors=[f"c{n}" for n in range(colors)])
    make_certificate(listing.factory)
    for _ in range(others):
        make_listing(factory=listing.factory)
        make_listing(factory=make_factory(cluster=listing.cluster))
    page(listing)

    with django_assert_max_num_queries(8):
        response = page(listing)
    assert body_of(response).count("card__link") >= 2 * min(others, 6)


def test_the_grid_is_worked_out_without_scripts_and_with_them() -> None:
    listing = make_listing(supplier=make_supplier(freight_flat=1_200))
    one, two, *_ = variants_of(listing)
    query = f"?q_{one.public_id}=600&q_{two.public_id}=480"

    whole = page(listing, query)
    part = Client().get(f"/en/listings/{listing.public_id}/{query}", headers=HTMX)

    for response in (whole, part):
        body = body_of(response)
        assert response.status_code == 200
        assert "1,080" in body
        assert "¥3,240.00" in body
        assert "¥3,673.20" in body
        # 1,200 at ¥2.45 are ¥2,940.00: ¥300.00 less than 1,080 at ¥3.00.
        assert "Add 120\xa0pairs and pay ¥300.00 less in all" in body
    assert 'value="600"' in body_of(whole)
    assert "<html" not in body_of(part)


@pytest.mark.parametrize(
    "text", ["0.5", "-1", "1000000000000", "１２０", "abc", "1e3", "NaN", "2147483648", "%00", "12%0A"]
)
def test_what_is_no_quantity_is_refused_at_its_field(text: str) -> None:
    listing = make_listing()
    variant = variants_of(listing)[0]

    grid = page(listing, f"?q_{variant.public_id}={text}")
    box = page(listing, f"?quantity={text}")

    for response in (grid, box):
        assert response.status_code == 422
        assert "in plain digits" in body_of(response)
        assert listing.title_en in body_of(response)


def test_colours_have_their_pictures_and_certificates_their_dates() -> None:
    listing = make_listing()
    expired = make_certificate(
        listing.factory,
        number="OLD-1",
        valid_from=clock.today().replace(year=2020),
        valid_until=clock.today().replace(year=2021),
    )
    other = make_certificate(listing.factory, number="OTHER-1", covers_all=False)
    mine = make_certificate(listing.factory, number="MINE-1", covers_all=False)
    mine.listings.add(listing)
    body = body_of(page(listing))

    assert "socks-crew-black-640.webp 640w" in body
    assert mine.number in body
    assert expired.number not in body
    assert other.number not in body
    assert Certificate.objects.count() == 3


@pytest.mark.parametrize("state", ["draft", "in_review", "paused", "archived"])
def test_what_is_not_on_sale_is_shown_to_its_own_supplier_only(state: str) -> None:
    listing = make_listing(state=state)
    own, foreign, reader = Client(), Client(), Client()
    own.force_login(make_member(listing.supplier.company))
    foreign.force_login(make_buyer().user)

    assert page(listing, client=own).status_code == 200
    for client in (foreign, reader):
        response = page(listing, client=client)
        absent = client.get("/en/listings/0000000000000/")
        assert (response.status_code, absent.status_code) == (404, 404)
        assert listing.title_en not in body_of(response)


def test_a_suspended_suppliers_goods_are_gone() -> None:
    listing = make_listing(supplier=make_supplier(state="suspended"))

    assert page(listing).status_code == 404


def test_a_portal_shows_only_its_own_towns_goods() -> None:
    town, other = make_cluster(code="sock-town"), make_cluster(code="hat-town")
    listing = make_listing(cluster=town)

    inside = page(listing, prefix="/en/sock-town")
    outside = page(listing, prefix="/en/hat-town")

    assert inside.status_code == 200
    assert f'href="/en/sock-town/ask/{listing.public_id}/"' in body_of(inside)
    assert outside.status_code == 404
    assert other.code != town.code


def test_both_languages_are_whole() -> None:
    listing = make_listing()
    chinese, english = body_of(page(listing, prefix="")), body_of(page(listing))

    assert listing.title_zh in chinese
    assert "双" in chinese
    assert listing.title_en in english
    visible = re.sub(r"<[^>]+>", " ", chinese)
    assert "Put in basket" not in visible
    assert "Sign in to order" not in visible


def test_scripts_in_a_listing_are_text() -> None:
    evil = '"><script>alert(1)</script>'
    listing = make_listing(
        title_zh=evil, title_en=evil, description_en=evil,
        attributes=[{"key": "x", "zh": [evil, evil], "en": [evil, evil]}],
    )  # fmt: skip

    assert "<script>alert" not in body_of(page(listing))


def test_wishing_to_order_leads_through_sign_in_and_back_to_the_filled_grid() -> None:
    listing, buyer = make_listing(), make_buyer()
    variant = variants_of(listing)[0]
    client = Client()

    away = client.get(f"/en/listings/{listing.public_id}/", {f"q_{variant.public_id}": "240", "order": "1"})
    assert away.status_code == 302
    assert f"q_{variant.public_id}%3D240" in away.url
    client.force_login(buyer.user)
    back = page(listing, f"?q_{variant.public_id}=240", client=client)
    body = body_of(back)
    assert 'value="240"' in body
    assert "csrfmiddlewaretoken" in body
    assert "Put in basket" in body


def test_working_it_out_signed_in_leaves_no_token_in_the_address() -> None:
    listing, buyer = make_listing(), make_buyer()
    variant = variants_of(listing)[0]
    client = Client()
    client.force_login(buyer.user)

    response = client.post(
        f"/en/listings/{listing.public_id}/",
        {f"q_{variant.public_id}": "240", "csrfmiddlewaretoken": "x", "submission_key": "y"},
    )

    assert response.status_code == 303
    assert response["Location"] == f"/en/listings/{listing.public_id}/?q_{variant.public_id}=240#order"


def test_who_may_not_buy_is_told() -> None:
    listing = make_listing()
    seller, finance = Client(), Client()
    seller.force_login(make_member(listing.supplier.company))
    finance.force_login(make_buyer(role="finance").user)

    assert "your own company" in body_of(page(listing, client=seller))
    for client in (seller, finance):
        assert "Put in basket" not in body_of(page(listing, client=client))


def test_a_neighbours_new_price_shows_at_once() -> None:
    listing = make_listing()
    other = make_listing(factory=listing.factory, supplier=listing.supplier, ladder=((120, 300), (1200, 245)))
    assert "¥3.00" in body_of(page(listing)).partition("More from this factory")[2]

    set_ladder(acting_user=SYSTEM, listing=other, ladder=[Tier(120, 555), Tier(1200, 444)], reason="yarn")
    shelves = body_of(page(listing)).partition("More from this factory")[2]
    assert "¥5.55" in shelves
    assert "¥3.00" not in shelves
