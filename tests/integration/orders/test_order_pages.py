"""Order pages from their three sides, paging, cancelling."""

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import StaffRole, User
from marketplace.orders.models import Order
from marketplace.orders.queries.orders import PAGE
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_buyer, make_staff, selling_for
from tests.factories.orders import make_group, make_order, place

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_each_side_sees_its_own_and_no_other() -> None:
    buyer = make_buyer()
    group = make_group(buyer, {variants_of(make_listing())[0]: 120, variants_of(make_listing())[0]: 240})
    mine, other = group.orders.select_related("supplier").order_by("pk")
    seller = selling_for(mine.supplier)
    path, foreign = f"/en/orders/{mine.public_id}/", f"/en/orders/{other.public_id}/"

    assert signed_in(buyer.user).get(path).status_code == 200
    assert signed_in(buyer.user).get(foreign).status_code == 200
    assert signed_in(seller.user).get(path).status_code == 200
    assert signed_in(make_staff(StaffRole.SUPPORT)).get(path).status_code == 200
    for user in (seller.user, make_buyer().user, make_staff(StaffRole.MODERATOR)):
        assert signed_in(user).get(foreign).status_code == 404
        assert signed_in(user).get("/en/orders/0000000000000/").status_code == 404
    assert Client().get(path).status_code == 302


def test_the_group_page_is_the_buyers_and_tells_one_story_across_suppliers() -> None:
    buyer = make_buyer()
    group = make_group(buyer, {variants_of(make_listing())[0]: 120, variants_of(make_listing())[0]: 240})
    first, second = group.orders.select_related("supplier").order_by("pk")
    clerk = acting_for(buyer.company, role="finance")
    path = f"/en/orders/groups/{group.public_id}/"
    page = text_of(signed_in(buyer.user).get(path))

    assert f"Sent to the factory: {first.supplier.name_en}" in page
    assert f"Sent to the factory: {second.supplier.name_en}" in page
    assert "¥1,220.40" in page
    assert signed_in(clerk.user).get(path).status_code == 200
    for user in (selling_for(first.supplier).user, make_buyer().user):
        assert signed_in(user).get(path).status_code in (403, 404)


def test_the_other_side_reads_the_company_not_the_person() -> None:
    buyer = make_buyer()
    order = make_order(buyer)
    path = f"/en/orders/{order.public_id}/"

    assert buyer.user.email in text_of(signed_in(buyer.user).get(path))
    assert buyer.user.email not in text_of(signed_in(selling_for(order.supplier).user).get(path))


def test_a_supplier_does_not_see_what_is_not_paid_for() -> None:
    buyer, listing = make_buyer(), make_listing()
    order = place(buyer, {variants_of(listing)[0]: 120}).orders.get()
    seller = signed_in(selling_for(listing.supplier).user)

    assert seller.get(f"/en/orders/{order.public_id}/").status_code == 404
    assert order.public_id not in text_of(seller.get("/en/orders/"))
    assert "Payment is not secured yet" in text_of(
        signed_in(buyer.user).get(f"/en/orders/{order.public_id}/")
    )


def test_cancelling_needs_a_reason_and_its_own_order() -> None:
    buyer = make_buyer()
    order = make_order(buyer)
    path = f"/en/orders/{order.public_id}/cancel/"
    browser = signed_in(buyer.user)

    assert browser.get(path)["Location"] == f"/en/orders/{order.public_id}/"
    assert browser.post(path, {"reason": ""}).status_code == 422
    too_long = browser.post(path, {"reason": "x" * 301})
    assert too_long.status_code == 422
    assert "x" * 301 in text_of(too_long)
    for stranger in (make_buyer(), acting_for(buyer.company, role="finance")):
        assert signed_in(stranger.user).post(path, {"reason": "mine"}).status_code in (403, 404)
    order.refresh_from_db()
    assert order.state == "awaiting_acceptance"

    assert browser.post(path, {"reason": "<b>Wrong</b> colour"}).status_code == 303
    page = text_of(browser.get(f"/en/orders/{order.public_id}/"))
    assert "&lt;b&gt;Wrong&lt;/b&gt; colour" in page
    Order.objects.filter(pk=order.pk).update(state="shipped")
    assert browser.post(path, {"reason": "late"}).status_code == 409


def test_lists_page_without_counting() -> None:
    buyer, listing = make_buyer(), make_listing(stock=1_000_000)
    groups = [make_group(buyer, {variants_of(listing)[0]: 120}) for _ in range(PAGE + 1)]
    seller = signed_in(selling_for(listing.supplier).user)
    browser = signed_in(buyer.user)

    first = text_of(browser.get("/en/orders/"))
    assert groups[-1].public_id in first
    assert f"groups/{groups[0].public_id}/" not in first
    second = text_of(browser.get(f"/en/orders/?before={groups[1].public_id}"))
    assert groups[0].public_id in second
    assert f"groups/{groups[1].public_id}/" not in second
    sold = text_of(seller.get("/en/orders/"))
    assert groups[-1].orders.get().public_id in sold
    for nonsense in ("x", "' OR 1=1", "%00", "0" * 13, "9" * 20):
        assert browser.get("/en/orders/", {"before": nonsense}).status_code == 200


def test_lists_and_pages_take_constant_queries(django_assert_max_num_queries: Any) -> None:
    buyer, listings = make_buyer(), [make_listing() for _ in range(6)]
    small = make_group(buyer, {variants_of(listings[0])[0]: 120})
    browser = signed_in(buyer.user)
    counts = {}
    for path in ("/en/orders/", f"/en/orders/groups/{small.public_id}/"):
        browser.get(path)
        with django_assert_max_num_queries(13) as captured:
            browser.get(path)
            counts[path] = len(captured)
    large = make_group(buyer, {v: 120 for listing in listings for v in variants_of(listing)})
    paths = {
        "/en/orders/": "/en/orders/",
        f"/en/orders/groups/{small.public_id}/": f"/en/orders/groups/{large.public_id}/",
    }
    for path, other in paths.items():
        with django_assert_max_num_queries(counts[path]):
            browser.get(other)


def test_every_page_speaks_both_languages() -> None:
    buyer = make_buyer()
    group = make_group(buyer)
    order = group.orders.get()
    browser = signed_in(buyer.user)
    for path in ("/orders/", f"/orders/groups/{group.public_id}/", f"/orders/{order.public_id}/", "/basket/"):
        chinese, english = browser.get(path), browser.get(f"/en{path}")
        assert chinese.status_code == english.status_code == 200
        assert 'lang="zh-Hans"' in text_of(chinese)
        assert 'lang="en"' in text_of(english)
