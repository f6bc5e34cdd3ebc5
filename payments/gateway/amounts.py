"""Amounts as Stripe counts them, to and from ISO minor units (docs.stripe.com/currencies).

Most are the same. Stripe counts ISK and UGX in hundredths although they have none, MGA and the CFA francs
in whole units, and takes amounts of three-decimal currencies only in tens.
"""

from __future__ import annotations

from marketplace.core.money import Money, exponent

from .errors import GatewayRefused, GatewayUnreadable

_WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_HUNDREDTHS_OF_WHOLE = frozenset(("ISK", "UGX"))


def _provider_digits(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def _shift(amount: int, places: int) -> tuple[int, int]:
    """The amount with so many decimal places more (or fewer), and what is left over."""
    if places >= 0:
        return amount * int(10**places), 0
    return divmod(amount, int(10**-places))


def to_provider(money: Money) -> int:
    """Stripe's integer for an amount. GatewayRefused `amount_not_representable` when there is none."""
    shift = _provider_digits(money.currency) - exponent(money.currency)
    amount, rest = _shift(money.amount, shift)
    uneven = (money.currency in _THOUSANDTHS and amount % 10) or (
        money.currency in _HUNDREDTHS_OF_WHOLE and amount % 100
    )
    if rest or uneven:
        raise GatewayRefused(
            f"{money.as_decimal()} {money.currency} cannot be paid through this service",
            code="amount_not_representable",
        )
    return amount


def from_provider(amount: int, currency: str) -> Money:
    """ISO minor units for Stripe's integer. GatewayUnreadable when it falls between two of them."""
    code = currency.upper()
    shift = exponent(code) - _provider_digits(code)
    whole, rest = _shift(amount, shift)
    if rest:
        raise GatewayUnreadable(
            f"{amount} {code} is no whole number of minor units", code="amount_unreadable"
        )
    return Money(whole, code)
