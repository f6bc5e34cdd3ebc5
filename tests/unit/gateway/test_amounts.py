"""Amounts cross the line to Stripe's counting and back without losing a unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from payments.gateway import GatewayRefused, GatewayUnreadable
from payments.gateway.amounts import from_provider, to_provider


@pytest.mark.parametrize(
    ("money", "sent"),
    [
        (Money(245, "CNY"), 245),
        (Money(152_546, "EUR"), 152_546),
        (Money(1_000, "JPY"), 1_000),
        (Money(1_000, "KRW"), 1_000),
        (Money(5, "ISK"), 500),
        (Money(12_340, "KWD"), 12_340),
        (Money(250_000, "XAF"), 2_500),
        (Money(-300, "MGA"), -3),
    ],
)
def test_each_kind_of_currency_is_counted_as_stripe_counts(money: Money, sent: int) -> None:
    assert to_provider(money) == sent
    assert from_provider(sent, money.currency.lower()) == money


@pytest.mark.parametrize(
    "money", [Money(12_345, "KWD"), Money(150, "XAF"), Money(150, "UGX"), Money(1, "MGA")]
)
def test_an_amount_stripe_cannot_carry_is_refused_before_it_is_sent(money: Money) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        to_provider(money)
    assert refusal.value.code == "amount_not_representable"


def test_an_answer_between_two_units_is_unreadable() -> None:
    with pytest.raises(GatewayUnreadable):
        from_provider(550, "isk")


@given(
    amount=st.integers(-(10**12), 10**12),
    currency=st.sampled_from(["CNY", "USD", "JPY", "ISK", "KRW", "EUR"]),
)
def test_there_and_back_is_the_same(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert from_provider(to_provider(money), currency.lower()) == money
