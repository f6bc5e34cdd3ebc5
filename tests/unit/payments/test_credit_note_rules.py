"""Who bears what of a credit note: figures by hand, and that taking all back leaves nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.credit_notes import (
    Owed,
    Shares,
    Sold,
    Sums,
    Taken,
    TooMuch,
    offset,
    part_of,
    shares_of,
    take_amount,
    take_pieces,
)

# Ten pieces of 1,000.00, 19 % VAT, a discount of 250.00 paid by the platform, 5 % commission.
INVOICE = Sums(net=1_000_000, gross=1_190_000, discount=25_000, commission=50_000, commission_vat=9_500)
LINE = Sold(key=1, quantity=10, net=1_000_000, vat=190_000)


def test_one_piece_of_ten_comes_back() -> None:
    taken = take_pieces(LINE, 1)
    assert taken == Taken(1, 1, 100_000, 19_000)
    assert shares_of(INVOICE, Sums(), net=100_000, gross=119_000) == Shares(
        platform=2_500, buyer=116_500, commission=5_000, commission_vat=950, supplier=113_050
    )


@pytest.mark.parametrize("quantity", [0, -1, 11])
def test_pieces_that_are_not_there_cannot_come_back(quantity: int) -> None:
    with pytest.raises(TooMuch):
        take_pieces(LINE, quantity)


@pytest.mark.parametrize("gross", [0, -1, 1_190_001])
def test_a_price_falls_by_no_more_than_it_was(gross: int) -> None:
    with pytest.raises(TooMuch):
        take_amount([LINE], gross)


def test_more_than_the_invoice_is_refused() -> None:
    gone = Sums(net=950_000, gross=1_130_500)
    with pytest.raises(TooMuch) as refused:
        shares_of(INVOICE, gone, net=100_000, gross=119_000)
    assert refused.value.left == 59_500


def test_a_price_is_lowered_over_all_lines() -> None:
    lines = [LINE, Sold(key=2, quantity=1, net=100_000, vat=0)]
    assert take_amount(lines, 129_000) == [Taken(1, 0, 100_000, 19_000), Taken(2, 0, 10_000, 0)]


@pytest.mark.parametrize(
    ("owed", "amount", "parts", "rest"),
    [
        ([Owed(1, date(2026, 4, 4), 100)], 30, [(1, 30)], 0),
        ([Owed(1, date(2026, 4, 4), 100), Owed(2, date(2026, 5, 4), 100)], 130, [(2, 100), (1, 30)], 0),
        ([Owed(1, date(2026, 4, 4), 100, True), Owed(2, date(2026, 5, 4), 100)], 130, [(1, 100), (2, 30)], 0),
        ([Owed(1, date(2026, 4, 4), 0)], 30, [], 30),
        ([], 30, [], 30),
    ],
)
def test_the_latest_due_is_lowered_first(
    owed: list[Owed], amount: int, parts: list[tuple[int, int]], rest: int
) -> None:
    assert offset(owed, amount) == (parts, rest)


@given(
    st.integers(1, 10**11),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=8),
)
def test_shares_of_any_steps_sum_to_the_whole(total: int, steps: list[int]) -> None:
    base, reached, used = sum(steps), 0, 0
    for step in steps:
        reached += step
        part = part_of(total, reached, base, used)
        assert part >= 0
        used += part
    assert used == total


@given(
    st.integers(1, 50),
    st.integers(1, 10**7),
    st.sampled_from([0, 600, 700, 900, 1300, 1900]),
    st.lists(st.integers(1, 20), min_size=1, max_size=10),
    st.integers(0, 10**6),
)
def test_taking_everything_back_leaves_nothing(
    quantity: int, price: int, rate: int, steps: list[int], discount: int
) -> None:
    net = quantity * price
    vat = (net * rate + 5_000) // 10_000
    gross = net + vat
    invoice = Sums(net, gross, min(discount, gross), net // 20, net // 100)
    gone, line = Sums(), Sold(1, quantity, net, vat)
    while line.gone_quantity < quantity:
        pieces = min(steps[line.gone_quantity % len(steps)], quantity - line.gone_quantity)
        taken = take_pieces(line, pieces)
        shares = shares_of(invoice, gone, net=taken.net, gross=taken.net + taken.vat)
        assert min(shares.platform, shares.buyer, shares.commission, shares.supplier) >= 0
        line = Sold(
            1,
            quantity,
            net,
            vat,
            line.gone_quantity + pieces,
            line.gone_net + taken.net,
            line.gone_vat + taken.vat,
        )
        gone = Sums(
            gone.net + taken.net,
            gone.gross + taken.net + taken.vat,
            gone.discount + shares.platform,
            gone.commission + shares.commission,
            gone.commission_vat + shares.commission_vat,
        )
    assert gone == invoice
    assert line.left == 0


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from([0, 600, 1300, 1900])), min_size=1, max_size=6),
    st.data(),
)
def test_a_lower_price_stays_within_each_line(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    lines = [Sold(i, 1, net, net * rate // 10_000) for i, (net, rate) in enumerate(rows)]
    wanted = data.draw(st.integers(1, sum(line.left for line in lines)))
    taken = take_amount(lines, wanted)
    assert sum(t.net + t.vat for t in taken) == wanted
    by_key = {line.key: line for line in lines}
    for part in taken:
        assert 0 <= part.net <= by_key[part.key].net
        assert 0 <= part.vat <= by_key[part.key].vat
