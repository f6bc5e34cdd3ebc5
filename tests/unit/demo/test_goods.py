"""Plans of listings: the same for the same seed, credible, and valid by the catalogue's own rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.ids import is_public_id
from marketplace.demo.making import dice, goods
from marketplace.demo.seeding import RICH_LISTINGS

numbers = st.integers(min_value=0, max_value=1_000_000)


@given(seed=st.integers(0, 999), number=numbers, lean=st.booleans())
def test_a_plan_is_the_same_again_and_valid(seed: int, number: int, lean: bool) -> None:
    plan = goods.plan(seed, number, lean=lean)
    assert plan == goods.plan(seed, number, lean=lean)
    assert plan.moq >= 1
    assert plan.moq % plan.multiple == 0
    quantities = [quantity for quantity, _ in plan.ladder]
    prices = [price for _, price in plan.ladder]
    assert quantities[0] == plan.moq
    assert quantities == sorted(set(quantities))
    assert all(quantity % plan.multiple == 0 for quantity in quantities)
    assert prices == sorted(set(prices), reverse=True)
    assert prices[-1] > 0
    assert 0 < len(plan.title_zh) <= 160
    assert 0 < len(plan.title_en) <= 200
    assert plan.variants
    assert len({variant.sku for variant in plan.variants}) == len(plan.variants)
    assert all(len(variant.sku) <= 40 and variant.stock >= 0 for variant in plan.variants)
    assert len(plan.variants) <= (2 if lean else goods.MAX_VARIANTS)


def test_the_demo_has_more_than_three_thousand_listings_that_read_differently() -> None:
    plans = [goods.plan(7, number) for number in range(RICH_LISTINGS)]
    assert RICH_LISTINGS >= 3_000
    by_maker = {(plan.maker, plan.title_zh) for plan in plans}
    assert len(by_maker) > 0.99 * len(plans)
    assert {plan.maker for plan in plans} == {maker.number for maker in goods.makers()}
    assert all(3 <= len(plan.ladder) <= 4 for plan in plans if plan.ladder[0][1] > 100)


def test_skus_never_meet_within_a_supplier() -> None:
    seen: set[tuple[int, str]] = set()
    for number in range(2_000):
        plan = goods.plan(7, number)
        for variant in plan.variants:
            assert (plan.maker, variant.sku) not in seen
            seen.add((plan.maker, variant.sku))


@pytest.mark.parametrize("kind", ["listing", "variant", "company"])
def test_outward_ids_have_the_right_shape_and_differ(kind: str) -> None:
    ids = {dice.public_id(7, kind, number) for number in range(5_000)}
    assert len(ids) == 5_000
    assert all(is_public_id(one) for one in ids)
    assert dice.public_id(7, kind, 1) != dice.public_id(8, kind, 1)
