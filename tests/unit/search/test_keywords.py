"""Tokens of prices: of the spans of a ladder, exactly that of the price at a quantity fits its pattern."""

from __future__ import annotations

import re
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.interface import MOST_PIECES
from search.documents import slots_of
from search.keywords import PRICE_EDGES, span_band, span_pattern, span_tokens

PRICES = st.integers(0, 20_000)
QUANTITIES = st.integers(1, MOST_PIECES)


@st.composite
def ladders(draw: st.DrawFn) -> list[tuple[int, int]]:
    starts = draw(st.lists(QUANTITIES, min_size=1, max_size=6, unique=True).map(sorted))
    return [(start, draw(PRICES)) for start in starts]


@given(ladders(), QUANTITIES)
def test_at_any_quantity_a_ladder_is_in_the_span_of_its_price(
    ladder: list[tuple[int, int]], quantity: int
) -> None:
    steps = slots_of(ladder)
    held = [text for text in span_tokens("CNY", steps) if re.fullmatch(span_pattern("CNY", quantity), text)]
    price = next(price for start, end, price in steps if start <= quantity < end)
    assert [span_band(text) for text in held] == [bisect_right(PRICE_EDGES, price) - 1]


@pytest.mark.parametrize(
    ("steps", "tokens"),
    [
        ([], ()),
        ([(0, 100, 450), (100, 2**31, 430)], ("CNY:0000000000:2147483648:2",)),
        (
            [(0, 100, 450), (100, 600, 199), (600, 2**31, 120)],
            ("CNY:0000000000:0000000100:2", "CNY:0000000100:2147483648:1"),
        ),
    ],
)
def test_steps_in_one_band_are_one_span(steps: list[tuple[int, int, int]], tokens: tuple[str, ...]) -> None:
    assert span_tokens("CNY", steps) == tokens


@pytest.mark.parametrize("quantity", [1, 9, 10, 99, 100, 999_999_999, MOST_PIECES])
def test_another_currency_holds_no_span(quantity: int) -> None:
    [text] = span_tokens("EUR", [(0, 2**31, 5)])
    assert re.fullmatch(span_pattern("EUR", quantity), text)
    assert not re.fullmatch(span_pattern("CNY", quantity), text)
