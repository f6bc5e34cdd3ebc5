"""What a policy set consists of. Plain values, checked when a set is written down.

Rates are Decimals; yearly late-fee rates are whole numbers of 1/100,000 (10.40 % = 10,400), so that interest
can be summed exactly in integers (`rules.late_fees`). Amounts are minor units of the set's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

# The term of a group of orders that have different ones.
MIXED = "mixed"
ACCRUE_DAILY = "daily"
ACCRUE_ON_NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class TermLine:
    """A share of an invoice and when it falls due after shipment.

    `days` later, then `months` later, then on `day_of_month` of that month or at its end.
    """

    share: Fraction
    days: int = 0
    months: int = 0
    day_of_month: int = 0
    end_of_month: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError("a line of a term is a share of the whole")
        if self.end_of_month and self.day_of_month:
            raise ValueError("a line falls due on a day of the month or at its end, not both")


@dataclass(frozen=True, slots=True)
class Term:
    """Payment on account: lines in due order, and the supplier's fee for early payout.

    Raises ValueError for shares that are not 100 % together.
    """

    code: str
    lines: tuple[TermLine, ...]
    early_fee: Decimal

    def __post_init__(self) -> None:
        if sum(line.share for line in self.lines) != 1:
            raise ValueError(f"the shares of {self.code} are not 100 % together")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the dunning ladder, `day` days after the due date (before it, if negative).

    `level` is what a case becomes on it ("" for a friendly notice, of which no case is made).
    """

    day: int
    template: str
    level: str = ""
    is_decision: bool = False


@dataclass(frozen=True, slots=True)
class LossBand:
    """Expected loss of what is overdue for more than `after` days (negative: not due)."""

    after: int
    rate: Decimal


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
    ladder: tuple[Step, ...]
    authorisation_days: int
    documents: tuple[str, ...]
    loss_bands: tuple[LossBand, ...]
    books_allowance: bool
    extension_days: int
    extension_fee_rate: Decimal
    dispute_grace_days: int = 7
    dispute_answer_days: int = 30
    write_off_after_days: int = 90
    fx_buffer: Decimal = Decimal("1.05")

    def __post_init__(self) -> None:
        days = [step.day for step in self.ladder]
        if days != sorted(set(days)):
            raise ValueError(f"the ladder of {self.label} is not in order")
        bands = [band.after for band in self.loss_bands]
        if bands != sorted(set(bands)):
            raise ValueError(f"the loss bands of {self.label} are not in order")

    def term(self, code: str) -> Term:
        """The term of a code. Raises KeyError for a code this set does not have."""
        return self.terms[code]

    @property
    def label(self) -> str:
        """How documents name the set: `cn/1`."""
        return f"{self.code}/{self.version}"

    @property
    def dunning_days(self) -> tuple[int, ...]:
        """The days of the ladder on which a notice goes out."""
        return tuple(step.day for step in self.ladder if step.template)


def net(days: int, fee: str) -> Term:
    """All of it, `days` after shipment."""
    return Term(f"net-{days}", (TermLine(Fraction(1), days=days),), Decimal(fee))


def instalments(count: int, every: int, fee: str) -> Term:
    """`count` equal parts, one each `every` days."""
    lines = tuple(TermLine(Fraction(1, count), days=every * n) for n in range(1, count + 1))
    return Term(f"instalments-{count}", lines, Decimal(fee))


def terms(*found: Term) -> Mapping[str, Term]:
    """Terms by their code."""
    return MappingProxyType({term.code: term for term in found})


# Shared by the sets so far (P11): not due, 1–30, 31–60, 61–90 and more days overdue.
LOSS_BANDS = (
    LossBand(-(10**6), Decimal("0.005")),
    LossBand(0, Decimal("0.02")),
    LossBand(30, Decimal("0.10")),
    LossBand(60, Decimal("0.25")),
    LossBand(90, Decimal("0.50")),
)
