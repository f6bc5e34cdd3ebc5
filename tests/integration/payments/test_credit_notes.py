"""Goods come back: who owes what after it, at every stage of payment, and what is refused."""

from datetime import date

import pytest
from django.test import Client

from marketplace.companies.acting import Acting
from marketplace.core import ids
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import NotFound
from payments.actions.collecting import use_credit_balance
from payments.actions.corrections import confirm_bank_refund, credit_invoice
from payments.actions.daily import run_daily
from payments.actions.treasury import receive_bank_transfer
from payments.errors import NotCreditable, NothingToApply
from payments.ledger.queries import balance
from payments.models import Clawback, CreditNote, Invoice, Payment, PayoutItem, Refund, SupplierAccount
from payments.queries.ageing import ageing
from tests.factories.companies import make_staff, make_supplier, selling_for
from tests.factories.payments import make_credit_buyer, make_invoice

from .conftest import Days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu", "books_hold")]
DAY = date(2026, 3, 5)


def take_back(invoice: Invoice, pieces: int, key: str = "submission-1") -> CreditNote:
    seller = selling_for(invoice.supplier)
    return credit_invoice(
        acting_user=seller.user,
        acting=seller,
        invoice_public_id=invoice.public_id,
        pieces={1: pieces},
        note="seams open",
        submission_key=key,
    )


def pay_by_bank(buyer: Acting, amount: int, reference: str = "B-1") -> Payment:
    return receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=amount, reference=reference
    )


def of_books(*codes: str, owner: int = 0) -> list[int]:
    return [balance("EUR", code, owner) for code in codes]


def test_before_the_payout_the_factory_s_claim_gets_smaller(days: Days) -> None:
    days.go(DAY)
    _buyer, invoice = make_invoice(currency="EUR")
    note = take_back(invoice, 1)
    item = PayoutItem.objects.get()
    assert (note.number, note.document) == ("C2026-000001", "credit_note")
    assert (note.net, note.vat, note.gross, note.offset) == (100_000, 19_000, 119_000, 119_000)
    # 11,305.00 less 1,130.50, and the fee of 1.8 % on what is left.
    assert (item.gross, item.fee, item.net) == (1_017_450, 18_314, 999_136)
    assert of_books("2000", owner=invoice.supplier_id) == [1_017_450]
    assert not Clawback.objects.exists()


def test_all_pieces_back_leave_nothing_of_the_invoice(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR")
    for index, pieces in enumerate((3, 4, 3)):
        take_back(invoice, pieces, key=f"submission-{index}")
    invoice.refresh_from_db()
    assert invoice.state == "settled"
    assert sum(CreditNote.objects.values_list("commission", flat=True)) == invoice.commission
    assert sum(CreditNote.objects.values_list("commission_vat", flat=True)) == invoice.commission_vat
    assert of_books("4000", "2300") == [0, 0]
    assert of_books("1200", owner=buyer.company.pk) == [0]
    assert of_books("2000", owner=invoice.supplier_id) == [0]
    days.go(date(2026, 3, 6))
    run_daily(until=date(2026, 3, 6))
    assert PayoutItem.objects.get().net == 0


def test_the_same_submission_is_one_note(days: Days) -> None:
    days.go(DAY)
    _buyer, invoice = make_invoice(currency="EUR")
    assert take_back(invoice, 1) == take_back(invoice, 1)
    assert CreditNote.objects.count() == 1


@pytest.mark.parametrize("pieces", [{1: 11}, {1: 0}, {}, {2: 1}])
def test_what_is_not_there_cannot_come_back(days: Days, pieces: dict[int, int]) -> None:
    days.go(DAY)
    _buyer, invoice = make_invoice(currency="EUR")
    seller = selling_for(invoice.supplier)
    with pytest.raises(NotCreditable):
        credit_invoice(
            acting_user=seller.user,
            acting=seller,
            invoice_public_id=invoice.public_id,
            pieces=pieces,
            note="",
            submission_key="submission-1",
        )
    assert not CreditNote.objects.exists()
    assert invoice.instalments.get().credited == 0


def test_another_factory_can_take_nothing_back(days: Days) -> None:
    days.go(DAY)
    _buyer, invoice = make_invoice(currency="EUR")
    stranger = selling_for(make_supplier())
    with pytest.raises(NotFound):
        credit_invoice(
            acting_user=stranger.user,
            acting=stranger,
            invoice_public_id=invoice.public_id,
            pieces={1: 1},
            note="",
            submission_key="submission-1",
        )


def test_what_was_paid_by_bank_goes_back_by_bank(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR")
    pay_by_bank(buyer, 1_100_000)
    note = take_back(invoice, 1)
    # 900.00 were still open; the rest of 1,190.00 goes back.
    assert (note.offset, note.refund, note.credit) == (90_000, 29_000, 0)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (29_000, "submitted")
    assert of_books("2130", "1000") == [29_000, 1_100_000]
    staff = make_staff()
    for _ in range(2):
        confirm_bank_refund(acting_user=staff, refund_public_id=refund.public_id, reference="OUT-1")
    refund.refresh_from_db()
    assert (refund.state, of_books("2130", "1000")) == ("succeeded", [0, 1_071_000])
    assert Payment.objects.get().state == "partially_refunded"


def test_a_second_note_gives_back_no_more_than_was_paid(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR")
    pay_by_bank(buyer, 1_190_000)
    take_back(invoice, 6)
    take_back(invoice, 4, key="submission-2")
    assert sum(Refund.objects.values_list("amount", flat=True)) == 1_190_000
    with pytest.raises(NotCreditable):
        take_back(invoice, 1, key="submission-3")


def test_a_balance_is_kept_and_used(days: Days) -> None:
    days.go(DAY)
    buyer = make_credit_buyer(currency="EUR")
    _buyer, invoice = make_invoice(buyer, currency="EUR")
    pay_by_bank(buyer, 1_200_000)
    assert of_books("2110", owner=buyer.company.pk) == [10_000]
    with pytest.raises(NothingToApply):
        use_credit_balance(acting_user=buyer.user, acting=buyer, currency="EUR", submission_key="use-0001")
    _buyer, second = make_invoice(buyer, currency="EUR", pieces=1)
    for _ in range(2):
        used = use_credit_balance(
            acting_user=buyer.user, acting=buyer, currency="EUR", submission_key="use-0002"
        )
    assert (used.amount, used.rail, used.state) == (10_000, "balance", "succeeded")
    assert second.instalments.get().outstanding == 109_000
    assert of_books("2110", owner=buyer.company.pk) == [0]
    assert ageing(buyer.company, "EUR", DAY).total == 109_000
    assert Invoice.objects.get(pk=invoice.pk).state == "settled"


def test_after_the_payout_later_payouts_pay_the_claim_first(days: Days) -> None:
    days.go(DAY)
    buyer = make_credit_buyer(currency="EUR")
    _buyer, invoice = make_invoice(buyer, currency="EUR")
    SupplierAccount.objects.update(rail="bank")
    days.go(date(2026, 3, 6))
    run_daily(until=date(2026, 3, 6))
    take_back(invoice, 1)
    claim = Clawback.objects.get()
    assert (claim.amount, claim.open) == (113_050, 113_050)
    _buyer, second = make_invoice(buyer, currency="EUR", supplier=invoice.supplier)
    days.go(date(2026, 3, 9))
    run_daily(until=date(2026, 3, 9))
    item = PayoutItem.objects.get(invoice=second)
    claim.refresh_from_db()
    assert (item.recouped, item.net, claim.open) == (113_050, 997_101, 0)
    assert of_books("1400", owner=invoice.supplier_id) == [0]


def test_a_refund_by_bank_waits_for_its_reference(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR")
    pay_by_bank(buyer, 1_190_000)
    take_back(invoice, 1)
    refund = Refund.objects.get()
    staff = Client()
    staff.force_login(make_staff())
    url = f"/en/staff/books/treasury/refunds/{refund.public_id}/sent/"
    assert staff.post(url, {"reference": "  "}).status_code == 422
    refund.refresh_from_db()
    assert refund.state == "submitted"
    with pytest.raises(NotFound):
        confirm_bank_refund(acting_user=SYSTEM, refund_public_id=ids.new_public_id(), reference="X")
