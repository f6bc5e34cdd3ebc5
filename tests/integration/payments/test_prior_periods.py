"""P10: what is heard of after its month was closed is booked in the next one, and says so."""

from datetime import date

import pytest
from django.db import transaction
from django.test import Client

from marketplace.core.actors import SYSTEM, SystemActor
from payments.actions.close_months import close_month, soft_close_month
from payments.actions.treasury import receive_bank_transfer
from payments.ledger import checks
from payments.ledger.models import LedgerTx
from payments.ledger.queries import Cut, trial_balance
from payments.models import Invoice
from tests.factories.payments import (
    invoice_of,
    make_credit_buyer,
    make_goods,
    make_paid_supplier,
    order_on_account,
    ship,
)

from .conftest import Days

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = date(2026, 1, 1)


def january() -> dict[str, tuple[int, int]]:
    lines = trial_balance("CNY", Cut(as_of=date(2026, 1, 31))).lines
    return {line.code: (line.debits, line.credits) for line in lines if line.debits or line.credits}


def test_a_receipt_of_a_closed_month_adjusts_the_next_one(days: Days) -> None:
    days.go(date(2026, 1, 10))
    buyer = make_credit_buyer()
    group = order_on_account(buyer, {make_goods(make_paid_supplier()): 10})
    invoice: Invoice = invoice_of(ship(group.orders.get()))
    days.go(date(2026, 2, 5))
    before = january()
    soft_close_month(acting_user=SYSTEM, month=JANUARY)
    close_month(acting_user=SystemActor("second"), month=JANUARY)

    with transaction.atomic():
        receive_bank_transfer(
            acting_user=SYSTEM,
            buyer=invoice.buyer,
            currency="CNY",
            amount=10_000,
            reference="ICBC-7",
            received_on=date(2026, 1, 30),
        )

    assert january() == before
    received = LedgerTx.objects.get(kind="bank.received")
    assert received.effective_at.isoformat() == "2026-01-31T16:00:00+00:00"
    assert received.meta["belongs_to"] == "2026-01-30T00:00:00+08:00"
    assert checks.changed_months() == checks.wrong_balances() == []
    invoice.refresh_from_db()
    assert [row.paid for row in invoice.instalments.all()] == [10_000]

    client = Client()
    client.force_login(buyer.user)
    february = {"since": "2026-02-01", "until": "2026-02-05"}
    assert client.get("/en/finance/statement/", february).text.count("Prior period") == 1
    of_january = {"since": "2026-01-01", "until": "2026-01-31"}
    assert "Prior period" not in client.get("/en/finance/statement/", of_january).text
