"""Placing: amounts frozen, stock set aside, everything or nothing, the same submission once."""

from typing import Any

import pytest
from django.db import transaction

from marketplace.catalog.actions import set_ladder
from marketplace.catalog.errors import SoldOut
from marketplace.catalog.models import Variant
from marketplace.catalog.rules import Tier
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.orders.actions import place_orders, set_aside
from marketplace.orders.errors import (
    BasketBlocked,
    BasketChanged,
    EmptyBasket,
    PriceChanged,
    SubmissionReused,
)
from marketplace.orders.models import Cart, CartLine, Order, OrderGroup, OrderLine
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_buyer, make_supplier
from tests.factories.orders import checkout_form, fill_cart, place

pytestmark = pytest.mark.django_db


def send(form: dict[str, Any]) -> OrderGroup:
    with transaction.atomic():
        return place_orders(**form).group


def footprint() -> tuple[Any, ...]:
    """All that placing could have written."""
    return (
        OrderGroup.objects.count(),
        Order.objects.count(),
        OrderLine.objects.count(),
        OutboxEvent.objects.count(),
        AuditRecord.objects.count(),
        sorted(Variant.objects.values_list("pk", "stock_reserved", "stock_on_hand")),
        sorted(Cart.objects.values_list("pk", "state", "version")),
        sorted(CartLine.objects.values_list("pk", "cart_id", "quantity", "seen_price")),
    )


def test_a_basket_of_two_suppliers_becomes_two_orders() -> None:
    buyer = make_buyer()
    near = make_listing(supplier=make_supplier(freight_flat=1_200))
    far = make_listing(supplier=make_supplier(freight_flat=3_000, freight_free_over=30_000), vat_rate_bp=900)
    a, b, *_ = variants_of(near)
    c, *_ = variants_of(far)

    group = place(buyer, {a: 600, b: 600, c: 120}, note="Ring twice", portal_code="zhuji-socks")

    first, second = group.orders.order_by("pk")
    assert (first.net, first.vat, first.freight, first.total) == (294_000, 38_220, 1_200, 333_420)
    assert (second.net, second.vat, second.freight, second.total) == (36_000, 3_240, 0, 39_240)
    assert group.total == 372_660
    assert {o.state for o in (first, second)} == {"awaiting_payment"}
    assert [(ln.quantity, ln.unit_price, ln.net) for ln in first.lines.all()] == [
        (600, 245, 147_000),
        (600, 245, 147_000),
    ]
    line = second.lines.get()
    assert line.snapshot["title_en"] == far.title_en
    assert line.snapshot["tier_min_qty"] == 120
    assert line.snapshot["picture"].startswith("demo/goods/")
    assert {v.stock_reserved for v in (a, b) if not v.refresh_from_db()} == {600}
    assert Cart.objects.get().state == Cart.State.COMPLETED
    assert OutboxEvent.objects.get(name="orders.placed").payload == {"group": group.pk}
    assert AuditRecord.objects.filter(action="order.placed", actor_id=buyer.user.pk).count() == 2


def test_goods_made_to_order_reserve_nothing() -> None:
    buyer, listing = make_buyer(), make_listing(stock=0, is_made_to_order=True)
    group = place(buyer, {variants_of(listing)[0]: 120})

    assert not group.orders.get().lines.get().is_stock_reserved
    assert not Variant.objects.filter(stock_reserved__gt=0).exists()


def test_the_same_submission_is_the_same_group() -> None:
    buyer = make_buyer()
    cart = fill_cart(buyer, {variants_of(make_listing())[0]: 120})
    form = checkout_form(buyer, cart)

    first = send(form)
    before = footprint()
    again = send(form)

    assert again.pk == first.pk
    assert footprint() == before


def test_another_form_for_the_same_basket_is_refused() -> None:
    buyer = make_buyer()
    cart = fill_cart(buyer, {variants_of(make_listing())[0]: 120})
    form = checkout_form(buyer, cart)
    send(form)

    with pytest.raises(BasketChanged):
        send({**form, "submission_key": "another"})
    assert OrderGroup.objects.count() == 1


def test_a_key_never_opens_another_companys_group() -> None:
    buyer, stranger = make_buyer(), make_buyer()
    variant = variants_of(make_listing())[0]
    form = checkout_form(buyer, fill_cart(buyer, {variant: 120}))
    send(form)
    theirs = checkout_form(stranger, fill_cart(stranger, {variant: 120}))

    with pytest.raises(SubmissionReused):
        send({**theirs, "submission_key": form["submission_key"]})
    assert OrderGroup.objects.count() == 1


def test_it_belongs_to_the_transaction_of_the_checkout(transactional_db: None) -> None:
    buyer = make_buyer()
    form = checkout_form(buyer, fill_cart(buyer, {variants_of(make_listing())[0]: 120}))

    with pytest.raises(RuntimeError):
        place_orders(**form)
    assert not OrderGroup.objects.exists()


def _absent(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "cart_public_id": "0" * 13}


def _strangers(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "acting": make_buyer()}


def _colleagues(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "acting": acting_for(form["acting"].company, role="buyer")}


def _without_role(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "acting": acting_for(form["acting"].company, role="finance")}


def _stale_version(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "cart_version": form["cart_version"] - 1}


def _stale_total(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "expected_total": form["expected_total"] - 1}


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (_absent, NotFound),
        (_strangers, NotFound),
        (_colleagues, NotFound),
        (_without_role, Forbidden),
        (_stale_version, BasketChanged),
        (_stale_total, PriceChanged),
    ],
)
def test_a_refused_submission_changes_nothing(spoil: Any, refusal: type[Refusal]) -> None:
    buyer = make_buyer()
    form = spoil(checkout_form(buyer, fill_cart(buyer, {variants_of(make_listing())[0]: 120})))
    before = footprint()

    with pytest.raises(refusal):
        send(form)

    assert footprint() == before


def test_a_price_that_rose_meanwhile_is_not_charged() -> None:
    buyer, listing = make_buyer(), make_listing()
    form = checkout_form(buyer, fill_cart(buyer, {variants_of(listing)[0]: 120}))
    set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 320)], reason="cotton")
    before = footprint()

    with pytest.raises(BasketBlocked) as refusal:
        send(form)

    assert refusal.value.code == "price_changed"
    assert footprint() == before


def test_a_price_that_fell_meanwhile_is_shown_before_it_is_charged() -> None:
    buyer, listing = make_buyer(), make_listing()
    form = checkout_form(buyer, fill_cart(buyer, {variants_of(listing)[0]: 120}))
    set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 280)], reason="cotton")
    before = footprint()

    with pytest.raises(PriceChanged) as refusal:
        send(form)

    assert refusal.value.facts == {"expected": 40_680, "total": 37_968}
    assert footprint() == before


def test_stock_that_went_meanwhile_is_not_sold() -> None:
    buyer, rival, listing = make_buyer(), make_buyer(), make_listing(stock=120)
    one, two, *_ = variants_of(listing)
    form = checkout_form(buyer, fill_cart(buyer, {one: 120, two: 120}))
    place(rival, {two: 120})
    before = footprint()

    with pytest.raises(Refusal) as refusal:
        send(form)

    assert refusal.value.code == "sold_out"
    assert footprint() == before


def test_the_reservation_itself_names_what_is_short() -> None:
    from marketplace.catalog.actions import reserve_stock

    one, two, *_ = variants_of(make_listing(stock=100))

    with pytest.raises(SoldOut) as refusal, transaction.atomic():
        reserve_stock({one.pk: 60, two.pk: 101})

    assert refusal.value.facts == {"variant": two.public_id, "free": 100}
    assert not Variant.objects.filter(stock_reserved__gt=0).exists()


def test_an_empty_basket_is_not_an_order() -> None:
    buyer, listing = make_buyer(), make_listing()
    cart = fill_cart(buyer, {variants_of(listing)[0]: 120})
    cart = set_aside(
        acting_user=buyer.user, acting=buyer, supplier_public_id=listing.supplier.public_id, aside=True
    )

    with pytest.raises(EmptyBasket):
        send(checkout_form(buyer, cart))
    assert not OrderGroup.objects.exists()


def test_what_was_set_aside_stays_in_the_basket() -> None:
    buyer, now, later = make_buyer(), make_listing(), make_listing()
    fill_cart(buyer, {variants_of(now)[0]: 120, variants_of(later)[0]: 240})
    cart = set_aside(
        acting_user=buyer.user, acting=buyer, supplier_public_id=later.supplier.public_id, aside=True
    )

    group = send(checkout_form(buyer, cart))

    assert [o.supplier_id for o in group.orders.all()] == [now.supplier_id]
    rest = CartLine.objects.get(cart__state="open")
    assert (rest.variant.listing_id, rest.quantity, rest.is_set_aside) == (later.pk, 240, False)


def test_the_number_of_queries_does_not_grow_with_lines(django_assert_num_queries: Any) -> None:
    few, many = make_buyer(), make_buyer()
    small = checkout_form(few, fill_cart(few, {variants_of(make_listing())[0]: 120}))
    wanted = {v: 120 for _ in range(3) for v in variants_of(make_listing(colors=("a", "b")))}
    large = checkout_form(many, fill_cart(many, wanted))

    for form in (small, large):
        with transaction.atomic(), django_assert_num_queries(10):
            place_orders(**form)
    assert many.company.orders.count() == 3
