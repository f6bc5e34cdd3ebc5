"""Test card numbers and what each of them does (docs.stripe.com/testing). No number is ever stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """What a payment needs to know of a card: everything but its number."""

    brand: str
    last4: str
    funding: str
    country: str
    fingerprint: str
    exp_month: int
    exp_year: int
    behaviour: str


# number -> (brand, funding, country)
_GOOD = {
    "4242424242424242": ("visa", "credit", "US"),
    "4000056655665556": ("visa", "debit", "US"),
    "5555555555554444": ("mastercard", "credit", "US"),
    "2223003122003222": ("mastercard", "credit", "US"),
    "378282246310005": ("amex", "credit", "US"),
    "3566002020360505": ("jcb", "credit", "JP"),
    "6200000000000005": ("unionpay", "credit", "CN"),
    "4000001560000002": ("visa", "credit", "CN"),
}
# number -> the decline code it always meets
_DECLINED = {
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000000000000119": "processing_error",
    "4100000000000019": "fraudulent",
}
_THREE_D_SECURE = {
    "4000002500003155": "authenticate",
    "4000002760003184": "authenticate",
    "4000000000003220": "authenticate",
    "4000008400001629": "authenticate_then_decline",
}
_LATE_REFUND = {"4000000000007726": "refund_pending", "4000000000005126": "refund_fails"}

# decline code -> the API's error code and sentence
DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "lost_card": ("card_declined", "Your card was declined."),
    "stolen_card": ("card_declined", "Your card was declined."),
    "fraudulent": ("card_declined", "Your card was declined."),
    "expired_card": ("expired_card", "Your card has expired."),
    "incorrect_cvc": ("incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": (
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "test_mode_live_card": (
        "card_declined",
        "Your card was declined. Your request was in test mode, but used a non test card.",
    ),
}


def passes_luhn(number: str) -> bool:
    """Whether 12 to 19 digits end in the right check digit."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def security_code_length(number: str) -> int:
    """Four digits for American Express, three for everybody else."""
    return 4 if number.startswith(("34", "37")) else 3


def identify(number: str, exp_month: int, exp_year: int) -> Card:
    """The card behind a number; one that is no test card is declined as Stripe's test mode does."""
    brand, funding, country = _GOOD.get(number, ("visa", "credit", "US"))
    if number in _GOOD:
        behaviour = "succeed"
    elif number in _DECLINED:
        behaviour = f"decline:{_DECLINED[number]}"
    else:
        behaviour = _THREE_D_SECURE.get(number) or _LATE_REFUND.get(number) or "decline:test_mode_live_card"
    return Card(
        brand=brand,
        last4=number[-4:],
        funding=funding,
        country=country,
        fingerprint=hashlib.sha256(b"test card " + number.encode()).hexdigest()[:16],
        exp_month=exp_month,
        exp_year=exp_year,
        behaviour=behaviour,
    )
