"""The basket's pages: form as typed, clear sentences, nothing changed by what is refused."""

from typing import Any

import pytest
from django.test import Client

from marketplace.catalog.models import Listing, Variant
from marketplace.companies.acting import Acting
from marketplace.orders.models import Cart, CartLine
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_buyer, make_member
from tests.factories.orders import fill_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer() -> Acting:
    return make_buyer()


@pytest.fixture
def client(buyer: Acting) -> Client:
    browser = Client()
    browser.force_login(buyer.user)
    return browser


def put(client: Client, listing: Listing, quantities: dict[Variant, str], **more: str) -> Any:
    fields = {f"q_{variant.public_id}": text for variant, text in quantities.items()}
    return client.post("/en/basket/add/", {"listing": listing.public_id, **fields, **more})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_grid_goes_into_the_basket(client: Client) -> None:
    listing = make_listing()
    one, two, three, *_ = variants_of(listing)

    response = put(client, listing, {one: "120", two: "", three: "60"}, submission_key="k")
    again = put(client, listing, {one: "120", two: "", three: "60"}, submission_key="k")

    assert (response.status_code, response["Location"]) == (303, "/en/basket/")
    assert again.status_code == 303
    assert sorted(CartLine.objects.values_list("quantity", flat=True)) == [60, 120]
    page = text_of(client.get("/en/basket/"))
    assert listing.title_en in page
    assert "¥540.00" in page
    assert "¥70.20" in page
    assert "¥610.20" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Enter how many you want"),
        ("-1", "in plain digits"),
        ("1000000000000", "in plain digits"),
        ("1.5", "in plain digits"),
        ("１２０", "in plain digits"),
        ("50", "Nearest possible: 120"),
        ("130", "Nearest possible: 120 or 132"),
        ("", "Enter how many you want"),
        ("<script>alert(1)</script>", "in plain digits"),
    ],
)
def test_a_wrong_quantity_comes_back_as_typed(client: Client, typed: str, sentence: str) -> None:
    listing = make_listing()
    one, two, *_ = variants_of(listing)

    response = put(client, listing, {one: typed, two: ""})
    page = text_of(response)

    assert response.status_code == 422
    assert sentence in page
    assert "<script>alert" not in page
    if typed and "<" not in typed:
        assert f'value="{typed}"' in page
    assert not CartLine.objects.exists()


def test_a_variant_of_another_listing_is_refused(client: Client) -> None:
    listing, other = make_listing(), make_listing()

    response = put(client, listing, {variants_of(listing)[0]: "120", variants_of(other)[0]: "120"})

    assert response.status_code == 422
    assert "not part of this listing" in text_of(response)
    assert not CartLine.objects.exists()


def test_off_sale_absent_and_nonsense_listings(client: Client) -> None:
    paused = make_listing(state="paused")
    variant = variants_of(paused)[0]

    responses = [
        put(client, paused, {variant: "120"}),
        client.post("/en/basket/add/", {"listing": "0" * 13, f"q_{variant.public_id}": "120"}),
    ]

    assert [r.status_code for r in responses] == [409, 409]
    assert all("not on sale" in text_of(r) for r in responses)
    assert client.post("/en/basket/add/", {"listing": "x'; drop"}).status_code == 404
    assert not CartLine.objects.exists()


def test_more_than_in_stock_is_refused_at_the_cell(client: Client) -> None:
    listing = make_listing(stock=130)
    one, *_ = variants_of(listing)

    response = put(client, listing, {one: "240"})

    assert response.status_code == 409
    assert "Only 130\xa0pairs are left" in text_of(response)
    assert 'value="240"' in text_of(response)


def test_changing_removing_and_leaving_for_later(client: Client, buyer: Acting) -> None:
    listing = make_listing()
    one, two, *_ = variants_of(listing)
    fill_cart(buyer, {one: 120, two: 120})

    changed = client.post("/en/basket/change/", {f"q_{one.public_id}": "240", f"q_{two.public_id}": "120"})
    refused = client.post("/en/basket/change/", {f"q_{one.public_id}": "241"})
    emptied = client.post("/en/basket/change/", {f"q_{one.public_id}": ""})
    zero = client.post("/en/basket/change/", {f"q_{one.public_id}": "0"})
    assert (changed.status_code, refused.status_code, emptied.status_code, zero.status_code) == (
        303,
        422,
        422,
        422,
    )
    assert 'value="241"' in text_of(refused)
    assert "240 or 252" in text_of(refused)
    assert CartLine.objects.get(variant=one).quantity == 240

    supplier = listing.supplier.public_id
    client.post("/en/basket/aside/", {"supplier": supplier, "aside": "1"})
    assert "For later" in text_of(client.get("/en/basket/"))
    client.post("/en/basket/aside/", {"supplier": supplier, "aside": "0"})
    client.post("/en/basket/remove/", {"variant": one.public_id})
    client.post("/en/basket/remove/", {"variant": two.public_id})
    assert "Your basket is empty" in text_of(client.get("/en/basket/"))


def test_another_members_lines_answer_as_absent_ones(client: Client, buyer: Acting) -> None:
    stranger = make_buyer()
    theirs = variants_of(make_listing())[0]
    fill_cart(stranger, {theirs: 120})
    fill_cart(buyer, {variants_of(make_listing())[0]: 120})
    before = list(CartLine.objects.values_list("pk", "quantity", "is_set_aside"))
    forms: list[tuple[str, str, str]] = [
        ("change", f"q_{theirs.public_id}", "240"),
        ("remove", "variant", theirs.public_id),
        ("accept", "supplier", theirs.listing.supplier.public_id),
        ("aside", "supplier", theirs.listing.supplier.public_id),
    ]
    for action, field, value in forms:
        foreign = client.post(f"/en/basket/{action}/", {field: value})
        absent_field = field.replace(theirs.public_id, "0" * 13)
        absent_value = value if value == "240" else "0" * 13
        absent = client.post(f"/en/basket/{action}/", {absent_field: absent_value})
        nonsense = client.post(f"/en/basket/{action}/", {field: "' OR 1=1"})
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert nonsense.status_code in (404, 422)
    assert list(CartLine.objects.values_list("pk", "quantity", "is_set_aside")) == before


def test_an_expired_session_keeps_basket_and_typing(buyer: Acting) -> None:
    listing = make_listing()
    one, two, *_ = variants_of(listing)
    fill_cart(buyer, {one: 120})
    signed_out = Client()

    add = put(signed_out, listing, {two: "60"})
    change = signed_out.post("/en/basket/change/", {f"q_{one.public_id}": "240"})

    assert add.status_code == 302
    assert f"q_{two.public_id}%3D60" in add.url
    assert change.status_code == 302
    signed_out.force_login(buyer.user)
    assert signed_out.get("/en/basket/change/")["Location"] == "/en/basket/"
    assert 'value="120"' in text_of(signed_out.get("/en/basket/"))


@pytest.mark.parametrize("role", ["finance", "sales"])
def test_roles_that_do_not_buy_have_no_basket(role: str) -> None:
    listing, acting = make_listing(), make_buyer(role=role)
    client = Client()
    client.force_login(acting.user)

    assert client.get("/en/basket/").status_code == 403
    assert put(client, listing, {variants_of(listing)[0]: "120"}).status_code == 403
    assert not Cart.objects.exists()


def test_a_supplier_has_no_basket() -> None:
    listing = make_listing()
    client = Client()
    client.force_login(make_member(listing.supplier.company))

    assert client.get("/en/basket/").status_code == 403


def test_inside_a_portal_it_stays_there(client: Client) -> None:
    listing = make_listing()
    code = listing.cluster.code
    variant = variants_of(listing)[0]

    response = client.post(
        f"/en/{code}/basket/add/", {"listing": listing.public_id, f"q_{variant.public_id}": "120"}
    )

    assert response["Location"] == f"/en/{code}/basket/"
    assert f'href="/en/{code}/listings/{listing.public_id}/"' in text_of(client.get(f"/en/{code}/basket/"))


def test_the_page_takes_as_many_queries_for_ten_suppliers_as_for_one(
    client: Client, buyer: Acting, django_assert_max_num_queries: Any
) -> None:
    fill_cart(buyer, {variants_of(make_listing())[0]: 120})
    client.get("/en/basket/")
    with django_assert_max_num_queries(12) as first:
        client.get("/en/basket/")
        queries = len(first)
    fill_cart(buyer, {v: 120 for _ in range(9) for v in variants_of(make_listing())})
    client.get("/en/basket/")  # the frame's list of towns is read anew after new ones came
    with django_assert_max_num_queries(queries):
        client.get("/en/basket/")
