"""Money: rounding, splitting, never mixing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import (
    CurrencyMismatch,
    Money,
    allocate,
    cumulative_share,
    exponent,
    round_half_up,
    share,
)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("2.4999", 2), ("0", 0)],
)
def test_halves_round_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded


@pytest.mark.parametrize(
    ("amount", "rate", "part"),
    [
        (1_130_500, "0.018", 20_349),  # MONEY.md WE-1: early payout 1.8 % of 11,305.00 is 203.49
        (452_200, "0.025", 11_305),  # 2.5 % of 4,522.00 is 113.05
        (1_000_000, "0.13", 130_000),
        (1, "0.5", 1),
        (-1, "0.5", -1),
    ],
)
def test_share_rounds_once(amount: int, rate: str, part: int) -> None:
    assert share(amount, Decimal(rate)) == part


def test_coupon_splits_as_in_the_worked_example() -> None:
    # WE-1: 400.00 over nets of 10,000 and 6,000 is 250.00 and 150.00.
    assert allocate(40_000, [1_000_000, 600_000]) == [25_000, 15_000]


def test_ties_go_to_the_lower_index() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]


def test_nothing_can_be_split_by_nothing() -> None:
    assert allocate(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing"):
        allocate(5, [0, 0])
    with pytest.raises(ValueError, match="negative"):
        allocate(5, [-1, 2])


@given(
    amount=st.integers(-(10**15), 10**15),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any),
)
def test_parts_sum_exactly_and_stay_within_one_unit(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(amount) * weight / total) < 1


@given(total=st.integers(0, 10**12), cuts=st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_cumulative_shares_close_exactly(total: int, cuts: list[int]) -> None:
    base, done, parts = sum(cuts), 0, []
    for cut in cuts:
        parts.append(cumulative_share(total, done, done + cut, base))
        done += cut
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


def test_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "CNY") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "CNY") < Money(1, "EUR")


def test_floats_and_bools_are_refused() -> None:
    for wrong in (1.5, True, "1"):
        with pytest.raises(TypeError):
            Money(wrong, "CNY")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ISO"):
        Money(1, "yuan")


def test_exponents_follow_iso_4217() -> None:
    assert (exponent("JPY"), exponent("CNY"), exponent("KWD")) == (0, 2, 3)
    assert Money(171_030, "CNY").as_decimal() == Decimal("1710.30")
    assert Money(1_000, "JPY").as_decimal() == Decimal(1000)


def test_arithmetic() -> None:
    assert Money(100, "CNY") * 3 - Money(50, "CNY") == Money(250, "CNY")
    assert -Money(100, "CNY") + Money(100, "CNY") == Money(0, "CNY")
    assert not Money(0, "CNY")
    assert [m.amount for m in Money(100, "CNY").allocate([1, 2])] == [33, 67]
