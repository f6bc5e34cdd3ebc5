"""Quantities as people type them, and what a listing takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalog.rules import (
    MAX_QUANTITY,
    first_valid,
    is_valid_quantity,
    parse_quantity,
    quantity_problems,
)


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), (" 120 ", 120), ("0012", 12), ("10000000", 10_000_000)]
)
def test_plain_digits_are_read(text: str, number: int) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "0", "-1", "+1", "1.5", "1,200", "1e3", "NaN", "１２", "١٢", "1_000", "1 000", "10000001",
     "1000000000000", "2147483648", "9" * 400, "12\x00", "²"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("quantities", "moq", "multiple", "expected"),
    [
        ([120], 120, 12, []),
        ([60, 60], 120, 12, []),  # the minimum counts over the sum
        ([60, 48], 120, 12, [(None, [120])]),
        ([50, 70], 120, 12, [(0, [48, 60]), (1, [60, 72])]),  # the multiple counts for each
        ([6], 120, 12, [(0, [120])]),
        ([500], 500, 12, [(0, [504])]),
        ([510], 500, 12, [(0, [504, 516])]),
        ([492], 500, 12, [(0, [504])]),
        ([6, 60], 120, 12, [(0, [12]), (None, [120])]),
        ([MAX_QUANTITY + 1], 1, 1, [(0, [MAX_QUANTITY])]),
        ([MAX_QUANTITY, 1], 1, 1, [(None, [MAX_QUANTITY])]),
    ],
)
def test_what_is_wrong_and_what_is_nearest(
    quantities: list[int], moq: int, multiple: int, expected: list[tuple[int | None, list[int]]]
) -> None:
    found = quantity_problems(quantities, moq=moq, multiple=multiple)

    assert [(problem.index, problem.nearest) for problem in found] == expected


@settings(deadline=None)
@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=6), st.integers(1, 3_000), st.integers(1, 144))
def test_every_named_quantity_is_valid(quantities: list[int], moq: int, multiple: int) -> None:
    for problem in quantity_problems(quantities, moq=moq, multiple=multiple):
        least = multiple if problem.index is not None and len(quantities) > 1 else first_valid(moq, multiple)
        assert problem.nearest
        for nearest in problem.nearest:
            assert is_valid_quantity(nearest, moq=least, multiple=multiple)
