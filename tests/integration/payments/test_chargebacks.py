"""A card holder's bank takes money back: withheld, won, lost; the debt lives again in any order of news."""

from datetime import date
from itertools import permutations

import pytest
from django.db import transaction

from marketplace.companies.acting import Acting
from marketplace.core import clock, ids
from marketplace.core.actors import SYSTEM
from payments.credit.models import CreditLine
from payments.ledger.queries import balance
from payments.models import Allocation, CardDispute, Invoice, Payment
from payments.queries.ageing import ageing
from payments.settlement.chargebacks import Seen, apply_dispute
from payments.settlement.receipts import apply_repayment
from tests.factories.payments import make_invoice

from .conftest import Days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu", "books_hold")]
DAY, DUE = date(2026, 3, 5), date(2026, 4, 4)


def paid_by_card(days: Days, amount: int = 119_000) -> tuple[Acting, Invoice, Payment]:
    """An invoice of 1,190.00 and a card payment of `amount` towards it, taken in."""
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    payment = Payment.objects.create(
        buyer=buyer.company,
        user=buyer.user,
        purpose="repayment",
        amount=amount,
        currency="EUR",
        state="succeeded",
        submission_key=ids.new_public_id(),
        succeeded_at=clock.now(),
    )
    with transaction.atomic():
        apply_repayment(acting_user=SYSTEM, payment=payment)
    return buyer, invoice, payment


def tell(payment: Payment, *states: str) -> CardDispute:
    for state in states:
        with transaction.atomic():
            found = apply_dispute(
                acting_user=SYSTEM,
                payment_id=payment.pk,
                seen=Seen(provider_id="du_1", state=state, amount=payment.amount, fee=2_000),
            )
    payment.refresh_from_db()
    return found


def owed(buyer: Acting) -> tuple[int, int]:
    return tuple(balance("EUR", code, buyer.company.pk) for code in ("1200", "2110"))  # type: ignore[return-value]


def test_an_inquiry_moves_no_money(days: Days) -> None:
    buyer, _invoice, payment = paid_by_card(days)
    assert tell(payment, "inquiry", "inquiry_closed").state == "inquiry_closed"
    assert (payment.state, balance("EUR", "1100"), owed(buyer)) == ("succeeded", 119_000, (0, 0))


def test_won_it_is_as_if_nothing_had_happened_but_the_fee(days: Days) -> None:
    buyer, invoice, payment = paid_by_card(days)
    dispute = tell(payment, "open")
    assert (payment.state, balance("EUR", "1300", dispute.pk)) == ("disputed", 119_000)
    assert CreditLine.objects.get().status == "on_hold"
    tell(payment, "under_review", "won")
    assert payment.state == "succeeded"
    assert [balance("EUR", code) for code in ("1100", "5010")] == [117_000, 2_000]
    assert balance("EUR", "1300", dispute.pk) == 0
    assert CreditLine.objects.get().status == "active"
    assert Invoice.objects.get(pk=invoice.pk).state == "settled"
    assert owed(buyer) == (0, 0)


def test_lost_the_debt_lives_again_and_is_due_at_once(days: Days) -> None:
    buyer, invoice, payment = paid_by_card(days, 130_000)
    assert owed(buyer) == (0, 11_000)
    days.go(date(2026, 3, 20))
    dispute = tell(payment, "open", "lost")
    assert payment.state == "charged_back"
    # The balance the payment had left is gone first, then what it had paid is owed again.
    assert owed(buyer) == (119_000, 0)
    assert balance("EUR", "1300", dispute.pk) == balance("EUR", "5020") == 0
    row = invoice.instalments.get()
    assert (row.outstanding, row.due_on) == (119_000, date(2026, 3, 20))
    assert Invoice.objects.get(pk=invoice.pk).state == "issued"
    assert not Allocation.objects.filter(reversed_by__isnull=True, reverses__isnull=True).exists()
    # On the day before, it was paid.
    assert ageing(buyer.company, "EUR", date(2026, 3, 19)).total == 0
    assert ageing(buyer.company, "EUR", date(2026, 3, 20)).total == 119_000


@pytest.mark.parametrize("order", sorted(set(permutations(["open", "under_review", "lost", "lost"]))))
def test_any_order_of_tidings_comes_to_the_same_end(days: Days, order: tuple[str, ...]) -> None:
    buyer, _invoice, payment = paid_by_card(days)
    tell(payment, *order)
    assert (CardDispute.objects.get().state, payment.state) == ("lost", "charged_back")
    assert owed(buyer) == (119_000, 0)
    assert balance("EUR", "1100") == -2_000
