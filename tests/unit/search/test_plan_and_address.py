"""Ladders as slots, and the address of a results page: pure rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from marketplace.catalog.rules import Tier, unit_price_at
from search.backends.constraints import band_value
from search.backends.interface import Band, Sort
from search.backends.operations import Delete, latest
from search.documents import from_minimum, lowest_ladder, slots_of
from search.forms import read_address
from search.narrowing import band_words
from search.offers import PRICE_BANDS
from search.plan import MAX_SLOTS, asked, asked_loosely
from search.rules import Address

LADDERS = st.lists(
    st.tuples(st.integers(1, 10_000), st.integers(1, 10**6)),
    min_size=1,
    max_size=MAX_SLOTS,
    unique_by=lambda s: s[0],
)


@given(LADDERS, st.integers(1, 20_000))
def test_exactly_one_slot_holds_a_quantity_and_it_has_the_ladders_price(
    ladder: list[tuple[int, int]], quantity: int
) -> None:
    slots = slots_of(sorted(ladder))
    holding = [price for start, until, price in slots if start <= quantity < until]
    assert holding == [unit_price_at([Tier(q, p) for q, p in ladder], quantity)]


@given(st.lists(LADDERS, min_size=1, max_size=4), st.integers(1, 20_000))
def test_the_lowest_of_several_ladders(ladders: list[list[tuple[int, int]]], quantity: int) -> None:
    merged = [Tier(q, p) for q, p in lowest_ladder(ladders)]
    first = min(q for ladder in ladders for q, _ in ladder)
    expected = min(unit_price_at([Tier(q, p) for q, p in ladder], max(quantity, first)) for ladder in ladders)
    assert unit_price_at(merged, max(quantity, first)) == expected


@pytest.mark.parametrize(
    ("moq", "left"),
    [
        (1, ((10, 500), (100, 300), (500, 200))),
        (10, ((10, 500), (100, 300), (500, 200))),
        (99, ((10, 500), (100, 300), (500, 200))),
        (120, ((100, 300), (500, 200))),
        (500, ((500, 200),)),
        (900, ((500, 200),)),
    ],
)
def test_steps_below_the_minimum_do_not_count(moq: int, left: tuple[tuple[int, int], ...]) -> None:
    assert from_minimum(((10, 500), (100, 300), (500, 200)), moq) == left
    assert from_minimum((), moq) == ()


def test_no_ladder_no_slots() -> None:
    assert lowest_ladder([]) == ()
    assert slots_of(()) == []


@pytest.mark.parametrize(
    ("words", "characters", "known", "parts"),
    [
        (1, 0, 1, 0),
        (2, 0, 2, 0),
        (3, 0, 2, 0),
        (5, 0, 3, 0),
        (10, 0, 5, 0),
        (0, 1, 0, 1),
        (0, 2, 0, 2),
        (0, 3, 0, 2),
        (0, 7, 0, 3),
        (0, 12, 0, 4),
        (1, 2, 1, 1),
        (1, 3, 1, 1),
        (2, 2, 1, 1),
        (2, 7, 1, 2),
    ],
)
def test_how_many_words_are_asked_for(words: int, characters: int, known: int, parts: int) -> None:
    assert asked(words, characters) == (known, parts)


@given(st.integers(0, 16), st.integers(0, 16))
def test_never_more_is_asked_for_than_there_is(words: int, characters: int) -> None:
    assume(words or characters)
    known, parts = asked(words, characters)
    assert known <= words
    assert parts <= characters
    assert known + parts >= 1
    assert 1 <= asked_loosely(words + characters) <= words + characters


def test_of_several_writes_the_newest_counts() -> None:
    assert latest([Delete(1, 2), Delete(1, 5), Delete(1, 3), Delete(2, 1)]) == [Delete(1, 5), Delete(2, 1)]


def address(text: str) -> Address:
    return read_address(QueryDict(text))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("-1", 1),
        ("0", 1),
        ("abc", 1),
        ("1e9", 1),
        ("9" * 20, 1),
        ("%00", 1),
        ("", 1),
        ("🧦", 1),
        ("1 OR 1=1", 1),
        ("3", 3),
        ("٣", 1),
        ("３", 1),
        ("2.5", 1),
        ("+2", 1),
        ("1000000", 1_000_000),
    ],
)
def test_pages(page: str, expected: int) -> None:
    assert address(f"page={page.replace('+', '%2B')}").page == expected


@pytest.mark.parametrize(
    "text",
    ["-1", "0", "1.5", "1e3", "NaN", "2147483648", "１２", "abc", "10000001", "-", "9" * 30],
)
def test_a_bad_quantity_is_told(text: str) -> None:
    found = address(f"quantity={text}")
    assert found.quantity is None
    assert set(found.errors) == {"quantity"}
    assert found.typed_quantity == text


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), (" 300 ", 300), ("1,200", 1200), ("10000000", 10_000_000)]
)
def test_a_quantity(text: str, expected: int | None) -> None:
    found = address(f"quantity={text}")
    assert (found.quantity, dict(found.errors)) == (expected, {})


@pytest.mark.parametrize(
    "text",
    [
        "sort=password",
        "sort=__class__",
        "owner__password__startswith=a",
        "cluster=a:b*",
        "cluster=%3Cscript%3E",
        "moq=-1",
        "moq=abc",
        "ships=1e9",
        "low=NaN",
        "low=1e1000000",
        "high=Infinity",
        "low=-0",
        "feature=__class__",
        "category=../../etc",
        "q=%00",
        "low=0.00001",
        "cluster=" + "a" * 200,
    ],
)
def test_nonsense_is_left_out(text: str) -> None:
    assert address(text) == Address()


def test_prices_are_typed_in_yuan() -> None:
    found = address("low=1.5&high=20")
    assert (found.low, found.high) == (150, 2000)
    assert address("low=20&high=1.5") == found


def test_words_are_cut() -> None:
    assert len(address("q=" + "a" * 5000).q) == 128
    assert address("q=" + "%20a%20b%0a%20").q == "a b"


def test_an_address_asks_for_itself_again() -> None:
    text = (
        "q=棉袜&quantity=300&cluster=zhuji-socks&cluster=yiwu-goods&category=socks&feature=sample&moq=100"
        "&ships=48&low=1.50&high=20.00&sort=price&as_typed=1"
    )
    found = address(text)
    assert found.sort is Sort.PRICE
    assert address(found.query()[1:]).pairs() == found.pairs()
    assert found.narrowed == 7
    assert address(found.query(page=4)[1:]).page == 4
    assert address(found.query(moq=None)[1:]).moq is None


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=20))
def test_any_address_is_read(q: str, quantity: str, page: str) -> None:
    params = QueryDict(mutable=True)
    params.update({"q": q, "quantity": quantity, "page": page, "cluster": q, "low": quantity})
    found = read_address(params)
    assert 1 <= found.page <= 10**9
    found.query()


def test_bands_touch_and_do_not_overlap() -> None:
    for band, following in pairwise(PRICE_BANDS):
        assert band.high is not None
        assert following.low == band.high + 1
    assert PRICE_BANDS[-1].high is None
    assert [band_value(b) for b in PRICE_BANDS[:2]] == ["0-99", "100-199"]


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band(0, 99), "up to ¥0.99"),
        (Band(200, 499), "¥2.00–¥4.99"),
        (Band(10_000, None), "from ¥100.00"),
        (Band(None, 500), "up to ¥5.00"),
    ],
)
def test_bands_in_words(band: Band, words: str) -> None:
    with translation.override("en"):
        assert band_words(band, "CNY") == words
