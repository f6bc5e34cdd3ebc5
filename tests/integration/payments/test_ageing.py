"""The age of what is owed, as of any day and by what was known then, is what the books hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.actors import SYSTEM
from payments.actions.collecting import extend_due_date
from payments.actions.corrections import credit_invoice
from payments.actions.daily import run_daily
from payments.actions.disputes import open_dispute
from payments.actions.treasury import receive_bank_transfer
from payments.ledger.cuts import Cut
from payments.ledger.queries import trial_balance
from payments.models import Invoice, SupplierAccount
from payments.queries.ageing import age_all, ageing
from payments.rules.ageing import Ageing, age_fees, aged, bucket
from tests.factories.companies import selling_for
from tests.factories.payments import make_credit_buyer, make_invoice

from .conftest import Days

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("days", "place"),
    [(-30, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (999, 4)],
)
def test_a_debt_is_in_one_bucket(days: int, place: int) -> None:
    assert bucket(days) == place
    assert aged(7, days).buckets[place] == aged(7, days).total == 7


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 10**9)), max_size=10), st.data())
def test_what_was_paid_of_fees_takes_the_oldest(charges: list[tuple[int, int]], data: st.DataObject) -> None:
    booked = [(DAY - timedelta(days=ago), amount) for ago, amount in charges]
    total = sum(amount for _, amount in charges)
    gone = data.draw(st.integers(0, total))
    left = age_fees(booked, gone, DAY)
    assert left.total == total - gone
    more = age_fees(booked, total, DAY)
    assert more == Ageing()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("eu", "books_hold")
def test_on_every_day_it_equals_the_books(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer = make_credit_buyer(currency="EUR")
    _buyer, first = make_invoice(buyer, currency="EUR", pieces=3)
    _buyer, second = make_invoice(buyer, currency="EUR", pieces=2, term="instalments-3")
    SupplierAccount.objects.update(rail="bank")
    steps = {
        date(2026, 3, 20): lambda: _take_back(first),
        date(2026, 4, 2): lambda: extend_due_date(
            acting_user=buyer.user, acting=buyer, invoice_public_id=second.public_id
        ),
        date(2026, 4, 24): lambda: receive_bank_transfer(
            acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=100_000, reference="B-1"
        ),
        date(2026, 5, 1): lambda: open_dispute(
            acting_user=buyer.user,
            acting=buyer,
            invoice_public_id=second.public_id,
            reason="missing",
            text="two are missing",
            claimed=40_000,
        ),
    }
    for day, step in steps.items():
        days.go(day)
        run_daily(until=day)
        step()
    days.go(date(2026, 6, 1))
    run_daily(until=date(2026, 6, 1))
    for ago in range(0, 89, 4):
        day = date(2026, 6, 1) - timedelta(days=ago)
        books = {line.code: line for line in trial_balance("EUR", Cut(as_of=day)).lines}
        owed = sum(books[code].debit_balance for code in ("1200", "1210") if code in books)
        assert ageing(buyer.company, "EUR", day).total == owed, day
        assert sum(debt.total for debt in age_all("EUR", day)) == owed
    # Known at the end of March, April's receipt was not.
    then = datetime(2026, 4, 1, tzinfo=UTC)
    assert (
        ageing(buyer.company, "EUR", date(2026, 6, 1), known_at=then).principal.total
        == 357_000 + 238_000 - 119_000
    )


def _take_back(invoice: Invoice) -> None:
    seller = selling_for(invoice.supplier)
    credit_invoice(
        acting_user=seller.user,
        acting=seller,
        invoice_public_id=invoice.public_id,
        pieces={1: 1},
        note="open seam",
        submission_key="one-piece",
    )
