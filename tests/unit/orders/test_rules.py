"""Amounts and states of orders."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.money import round_half_up
from marketplace.orders import rules
from marketplace.orders.models import Order, PaymentState
from marketplace.orders.rules import ShippedPart, Sums, group_state, order_sums, shipment_sums, vat_of


@pytest.mark.parametrize(
    ("lines", "flat", "free_over", "expected"),
    [
        ([], 1_200, None, Sums(0, 0, 0)),
        ([(151_351, 1300)], 0, None, Sums(151_351, 19_676, 0)),  # 19,675.63 up
        ([(50, 1300)], 0, None, Sums(50, 7, 0)),  # 6.5: a half goes up
        ([(10_000, 1300)], 1_200, None, Sums(10_000, 1_300, 1_200)),
        ([(10_000, 1300)], 1_200, 10_000, Sums(10_000, 1_300, 0)),  # free from exactly the threshold
        ([(9_999, 1300)], 1_200, 10_000, Sums(9_999, 1_300, 1_200)),  # 1,299.87
        ([(10_000, 1300), (10_000, 900), (10_000, 0)], 0, None, Sums(30_000, 2_200, 0)),
        # Rounded by line these would come to 3 × 7 = 21; once per order it is 19.5 → 20.
        ([(50, 1300), (50, 1300), (50, 1300)], 0, None, Sums(150, 20, 0)),
    ],
)
def test_amounts_of_an_order(
    lines: list[tuple[int, int]], flat: int, free_over: int | None, expected: Sums
) -> None:
    sums = order_sums(lines, freight_flat=flat, freight_free_over=free_over)

    assert sums == expected
    assert sums.total == expected.net + expected.vat + expected.freight


_rates = st.sampled_from([0, 600, 900, 1300])
_lines = st.lists(st.tuples(st.integers(1, 10**12), _rates), min_size=1, max_size=12)


@settings(deadline=None)
@given(_lines)
def test_vat_is_within_half_a_cent_of_the_exact_sum(lines: list[tuple[int, int]]) -> None:
    exact = sum(Decimal(net) * rate / 10_000 for net, rate in lines)

    assert abs(Decimal(vat_of(lines)) - exact) <= Decimal("0.5")
    assert vat_of(lines) == round_half_up(exact)


@settings(deadline=None)
@given(_lines)
def test_vat_does_not_depend_on_how_goods_are_split_into_lines(lines: list[tuple[int, int]]) -> None:
    split = [(part, rate) for net, rate in lines for part in (net // 3, net - net // 3)]

    assert vat_of(split) == vat_of(lines)


@st.composite
def _shipped_orders(draw: st.DrawFn) -> tuple[list[tuple[int, int, int]], int, list[list[int]]]:
    """(unit price, rate, pieces) per line, freight, and shipments that together send everything."""
    lines = draw(
        st.lists(st.tuples(st.integers(1, 100_000), _rates, st.integers(1, 500)), min_size=1, max_size=5)
    )
    left = [pieces for _, _, pieces in lines]
    shipments = []
    for _ in range(draw(st.integers(0, 4))):
        now = [draw(st.integers(0, rest)) for rest in left]
        if any(now):
            shipments.append(now)
            left = [rest - sent for rest, sent in zip(left, now, strict=True)]
    if any(left):
        shipments.append(left)
    return lines, draw(st.integers(0, 100_000)), shipments


@settings(deadline=None)
@given(_shipped_orders())
def test_shipments_close_the_order_exactly(
    case: tuple[list[tuple[int, int, int]], int, list[list[int]]],
) -> None:
    lines, freight, shipments = case
    order = order_sums([(price * pieces, rate) for price, rate, pieces in lines], freight_flat=freight)
    gone = [0] * len(lines)
    parts = []
    for shipment in shipments:
        parts.append(
            shipment_sums(
                order,
                [
                    ShippedPart(price, rate, pieces, before, now)
                    for (price, rate, pieces), before, now in zip(lines, gone, shipment, strict=True)
                ],
            )
        )
        gone = [before + now for before, now in zip(gone, shipment, strict=True)]

    assert sum(parts, Sums(0, 0, 0)) == order
    assert all(part.vat >= 0 and part.freight >= 0 and part.net > 0 for part in parts)


def test_shipment_of_untaxed_goods_without_freight() -> None:
    order = order_sums([(1_000, 0)])

    assert shipment_sums(order, [ShippedPart(100, 0, 10, 0, 4)]) == Sums(400, 0, 0)


def test_two_thirds_then_one_third() -> None:
    """100 × ¥2.45 + 13 % and ¥12 freight: 60 go first, 40 later."""
    order = order_sums([(24_500, 1300)], freight_flat=1_200)
    first = shipment_sums(order, [ShippedPart(245, 1300, 100, 0, 60)])
    second = shipment_sums(order, [ShippedPart(245, 1300, 100, 60, 40)])

    assert order == Sums(24_500, 3_185, 1_200)
    assert first == Sums(14_700, 1_911, 720)
    assert second == Sums(9_800, 1_274, 480)


def test_the_table_names_every_state_of_the_model() -> None:
    assert set(rules.ORDER_TRANSITIONS) == set(Order.State.values)
    assert set(rules.PAYMENT_TRANSITIONS) == set(PaymentState.values)
    assert {t for targets in rules.ORDER_TRANSITIONS.values() for t in targets} <= set(Order.State.values)
    assert all(
        later in rules.ORDER_TRANSITIONS[earlier] or earlier == "confirmed"
        for earlier, later in pairwise(rules.PATH)
    )


def test_what_can_be_cancelled_is_what_the_table_lets_be_cancelled() -> None:
    can = {state for state, targets in rules.ORDER_TRANSITIONS.items() if rules.CANCELLED in targets}

    assert can == rules.CANCELLABLE


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["confirmed", "shipped"], "confirmed"),
        (["completed", "cancelled"], "completed"),
        (["cancelled", "rejected"], "rejected"),
        (["cancelled"], "cancelled"),
        (["awaiting_acceptance", "partially_shipped", "rejected"], "awaiting_acceptance"),
    ],
)
def test_one_word_for_a_group(states: list[str], expected: str) -> None:
    assert group_state(states) == expected
