"""What Stripe says about currencies: which exist, how many digits an amount carries, limits, and card fees.

Source: docs.stripe.com/currencies. Zero-decimal amounts are whole units; ISK and UGX are whole units in
ISO 4217 but sent with two digits; three-decimal amounts must end in zero.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from .errors import bad_param

_CODES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd
hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad
mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln
pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs
uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
SUPPORTED = frozenset(re.findall(r"[a-z]{3}", _CODES))
ZERO_DECIMAL = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))
_WHOLE_ONLY = frozenset({"isk", "ugx"})
_MINIMUM = {"cny": 400, "hkd": 400, "jpy": 50, "usd": 50, "eur": 50, "gbp": 30, "sgd": 50, "krw": 500}
_MAXIMUM = 99_999_999

# Basis points and a fixed part per successful card payment; "default" serves where nothing is said.
DEFAULT_FEES: dict[str, tuple[int, int]] = {
    "default": (290, 30),
    "eur": (150, 25),
    "cny": (290, 200),
    "hkd": (340, 235),
    "jpy": (360, 0),
}


def digits(currency: str) -> int:
    """Decimal digits of an amount as Stripe carries it."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def check_amount(amount: int, currency: str, param: str = "amount") -> int:
    """The amount itself, or `ApiError` when it is not one Stripe would move."""
    if amount < 1:
        raise bad_param("This value must be greater than or equal to 1.", param, "parameter_invalid_integer")
    if amount > _MAXIMUM:
        message = f"Amount must be no more than {show(_MAXIMUM, currency)}"
        raise bad_param(message, param, "amount_too_large")
    if currency in THREE_DECIMAL and amount % 10:
        message = f"Invalid integer: {amount}. Amounts in {currency} must end in zero."
        raise bad_param(message, param, "parameter_invalid_integer")
    if currency in _WHOLE_ONLY and amount % 100:
        message = f"Invalid integer: {amount}. Amounts in {currency} must be whole units times 100."
        raise bad_param(message, param, "parameter_invalid_integer")
    return amount


def check_charge(amount: int, currency: str, param: str = "amount") -> int:
    """`check_amount`, and not below the smallest card charge of the currency."""
    check_amount(amount, currency, param)
    least = _MINIMUM.get(currency, 1)
    if amount < least:
        message = f"Amount must be at least {show(least, currency)}"
        raise bad_param(message, param, "amount_too_small")
    return amount


def show(amount: int, currency: str) -> str:
    """`1,234.50 CNY`, as error messages quote amounts."""
    places = digits(currency)
    return f"{Decimal(amount).scaleb(-places):,.{places}f} {currency.upper()}"


def card_fee(amount: int, currency: str, fees: dict[str, tuple[int, int]]) -> int:
    """The fee of one card payment: rate half-up, plus the fixed part, never more than the amount."""
    basis_points, fixed = fees.get(currency) or fees["default"]
    rate = Decimal(amount) * basis_points / 10_000 + fixed
    return min(amount, int(rate.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
