"""Pages of collecting, complaints and balances: what each side may do there, and that they cost the same."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.core import ids
from marketplace.core.actors import SYSTEM
from payments.actions.daily import run_daily
from payments.actions.treasury import receive_bank_transfer
from payments.models import (
    DunningCase,
    FrozenStatement,
    Invoice,
    PromiseToPay,
    SupplierAccount,
    TradeDispute,
    WriteOff,
)
from payments.settlement.statements import content_of, hash_of
from tests.factories.companies import make_staff, selling_for
from tests.factories.payments import make_invoice, make_paid_supplier

from .conftest import Days
from .test_pages import as_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("eu", "books_hold")]
DAY, DUE = date(2026, 3, 5), date(2026, 4, 4)


def staff(role: str = "finance") -> Client:
    client = Client()
    client.force_login(make_staff(role))
    return client


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(captured.captured_queries)


def late(days: Days, count: int = 1) -> list[Invoice]:
    days.go(DAY)
    run_daily(until=DAY)
    supplier = make_paid_supplier(currency="EUR")
    SupplierAccount.objects.update(rail="bank")
    found = [make_invoice(currency="EUR", pieces=n + 1, supplier=supplier)[1] for n in range(count)]
    day = DUE + timedelta(days=5)
    days.go(day)
    run_daily(until=day)
    return found


def test_the_worklist_puts_most_money_at_risk_first_and_costs_the_same(days: Days) -> None:
    client = staff()
    late(days, 1)
    few = queries_of(client, "/en/staff/books/collections/")
    for pieces in (5, 3):
        buyer, _invoice = make_invoice(currency="EUR", pieces=pieces)
        DunningCase.objects.create(buyer=buyer.company, currency="EUR", opened_on=DAY)
    days.go(DUE + timedelta(days=60))
    assert queries_of(client, "/en/staff/books/collections/") == few
    rows: Any = client.get("/en/staff/books/collections/").context["page"].work
    # 1,190.00 for sixty days stand before 3,570.00 for twenty-five.
    assert [(work.principal, work.days) for work in rows] == [(595_000, 25), (119_000, 60), (357_000, 25)]


def test_a_promise_is_written_down_on_the_case(days: Days) -> None:
    late(days)
    case = DunningCase.objects.get()
    client = staff()
    url = f"/en/staff/books/collections/{case.public_id}/"
    form = {"promise-amount": "1,190.00", "promise-due_on": "2026-04-20", "promise-note": "Ms Chen"}
    assert client.post(f"{url}promise/", {**form, "promise-due_on": "2026-04-09"}).status_code == 422
    assert not PromiseToPay.objects.exists()
    assert client.post(f"{url}promise/", form).status_code == 302
    assert PromiseToPay.objects.get().amount == 119_000
    page = client.get(url).content.decode()
    assert "Paused: Promise to pay" in page
    assert "Ms Chen" in page
    assert client.post(f"{url}resume/", {"note-note": "called off"}).status_code == 302
    case.refresh_from_db()
    assert case.state == "L1"


def test_two_people_write_off_on_the_page(days: Days) -> None:
    (invoice,) = late(days)
    days.go(DUE + timedelta(days=95))
    case = DunningCase.objects.get()
    first, second = staff(), staff("credit")
    form = {"invoice": invoice.public_id, "reason": "gone", "step": "propose", "key": ids.new_public_id()}
    assert first.post(f"/en/staff/books/collections/{case.public_id}/give-up/", form).status_code == 302
    url = f"/en/staff/books/write-offs/{WriteOff.objects.get().public_id}/"
    assert first.post(url, {"step": "approve"}).status_code == 302
    assert "Another person has to decide" in first.get("/en/staff/books/collections/").content.decode()
    assert WriteOff.objects.get().state == "proposed"
    assert second.post(url, {"step": "approve"}).status_code == 302
    assert Invoice.objects.get(pk=invoice.pk).state == "written_off"


def test_a_complaint_from_the_first_word_to_the_credit_note(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    client = as_member(buyer)
    factory = as_member(selling_for(invoice.supplier))
    url = f"/en/finance/invoices/{invoice.public_id}/complain/"
    form = {"reason": "quality", "text": "grey", "claimed": "1,190.01"}
    assert client.post(url, form).status_code == 422
    assert not TradeDispute.objects.exists()
    assert client.post(url, {**form, "claimed": "500.00"}).status_code == 303
    dispute = TradeDispute.objects.get()
    page = client.get("/en/finance/").content.decode()
    assert "In dispute, not due" in page
    answer = f"/en/earnings/disputes/{dispute.public_id}/answer/"
    assert factory.post(answer, {"text": "half", "offered": "250.00"}).status_code == 303
    assert client.post(f"/en/finance/disputes/{dispute.public_id}/accept/").status_code == 303
    again = factory.post(answer, {"text": "half", "offered": "250.00"})
    assert again.status_code == 409
    dispute.refresh_from_db()
    assert (dispute.state, dispute.agreed) == ("closed", 25_000)
    assert "C2026-000001" in client.get(f"/en/finance/disputes/{dispute.public_id}/").content.decode()


def test_a_balance_is_used_and_a_due_date_moved_on_the_pages(days: Days) -> None:
    days.go(DAY)
    buyer, invoice = make_invoice(currency="EUR", pieces=1)
    client = as_member(buyer)
    receive_bank_transfer(
        acting_user=SYSTEM, buyer=buyer.company, currency="EUR", amount=120_000, reference="B-1"
    )
    _buyer, second = make_invoice(buyer, currency="EUR", pieces=1)
    assert "You have a balance of €10.00" in client.get("/en/finance/").content.decode()
    form = {"currency": "EUR", "key": ids.new_public_id()}
    for _ in range(2):
        assert client.post("/en/finance/balance/", form).status_code == 303
    assert second.instalments.get().outstanding == 118_000
    url = f"/en/finance/invoices/{second.public_id}/extend/"
    for _ in range(2):
        assert client.post(url).status_code == 303
    assert second.instalments.get().due_on == date(2026, 5, 4)
    assert invoice.pk != second.pk


def test_a_month_is_frozen_with_a_hash_that_goes_on(days: Days) -> None:
    days.go(DAY)
    run_daily(until=DAY)
    buyer, _invoice = make_invoice(currency="EUR", pieces=1)
    days.go(date(2026, 5, 2))
    run_daily(until=date(2026, 5, 2))
    march, april = FrozenStatement.objects.order_by("until")
    assert (march.opening, march.closing, april.opening) == (0, 119_000, 119_000)
    assert april.closing - april.opening == sum(line["change"] for line in april.lines)
    assert april.previous_hash == march.hash
    for row in (march, april):
        assert hash_of(content_of(row), row.previous_hash) == row.hash
    aged = april.ageing
    assert sum(aged["principal"]) + sum(aged["fees"]) + aged["disputed"] == april.closing
    page = as_member(buyer).get(f"/en/finance/statements/{april.public_id}/")
    assert page.status_code == 200
    text = as_member(buyer).get(f"/en/finance/statements/{april.public_id}.csv").content.decode("utf-8-sig")
    assert text.splitlines()[-1].split(",")[4] == f"{april.closing / 100:.2f}"
