"""Filling and changing the basket: what goes in, what is refused and leaves no trace."""

import pytest

from marketplace.catalog.actions import pause_listing, set_ladder
from marketplace.catalog.errors import InvalidQuantity, NotForSale, SoldOut
from marketplace.catalog.models import Variant
from marketplace.catalog.rules import Tier
from marketplace.companies.acting import Acting
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import Forbidden, NotFound, Refusal
from marketplace.orders.actions import accept_prices, add_to_cart, change_cart, remove_from_cart, set_aside
from marketplace.orders.errors import MixedCurrency, NothingChosen, OwnGoods, WrongVariant
from marketplace.orders.models import Cart, CartLine
from marketplace.orders.queries import basket_of, basket_supplier_count
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_buyer, make_supplier
from tests.factories.orders import fill_cart

pytestmark = pytest.mark.django_db


def add(acting: Acting, listing: object, quantities: dict[Variant, int], key: str = "") -> Cart:
    return add_to_cart(
        acting_user=acting.user,
        acting=acting,
        listing_public_id=listing.public_id,  # type: ignore[attr-defined]
        quantities={variant.public_id: quantity for variant, quantity in quantities.items()},
        submission_key=key,
    )


def quantities_of(acting: Acting) -> dict[str, int]:
    lines = CartLine.objects.filter(cart__user=acting.user, cart__state="open").select_related("variant")
    return {line.variant.sku: line.quantity for line in lines}


def test_many_lines_at_once_reach_a_tier_together() -> None:
    buyer, listing = make_buyer(), make_listing()
    one, two, *_ = variants_of(listing)

    add(buyer, listing, {one: 600, two: 600})
    basket = basket_of(buyer)

    assert basket.line_count == 2
    assert {line.unit_price for line in basket.groups[0].lines} == {245}
    assert basket.sums.net == 1_200 * 245
    assert basket.sums.vat == 38_220
    assert basket.is_ready


def test_adding_again_adds_up_and_prices_anew() -> None:
    buyer, listing = make_buyer(), make_listing()
    one, two, *_ = variants_of(listing)
    add(buyer, listing, {one: 120})
    add(buyer, listing, {one: 480, two: 600})

    assert quantities_of(buyer) == {one.sku: 600, two.sku: 600}
    assert set(CartLine.objects.values_list("seen_price", flat=True)) == {245}
    assert basket_of(buyer).is_ready


def test_the_same_press_twice_adds_once() -> None:
    buyer, listing = make_buyer(), make_listing()
    (one, *_) = variants_of(listing)
    add(buyer, listing, {one: 120}, key="k1")
    add(buyer, listing, {one: 120}, key="k1")
    assert quantities_of(buyer) == {one.sku: 120}
    add(buyer, listing, {one: 120}, key="k2")
    assert quantities_of(buyer) == {one.sku: 240}


def test_what_was_put_in_small_counts_towards_the_minimum() -> None:
    buyer, listing = make_buyer(), make_listing()
    one, two, *_ = variants_of(listing)
    add(buyer, listing, {one: 120})

    add(buyer, listing, {two: 12})

    assert quantities_of(buyer) == {one.sku: 120, two.sku: 12}


@pytest.mark.parametrize(
    ("quantities", "field", "nearest"),
    [((60, 0), "q_one", [120]), ((130, 0), "q_one", [120, 132]), ((60, 48), "quantity", [120])],
)
def test_a_wrong_quantity_is_refused_with_the_nearest_ones(
    quantities: tuple[int, int], field: str, nearest: list[int]
) -> None:
    buyer, listing = make_buyer(), make_listing()
    one, two, *_ = variants_of(listing)
    wanted = {v: q for v, q in zip((one, two), quantities, strict=True) if q}

    with pytest.raises(InvalidQuantity) as refusal:
        add(buyer, listing, wanted)

    assert list(refusal.value.fields) == [field.replace("one", one.public_id)]
    assert refusal.value.facts["nearest"] == nearest
    assert all(str(n) in str(refusal.value) for n in nearest)
    assert not CartLine.objects.exists()


def test_a_variant_of_another_listing_is_refused_whole() -> None:
    buyer, listing, other = make_buyer(), make_listing(), make_listing()
    mine, foreign = variants_of(listing)[0], variants_of(other)[0]

    with pytest.raises(WrongVariant) as refusal:
        add(buyer, listing, {mine: 120, foreign: 120})

    assert list(refusal.value.fields) == [f"q_{foreign.public_id}"]
    assert not CartLine.objects.exists()


def test_off_sale_and_absent_are_refused_alike() -> None:
    buyer, listing = make_buyer(), make_listing()
    variant = variants_of(listing)[0]
    pause_listing(acting_user=SYSTEM, listing=listing, reason="holiday")

    with pytest.raises(NotForSale) as paused:
        add(buyer, listing, {variant: 120})
    with pytest.raises(NotForSale) as absent:
        add_to_cart(
            acting_user=buyer.user,
            acting=buyer,
            listing_public_id="0" * 13,
            quantities={"1" * 13: 120},
        )

    assert str(paused.value) == str(absent.value)
    assert not CartLine.objects.exists()


def test_no_more_than_is_in_stock_unless_made_to_order() -> None:
    buyer, listing, custom = (
        make_buyer(),
        make_listing(stock=130),
        make_listing(stock=0, is_made_to_order=True),
    )

    with pytest.raises(SoldOut) as refusal:
        add(buyer, listing, {variants_of(listing)[0]: 240})
    add(buyer, custom, {variants_of(custom)[0]: 1_200})

    assert "130" in str(refusal.value)
    assert CartLine.objects.get().quantity == 1_200


def test_nothing_own_goods_and_another_currency_are_refused() -> None:
    buyer, listing = make_buyer(), make_listing()
    supplier = make_supplier()
    supplier.company.is_buyer = True
    supplier.company.save()
    own = make_listing(supplier=supplier)
    euro = make_listing(currency="EUR", supplier=make_supplier(currency="EUR"))
    fill_cart(buyer, {variants_of(listing)[0]: 120})

    with pytest.raises(NothingChosen):
        add(buyer, listing, {})
    with pytest.raises(OwnGoods):
        add(acting_for(supplier.company), own, {variants_of(own)[0]: 120})
    with pytest.raises(MixedCurrency):
        add(buyer, euro, {variants_of(euro)[0]: 120})

    assert CartLine.objects.count() == 1


@pytest.mark.parametrize("role", ["finance", "sales", "operator"])
def test_only_roles_that_buy_fill_a_basket(role: str) -> None:
    acting, listing = make_buyer(role=role), make_listing()

    with pytest.raises(Forbidden):
        add(acting, listing, {variants_of(listing)[0]: 120})

    assert not Cart.objects.exists()


def test_a_suspended_company_buys_nothing() -> None:
    acting, listing = make_buyer(state="suspended"), make_listing()

    with pytest.raises(Forbidden):
        add(acting, listing, {variants_of(listing)[0]: 120})


def test_changing_keeps_to_the_multiple_and_shows_the_minimum() -> None:
    buyer, listing = make_buyer(), make_listing()
    (one, *_) = variants_of(listing)
    cart = fill_cart(buyer, {one: 120})

    with pytest.raises(InvalidQuantity) as refusal:
        change_cart(acting_user=buyer.user, acting=buyer, quantities={one.public_id: 50})
    assert refusal.value.facts == {} or refusal.value.fields
    assert quantities_of(buyer) == {one.sku: 120}
    change_cart(acting_user=buyer.user, acting=buyer, quantities={one.public_id: 48})

    [problem] = basket_of(buyer).groups[0].blockers
    assert problem.code == "below_minimum"
    assert problem.fixes[0].fields == ((f"q_{one.public_id}", "120"),)
    cart.refresh_from_db()
    assert cart.version == 3


def test_another_members_lines_are_not_there() -> None:
    buyer, stranger, listing = make_buyer(), make_buyer(), make_listing()
    (one, *_) = variants_of(listing)
    fill_cart(buyer, {one: 120})
    fill_cart(stranger, {variants_of(make_listing())[0]: 120})

    with pytest.raises(NotFound):
        change_cart(acting_user=stranger.user, acting=stranger, quantities={one.public_id: 240})
    with pytest.raises(NotFound):
        remove_from_cart(acting_user=stranger.user, acting=stranger, variant_public_id=one.public_id)
    with pytest.raises(NotFound):
        accept_prices(
            acting_user=stranger.user, acting=stranger, supplier_public_id=listing.supplier.public_id
        )
    with pytest.raises(NotFound):
        set_aside(
            acting_user=stranger.user,
            acting=stranger,
            supplier_public_id=listing.supplier.public_id,
            aside=True,
        )

    assert quantities_of(buyer) == {one.sku: 120}
    assert basket_supplier_count(buyer) == 1


def test_a_rise_is_accepted_before_it_is_paid_and_a_fall_only_told() -> None:
    buyer, listing = make_buyer(), make_listing()
    (one, two, *_) = variants_of(listing)
    fill_cart(buyer, {one: 120, two: 120})
    set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 320)], reason="cotton")

    assert {p.code for p in basket_of(buyer).groups[0].blockers} == {"price_changed"}
    change_cart(acting_user=buyer.user, acting=buyer, quantities={two.public_id: 240})
    assert not basket_of(buyer).is_ready, "changing one line accepts no rise silently"

    supplier = listing.supplier.public_id
    accept_prices(acting_user=buyer.user, acting=buyer, supplier_public_id=supplier)
    assert basket_of(buyer).is_ready
    set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 290)], reason="cotton")
    basket = basket_of(buyer)
    assert basket.is_ready
    assert {p.code for p in basket.groups[0].all_problems} == {"price_fell"}


def test_each_blocker_comes_with_a_press_that_settles_it() -> None:
    buyer = make_buyer()
    supplier = make_supplier(order_minimum=100_000, freight_flat=1_500)
    listing = make_listing(supplier=supplier, stock=600)
    one, two, *_ = variants_of(listing)
    gone = make_listing()
    fill_cart(buyer, {one: 120, two: 240, variants_of(gone)[0]: 120})
    pause_listing(acting_user=SYSTEM, listing=gone, reason="holiday")
    Variant.objects.filter(pk=two.pk).update(stock_on_hand=100)

    for _press in range(8):
        basket = basket_of(buyer)
        blockers = [b for group in basket.groups for b in group.blockers]
        if not blockers:
            break
        fix = blockers[0].fixes[0]
        fields = dict(fix.fields)
        if fix.action == "change":
            quantities = {name.removeprefix("q_"): int(value) for name, value in fields.items()}
            change_cart(acting_user=buyer.user, acting=buyer, quantities=quantities)
        elif fix.action == "remove":
            remove_from_cart(acting_user=buyer.user, acting=buyer, variant_public_id=fields["variant"])
    basket = basket_of(buyer)

    assert basket.is_ready
    assert basket.sums.net >= 100_000
    assert quantities_of(buyer) == {one.sku: 240, two.sku: 96}
    assert basket.sums.freight == 1_500


def test_goods_set_aside_are_not_counted_and_adding_brings_them_back() -> None:
    buyer, first, second = make_buyer(), make_listing(), make_listing()
    fill_cart(buyer, {variants_of(first)[0]: 120, variants_of(second)[0]: 240})

    set_aside(acting_user=buyer.user, acting=buyer, supplier_public_id=first.supplier.public_id, aside=True)
    basket = basket_of(buyer)
    assert [g.supplier.pk for g in basket.groups] == [second.supplier_id]
    assert [g.supplier.pk for g in basket.aside] == [first.supplier_id]
    assert basket.sums.net == 240 * 300

    fill_cart(buyer, {variants_of(first)[1]: 12})
    assert len(basket_of(buyer).groups) == 2


def test_reading_a_basket_takes_as_many_queries_for_one_line_as_for_many(
    django_assert_num_queries: object,
) -> None:
    few, many = make_buyer(), make_buyer()
    fill_cart(few, {variants_of(make_listing())[0]: 120})
    fill_cart(many, {v: 120 for _ in range(3) for v in variants_of(make_listing())})

    for buyer in (few, many):
        with django_assert_num_queries(2):  # type: ignore[operator]
            assert all(part.lines for part in basket_of(buyer).groups)


def test_refusals_speak_both_languages() -> None:
    from django.utils.translation import override

    buyer, listing = make_buyer(), make_listing()
    texts = {}
    for language in ("en", "zh-hans"):
        with override(language), pytest.raises(Refusal) as refusal:
            add(buyer, listing, {variants_of(listing)[0]: 50})
        texts[language] = str(refusal.value)

    assert "Nearest possible: 120" in texts["en"]
    assert texts["zh-hans"] != texts["en"]
