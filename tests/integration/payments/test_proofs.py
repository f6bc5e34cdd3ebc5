"""The proofs over receivables find what they are there to find: each is broken once, past the actions."""

from datetime import date

import pytest

from marketplace.core.actors import SYSTEM
from payments.actions.corrections import credit_invoice
from payments.actions.daily import run_daily
from payments.actions.treasury import receive_bank_transfer
from payments.models import Allocation, Clawback, CreditNote, NumberSeries, SupplierAccount
from payments.queries.verification import claims, credit_numbers, receipts
from tests.factories.companies import selling_for
from tests.factories.payments import make_credit_buyer, make_invoice

from .conftest import Days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu")]


def trade(days: Days) -> None:
    """Paid in part, paid out, and a piece of it taken back."""
    days.go(date(2026, 3, 5))
    buyer = make_credit_buyer(currency="EUR")
    _buyer, invoice = make_invoice(buyer, currency="EUR", pieces=2)
    SupplierAccount.objects.update(rail="bank")
    days.go(date(2026, 3, 6))
    run_daily(until=date(2026, 3, 6))
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=50_000, reference="B-1"
    )
    seller = selling_for(invoice.supplier)
    credit_invoice(
        acting_user=seller.user,
        acting=seller,
        invoice_public_id=invoice.public_id,
        pieces={1: 1},
        note="open seam",
        submission_key="one-piece",
    )
    assert receipts() == claims() == credit_numbers() == []


def test_an_allocation_that_is_gone_is_found(days: Days) -> None:
    trade(days)
    allocation = Allocation.objects.get()
    Allocation.objects.filter(pk=allocation.pk).update(amount=49_999)
    assert receipts() == [str(allocation.payment_id)]


def test_a_claim_the_books_know_nothing_of_is_found(days: Days) -> None:
    trade(days)
    claim = Clawback.objects.get()
    Clawback.objects.update(recovered=1)
    assert claims() == [f"{claim.supplier_id}/EUR"]


def test_a_missing_note_is_found(days: Days) -> None:
    trade(days)
    series = NumberSeries.objects.get(kind="credit_note")
    NumberSeries.objects.filter(pk=series.pk).update(last=2)
    assert credit_numbers() == [f"{series.issuer_id}/C2026"]
    assert CreditNote.objects.count() == 1
