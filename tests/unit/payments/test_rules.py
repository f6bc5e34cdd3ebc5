"""Terms, fees, late fees and the waterfall: tables with figures worked out by hand, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.policies import CN_1, EU_1, Policy
from payments.rules.fees import commission_on, early_payout
from payments.rules.late_fees import Accrued, accrue, rounded, total_of
from payments.rules.states import (
    AUTHORISATION,
    CREDIT_LINE,
    INVOICE,
    OUTBOX_COMMAND,
    PAYMENT,
    PAYOUT_ITEM,
    REFUND,
)
from payments.rules.terms import Due, schedule
from payments.rules.waterfall import Kind, Open, Share, distribute

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("policy", "net", "commission", "vat"),
    [
        (EU_1, 1_000_000, 50_000, 9_500),
        (EU_1, 400_000, 20_000, 3_800),
        (CN_1, 1_000_000, 30_000, 1_800),
        (CN_1, 50, 2, 0),  # 1.5 → 2, then 0.12 → 0
        (CN_1, 1, 0, 0),
        (CN_1, 83, 2, 0),
    ],
)
def test_commission_and_its_vat_round_half_up_once_each(
    policy: Policy, net: int, commission: int, vat: int
) -> None:
    found = commission_on(net, policy)
    assert (found.amount, found.vat) == (commission, vat)


@pytest.mark.parametrize(
    ("policy", "term", "supplier_net", "fee", "payout"),
    [
        (EU_1, "net-30", 1_130_500, 20_349, 1_110_151),
        (EU_1, "instalments-3", 452_200, 11_305, 440_895),
        (CN_1, "net-30", 1_098_200, 16_473, 1_081_727),
        (CN_1, "net-60", 1_098_200, 26_357, 1_071_843),
    ],
)
def test_early_payout_costs_the_term_s_fee(
    policy: Policy, term: str, supplier_net: int, fee: int, payout: int
) -> None:
    found = early_payout(supplier_net, policy, policy.term(term))
    assert (found.fee, found.payout, found.reserve) == (fee, payout, 0)


def test_paid_by_card_costs_no_fee() -> None:
    assert early_payout(1_000, CN_1, None).payout == 1_000


@pytest.mark.parametrize(
    ("policy", "term", "amount", "dues"),
    [
        (CN_1, "net-30", 1_000, [(date(2026, 4, 4), 1_000)]),
        (CN_1, "net-60", 1_000, [(date(2026, 5, 4), 1_000)]),
        (CN_1, "next-8th", 1_000, [(date(2026, 4, 8), 1_000)]),
        (
            EU_1,
            "instalments-3",
            466_000,
            [(date(2026, 4, 4), 155_333), (date(2026, 5, 4), 155_333), (date(2026, 6, 3), 155_334)],
        ),
    ],
)
def test_due_dates_and_instalments(
    policy: Policy, term: str, amount: int, dues: list[tuple[date, int]]
) -> None:
    assert schedule(policy.term(term), amount, DAY) == [Due(*due) for due in dues]


def test_the_eighth_of_the_next_month_crosses_the_year() -> None:
    assert schedule(CN_1.term("next-8th"), 1, date(2026, 12, 31)) == [Due(date(2027, 1, 8), 1)]


@given(st.sampled_from([*CN_1.terms.values(), *EU_1.terms.values()]), st.integers(1, 10**12))
def test_instalments_sum_to_the_whole(term: object, amount: int) -> None:
    dues = schedule(term, amount, DAY)  # type: ignore[arg-type]
    assert sum(due.amount for due in dues) == amount
    assert all(due.amount >= 0 for due in dues)


def test_interest_of_the_worked_example() -> None:
    due, rates = date(2026, 4, 4), EU_1.late_rates
    at_15 = accrue(1_048_500, Accrued(0, due), date(2026, 4, 19), rates)
    assert rounded(at_15.exact) == 4_481
    at_20 = accrue(1_048_500, at_15, date(2026, 4, 24), rates)
    assert rounded(at_20.exact) == 5_975
    at_26 = accrue(558_475, at_20, date(2026, 4, 30), rates)
    assert rounded(at_26.exact) == 6_930
    at_40 = accrue(558_475, at_26, date(2026, 5, 14), rates)
    assert rounded(at_40.exact) == 9_158
    timeline = [(due, 1_048_500), (date(2026, 4, 24), 558_475)]
    assert total_of(timeline, due, date(2026, 5, 14), rates) == 9_158


def test_china_s_late_fee_is_a_twentieth_of_a_percent_a_day() -> None:
    one_day = accrue(1_130_000, Accrued(0, DAY), DAY + timedelta(days=1), CN_1.late_rates)
    assert rounded(one_day.exact) == 565


def test_a_new_rate_counts_from_its_day() -> None:
    rates = ((date(2000, 1, 1), 36_500), (DAY + timedelta(days=11), 73_000))
    ten = accrue(1_000_000, Accrued(0, DAY), DAY + timedelta(days=10), rates)
    twelve = accrue(1_000_000, Accrued(0, DAY), DAY + timedelta(days=12), rates)
    assert rounded(ten.exact) == 10_000
    assert rounded(twelve.exact) == 10_000 + 2 * 2_000


@given(st.integers(0, 10**10), st.lists(st.integers(0, 90), min_size=1, max_size=8))
def test_interest_does_not_depend_on_when_it_is_counted(outstanding: int, offsets: list[int]) -> None:
    until = DAY + timedelta(days=max(offsets))
    state, posted = Accrued(0, DAY), 0
    for offset in offsets:  # in any order, with repeats and steps back
        state = accrue(outstanding, state, DAY + timedelta(days=offset), CN_1.late_rates)
        posted += rounded(state.exact) - posted
    assert posted == rounded(accrue(outstanding, Accrued(0, DAY), until, CN_1.late_rates).exact)


@given(st.integers(1, 10**9), st.integers(1, 200))
def test_more_days_never_cost_less(outstanding: int, days: int) -> None:
    sums = [
        rounded(accrue(outstanding, Accrued(0, DAY), DAY + timedelta(days=n), CN_1.late_rates).exact)
        for n in (0, days, days + 1)
    ]
    assert sums[0] == 0
    assert sums == sorted(sums)


ITEMS = [
    Open(1, 10, DAY - timedelta(days=40), 1, 700_781, 2_796, 4_000),
    Open(2, 20, DAY - timedelta(days=5), 2, 158_666, 226),
    Open(3, 20, DAY + timedelta(days=25), 3, 158_668),
]


def test_undirected_money_pays_fees_first_then_the_oldest_debt() -> None:
    shares, rest = distribute(ITEMS, 10_000, today=DAY)
    assert shares == [
        Share(Kind.COMPENSATION, 1, 10, 4_000),
        Share(Kind.INTEREST, 1, 10, 2_796),
        Share(Kind.INTEREST, 2, 20, 226),
        Share(Kind.PRINCIPAL, 1, 10, 2_978),
    ]
    assert rest == 0


def test_directed_money_goes_where_it_is_sent_and_its_excess_down_the_waterfall() -> None:
    shares, rest = distribute(ITEMS, 320_000, today=DAY, directed_to={20})
    assert shares == [
        Share(Kind.INTEREST, 2, 20, 226),
        Share(Kind.PRINCIPAL, 2, 20, 158_666),
        Share(Kind.PRINCIPAL, 3, 20, 158_668),
        Share(Kind.COMPENSATION, 1, 10, 2_440),
    ]
    assert rest == 0


def test_what_nobody_owes_is_left_over() -> None:
    assert distribute([], 500, today=DAY) == ([], 500)


_open = st.builds(
    Open,
    instalment=st.integers(1, 50),
    invoice=st.integers(1, 5),
    due_on=st.dates(DAY - timedelta(90), DAY + timedelta(90)),
    seq=st.integers(1, 3),
    principal=st.integers(0, 10**6),
    interest=st.integers(0, 10**4),
    compensation=st.integers(0, 4_000),
)


@given(
    st.lists(_open, max_size=8, unique_by=lambda i: i.instalment),
    st.integers(1, 10**7),
    st.sets(st.integers(1, 5), max_size=3),
)
def test_every_cent_goes_somewhere_and_nothing_is_paid_twice(
    items: list[Open], amount: int, directed: set[int]
) -> None:
    shares, rest = distribute(items, amount, today=DAY, directed_to=directed)
    assert sum(share.amount for share in shares) + rest == amount
    owed = {item.instalment: item for item in items}
    for share in shares:
        item = owed[share.instalment]
        limits = {
            Kind.PRINCIPAL: item.principal,
            Kind.INTEREST: item.interest,
            Kind.COMPENSATION: item.compensation,
        }
        assert 0 < share.amount <= limits[share.kind]
    total = sum(i.principal + i.interest + i.compensation for i in items)
    assert rest == max(0, amount - total)


@pytest.mark.parametrize(
    "table", [AUTHORISATION, CREDIT_LINE, INVOICE, OUTBOX_COMMAND, PAYMENT, PAYOUT_ITEM, REFUND]
)
def test_every_state_that_can_be_reached_has_a_row(table: dict[str, frozenset[str]]) -> None:
    assert {target for targets in table.values() for target in targets} <= set(table)


@pytest.mark.parametrize(
    ("table", "ended"),
    [
        (AUTHORISATION, "captured"),
        (AUTHORISATION, "voided"),
        (AUTHORISATION, "expired"),
        (CREDIT_LINE, "closed"),
        (INVOICE, "void"),
        (PAYMENT, "refunded"),
        (REFUND, "succeeded"),
        (OUTBOX_COMMAND, "confirmed"),
    ],
)
def test_an_end_is_an_end(table: dict[str, frozenset[str]], ended: str) -> None:
    assert table[ended] == frozenset()
