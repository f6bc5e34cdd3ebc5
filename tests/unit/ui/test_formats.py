"""Numbers as people read them, held against CLDR where CLDR and the house agree."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core import clock
from marketplace.core.money import exponent
from marketplace.ui import formats

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "currency", "chinese", "english"),
    [
        (171_030, "CNY", "¥1,710.30", "¥1,710.30"),
        (0, "CNY", "¥0.00", "¥0.00"),
        (5, "CNY", "¥0.05", "¥0.05"),
        (-15_000, "CNY", "−¥150.00", "−¥150.00"),
        (99_999_999_999, "CNY", "¥999,999,999.99", "¥999,999,999.99"),
        (1_500, "JPY", "JP¥1,500", "JP¥1,500"),
        (1_234_567, "KWD", f"KWD{NBSP}1,234.567", f"KWD{NBSP}1,234.567"),
        (1_050, "USD", "US$10.50", "$10.50"),
        (1_050, "EUR", "€10.50", "€10.50"),
    ],
)
def test_money(amount: int, currency: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.format_money(amount, currency) == chinese
    with translation.override("en"):
        assert formats.format_money(amount, currency) == english


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from(["CNY", "USD", "JPY", "KWD"]),
    st.sampled_from(["zh-hans", "en"]),
)
def test_digits_and_groups_are_those_of_cldr(amount: int, currency: str, language: str) -> None:
    with translation.override(language):
        shown = formats.format_money(amount, currency)
        digits = exponent(currency)
        value = abs(Decimal(amount).scaleb(-digits))
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        symbol = formats.currency_symbol(currency, formats.babel_locale())
        expected = format_decimal(value, format=pattern, locale=formats.babel_locale())
    assert shown.lstrip("−").removeprefix(symbol) == expected
    assert shown.startswith("−") == (amount < 0)


@pytest.mark.parametrize(
    ("number", "unit", "chinese", "english"),
    [
        (3000, "pair", f"3,000{NBSP}双", f"3,000{NBSP}pairs"),
        (1, "pair", f"1{NBSP}双", f"1{NBSP}pair"),
        (2, "dozen", f"2{NBSP}打", f"2{NBSP}dozen"),
        (12, "pallet", f"12{NBSP}pallet", f"12{NBSP}pallet"),
        (-4, "", "−4", "−4"),
    ],
)
def test_quantities(number: int, unit: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.format_quantity(number, unit) == chinese
    with translation.override("en"):
        assert formats.format_quantity(number, unit) == english


def test_price_names_its_unit() -> None:
    with translation.override("zh-hans"):
        assert formats.format_price(245, "CNY", "pair") == f"¥2.45{NBSP}/{NBSP}双"
    with translation.override("en"):
        assert formats.format_price(245, "CNY", "pair") == f"¥2.45{NBSP}/{NBSP}pair"
        assert formats.format_price(245, "CNY") == "¥2.45"


@pytest.mark.parametrize(
    ("basis_points", "text"),
    [(300, "3%"), (150, "1.5%"), (5, "0.05%"), (1040, "10.4%"), (-25, "−0.25%"), (0, "0%")],
)
def test_percent(basis_points: int, text: str) -> None:
    assert formats.format_percent(basis_points) == text


def test_days() -> None:
    day = date(2026, 3, 5)
    with translation.override("zh-hans"):
        assert formats.format_day(day) == "2026年3月5日"
    with translation.override("en"):
        assert formats.format_day(day) == "5 Mar 2026"


def test_a_moment_falls_on_the_day_of_the_reader() -> None:
    late = datetime(2026, 3, 4, 18, 30, tzinfo=UTC)  # 02:30 on the 5th in Shanghai
    with translation.override("en"):
        assert formats.format_day(late) == "5 Mar 2026"
        assert formats.format_moment(late) == "5 Mar 2026, 02:30"
    with translation.override("zh-hans"):
        assert formats.format_moment(late) == "2026年3月5日 02:30"


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2026, 3, 5), "今天", "today"),
        (date(2026, 3, 6), "明天", "tomorrow"),
        (date(2026, 3, 4), "昨天", "yesterday"),
        (date(2026, 3, 8), "3天后", "in 3 days"),
        (date(2026, 2, 21), "12天前", "12 days ago"),
        (date(2026, 5, 4), "60天后", "in 60 days"),
        (date(2026, 9, 5), "6个月后", "in 6 months"),
    ],
)
def test_distance_is_beside_the_date(day: date, chinese: str, english: str) -> None:
    with clock.at(datetime(2026, 3, 5, 4, 0, tzinfo=UTC)):
        with translation.override("zh-hans"):
            assert formats.format_distance(day) == chinese
        with translation.override("en"):
            assert formats.format_distance(day) == english


def test_spans_use_an_en_dash() -> None:
    with translation.override("en"):
        assert formats.format_span(7, 10) == "7–10 days"
        assert formats.format_span(1) == "1 day"
    with translation.override("zh-hans"):
        assert formats.format_span(7, 10) == "7–10 天"
