"""The numbers of the policy sets as they stand in the specification, and what no set may contain."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policies import CN_1, CN_2, EU_1, SETS, Policy, Step, Term, TermLine
from payments.policies.kinds import instalments
from payments.rules.terms import Due, due_date, schedule

D = Decimal


@pytest.mark.parametrize(
    ("policy", "currency", "commission", "vat_on_it", "hold", "tolerance", "compensation", "business_days"),
    [
        (CN_1, "CNY", D("0.03"), D("0.06"), 4, 0, 0, 2),
        (CN_2, "CNY", D("0.03"), D("0.06"), 4, 0, 0, 2),
        (EU_1, "EUR", D("0.05"), D("0.19"), 15, 2_500, 4_000, 1),
    ],
)
def test_the_figures_of_each_set(
    policy: Policy,
    currency: str,
    commission: Decimal,
    vat_on_it: Decimal,
    hold: int,
    tolerance: int,
    compensation: int,
    business_days: int,
) -> None:
    assert (policy.currency, policy.commission_rate, policy.commission_vat_rate) == (
        currency,
        commission,
        vat_on_it,
    )
    assert (policy.hold_after_days, policy.hold_tolerance) == (hold, tolerance)
    assert (policy.compensation, policy.payout_business_days) == (compensation, business_days)
    assert policy.advance_rate == 1
    assert policy.fx_buffer == D("1.05")
    assert policy.dispute_grace_days == 7
    assert [band.rate for band in policy.loss_bands] == [
        D("0.005"),
        D("0.02"),
        D("0.10"),
        D("0.25"),
        D("0.50"),
    ]


@pytest.mark.parametrize(
    ("policy", "term", "fee"),
    [
        (CN_2, "net-30", "0.015"),
        (CN_2, "net-60", "0.024"),
        (EU_1, "net-30", "0.018"),
        (EU_1, "instalments-3", "0.025"),
    ],
)
def test_the_fee_for_early_payout_goes_by_the_term(policy: Policy, term: str, fee: str) -> None:
    assert policy.term(term).early_fee == D(fee)


def test_yearly_late_rates_are_those_of_the_contracts() -> None:
    assert Fraction(CN_2.late_rates[0][1], 100_000) == Fraction(5, 10_000) * 365
    assert Fraction(EU_1.late_rates[0][1], 100_000) == Fraction(1040, 10_000)


def test_a_later_version_leaves_the_earlier_one_as_it_was() -> None:
    assert list(CN_1.terms) == ["net-30", "net-60", "next-8th"]
    assert CN_1.dunning_days == (-7, 0, 3, 10, 30)
    assert set(SETS) == {"cn/1", "cn/2", "eu/1"}


def test_shares_that_are_not_the_whole_are_no_term() -> None:
    with pytest.raises(ValueError, match="100 %"):
        Term("half", (TermLine(Fraction(1, 2), days=30),), D(0))
    with pytest.raises(ValueError, match="share"):
        TermLine(Fraction(0))
    with pytest.raises(ValueError, match="not both"):
        TermLine(Fraction(1), day_of_month=8, end_of_month=True)


def test_a_ladder_climbs() -> None:
    with pytest.raises(ValueError, match="order"):
        replace(EU_1, ladder=(Step(3, "a"), Step(0, "b")))


@pytest.mark.parametrize(
    ("line", "start", "due"),
    [
        (TermLine(Fraction(1), days=14), date(2026, 2, 20), date(2026, 3, 6)),
        (TermLine(Fraction(1), days=45), date(2026, 1, 1), date(2026, 2, 15)),
        (TermLine(Fraction(1), months=1, end_of_month=True), date(2026, 1, 31), date(2026, 2, 28)),
        (TermLine(Fraction(1), end_of_month=True), date(2028, 2, 1), date(2028, 2, 29)),
        (TermLine(Fraction(1), days=30, end_of_month=True), date(2026, 12, 5), date(2027, 1, 31)),
        (TermLine(Fraction(1), months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (TermLine(Fraction(1), months=1, day_of_month=31), date(2026, 3, 2), date(2026, 4, 30)),
        (TermLine(Fraction(1), months=1, day_of_month=8), date(2026, 12, 31), date(2027, 1, 8)),
    ],
)
def test_when_a_line_falls_due(line: TermLine, start: date, due: date) -> None:
    assert due_date(line, start) == due


def test_a_cent_in_three_parts_is_one_part() -> None:
    assert schedule(instalments(3, 30, "0"), 1, date(2026, 3, 1)) == [Due(date(2026, 5, 30), 1)]


@given(
    st.sampled_from([term for policy in SETS.values() for term in policy.terms.values()]),
    st.integers(1, 10**12),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
def test_parts_sum_exactly_and_fall_due_in_order(term: Term, amount: int, start: date) -> None:
    dues = schedule(term, amount, start)
    assert sum(due.amount for due in dues) == amount
    assert all(due.amount > 0 for due in dues)
    days = [due.due_on for due in dues]
    assert days == sorted(days)
    assert start <= days[0] <= days[-1] <= start + timedelta(days=120)
    plain = [due.amount for due in dues[:-1]]
    assert not plain or max(plain) - min(plain) <= 1
