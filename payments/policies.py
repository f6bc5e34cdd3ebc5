"""Policies are data: rates, days, fees and terms in versioned sets. `cn` is the default, `eu` the second.

An invoice keeps the code and version of the set it was issued under, so a later version never changes an old
document. Rates are Decimals; yearly late-fee rates are whole numbers of 1/100,000 (10.40 % = 10,400), so that
interest can be summed exactly in integers (`rules.late_fees`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from django.conf import settings

ACCRUE_DAILY = "daily"
ACCRUE_ON_NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class TermLine:
    """A share of an invoice and when it falls due after shipment: days, or a day of a later month."""

    share: Fraction
    days: int = 0
    months: int = 0
    day_of_month: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """Payment on account: lines in due order (shares sum to 1), and the supplier's fee for early payout."""

    code: str
    lines: tuple[TermLine, ...]
    early_fee: Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy set. Days are calendar days unless they say otherwise."""

    code: str
    version: int
    currency: str
    vat_rates_bp: tuple[int, ...]
    commission_rate: Decimal
    commission_vat_rate: Decimal
    advance_rate: Decimal
    payout_business_days: int
    terms: Mapping[str, Term]
    late_rates: tuple[tuple[date, int], ...]
    accrual: str
    compensation: int
    hold_after_days: int
    hold_tolerance: int
    dunning_days: tuple[int, ...]
    authorisation_days: int
    fx_buffer: Decimal = Decimal("1.05")

    def term(self, code: str) -> Term:
        """The term of a code. Raises KeyError for a code this set does not have."""
        return self.terms[code]

    @property
    def label(self) -> str:
        """How documents name the set: `cn/1`."""
        return f"{self.code}/{self.version}"


def _net(days: int, fee: str) -> Term:
    return Term(f"net-{days}", (TermLine(Fraction(1), days=days),), Decimal(fee))


def _terms(*terms: Term) -> Mapping[str, Term]:
    return MappingProxyType({term.code: term for term in terms})


CN_1 = Policy(
    code="cn",
    version=1,
    currency="CNY",
    vat_rates_bp=(1300, 900, 600, 0),
    commission_rate=Decimal("0.03"),
    commission_vat_rate=Decimal("0.06"),
    advance_rate=Decimal(1),
    payout_business_days=2,
    terms=_terms(
        _net(30, "0.015"),
        _net(60, "0.024"),
        Term("next-8th", (TermLine(Fraction(1), months=1, day_of_month=8),), Decimal("0.015")),
    ),
    late_rates=((date(2000, 1, 1), 18_250),),  # 0.05 % a day
    accrual=ACCRUE_DAILY,
    compensation=0,
    hold_after_days=4,
    hold_tolerance=0,
    dunning_days=(-7, 0, 3, 10, 30),
    authorisation_days=60,
)

EU_1 = Policy(
    code="eu",
    version=1,
    currency="EUR",
    vat_rates_bp=(1900, 700, 0),
    commission_rate=Decimal("0.05"),
    commission_vat_rate=Decimal("0.19"),
    advance_rate=Decimal(1),
    payout_business_days=1,
    terms=_terms(
        _net(30, "0.018"),
        Term(
            "instalments-3",
            tuple(TermLine(Fraction(1, 3), days=days) for days in (30, 60, 90)),
            Decimal("0.025"),
        ),
    ),
    late_rates=((date(2000, 1, 1), 10_400),),  # ECB 2.40 % + 8 points
    accrual=ACCRUE_ON_NOTICE,
    compensation=4_000,
    hold_after_days=15,
    hold_tolerance=2_500,
    dunning_days=(-7, 0, 3, 10, 15, 30),
    authorisation_days=60,
)

SETS: Mapping[str, Policy] = MappingProxyType({policy.label: policy for policy in (CN_1, EU_1)})
_LATEST: Mapping[str, Policy] = MappingProxyType({"cn": CN_1, "eu": EU_1})


def current() -> Policy:
    """The set in force, by the setting PAYMENT_POLICY. Raises KeyError for a set that does not exist."""
    return _LATEST[settings.PAYMENT_POLICY]


def by_label(label: str) -> Policy:
    """The set a document was issued under, e.g. `cn/1`."""
    return SETS[label]
