"""What people are told: each kind reads in both languages, each event tells the right side."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import transaction
from django.utils import translation

from marketplace.core import clock, outbox
from marketplace.core.actors import SYSTEM
from marketplace.fulfilment.actions.receive import confirm_receipt
from marketplace.fulfilment.actions.ship import refuse_rest
from marketplace.notifications.models import Notice
from marketplace.notifications.queries import url_of
from marketplace.notifications.rules import KINDS, words_of
from marketplace.orders.models import Order
from marketplace.subscriptions import TABLE
from payments.actions.daily import run_daily
from payments.credit.actions import close_hold, open_hold
from payments.credit.models import CreditLine
from payments.credit.reserve import lock_line
from payments.models import Rail, SupplierAccount
from tests.factories.companies import selling_for
from tests.factories.payments import (
    invoice_of,
    make_credit_buyer,
    make_goods,
    make_paid_supplier,
    order_on_account,
    ship,
)

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {
    name: {"zh": "诸暨", "en": "Zhuji"} for name in ("buyer", "supplier", "suppliers", "company", "cluster")
} | {
    "total": {"money": [171_030, "CNY"]},
    "date": {"date": "2026-12-24"},
    "reason": {"hold": "overdue"},
    **dict.fromkeys(("number", "subject", "carrier", "tracking", "name", "count"), "2026-000007"),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_reads_in_both_languages(kind: str) -> None:
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = words_of(kind, FACTS)
        said[language] = f"{words.subject} {words.sentence} {words.button}"
        assert "%(" not in said[language]
    assert re.search("[一-鿿]", said["zh-hans"]), "not in Chinese"
    assert not re.search("[一-鿿]", said["en"]), "not in English"


def _told(kind: str, email: str) -> Notice:
    return Notice.objects.filter(kind=kind, user__email=email).order_by("pk")[0]


def test_both_sides_hear_of_an_order_on_its_way() -> None:
    """Placed, accepted, shipped in part, invoiced, reminded, the rest called off: who is told what."""
    buyer, supplier = make_credit_buyer(), make_paid_supplier()
    SupplierAccount.objects.update(rail=Rail.BANK)
    goods = make_goods(supplier)
    seller = selling_for(supplier)
    order = order_on_account(buyer, {goods: 10}).orders.get()
    outbox.drain()
    invoice = invoice_of(ship(order, 6))
    due = invoice.instalments.get().due_on
    for day in (due - timedelta(days=7), due + timedelta(days=3)):
        with clock.at(clock.now() + (day - clock.today())):
            run_daily(until=day)
    refuse_rest(acting_user=seller.user, acting=seller, order_public_id=order.public_id, reason="no yarn")
    outbox.drain()
    heard = {
        person: set(Notice.objects.filter(user=person).values_list("kind", flat=True))
        for person in (buyer.user, seller.user)
    }
    assert heard[buyer.user] >= {
        "credit_opened", "order_placed", "order_accepted", "shipped", "invoice_issued", "instalment_due",
        "instalment_overdue", "rest_cancelled",
    }  # fmt: skip
    assert "order_to_accept" in heard[seller.user]
    with translation.override("en"):
        reminder = _told("instalment_due", buyer.user.email)
        words = words_of("instalment_due", reminder.facts)
        assert invoice.number in words.subject
        assert "¥678.00" in words.subject
        assert url_of(reminder) == "/en/finance/"
    with clock.at(clock.now() + timedelta(days=90)):
        order = Order.objects.get(pk=order.pk)
        confirm_receipt(acting_user=buyer.user, acting=buyer, order_public_id=order.public_id)
        outbox.drain()
    assert _told("order_completed", seller.user.email).page_id == order.public_id


def test_a_hold_on_credit_is_told_when_it_opens_and_when_the_last_one_closes() -> None:
    buyer = make_credit_buyer()
    line = CreditLine.objects.get(buyer=buyer.company)
    with transaction.atomic():
        for reason in ("manual", "kyc"):
            open_hold(acting_user=SYSTEM, line=line, reason=reason, note="asked for papers")
    outbox.drain()
    with transaction.atomic():
        close_hold(acting_user=SYSTEM, line=line, reason="manual", note="done")
    outbox.drain()
    assert Notice.objects.filter(user=buyer.user, kind="credit_hold_opened").count() == 2
    assert not Notice.objects.filter(user=buyer.user, kind="credit_hold_closed").exists()
    with transaction.atomic():
        locked = lock_line(buyer.company.pk, line.currency)
        assert locked is not None
        close_hold(acting_user=SYSTEM, line=locked, reason="kyc", note="done")
    outbox.drain()
    told = _told("credit_hold_closed", buyer.user.email)
    with translation.override("zh-hans"):
        assert "企业资料未核实" in words_of(told.kind, told.facts).sentence


def test_every_notice_leads_to_a_page_and_is_mailed_once(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    buyer, supplier = make_credit_buyer(), make_paid_supplier()
    invoice_of(ship(order_on_account(buyer, {make_goods(supplier): 10}).orders.get()))
    outbox.drain()
    notices = list(Notice.objects.all())
    assert len(mail.outbox) == len(notices) > 4
    for notice in notices:
        assert url_of(notice) != "/inbox/", notice.kind
    outbox.drain()
    assert len(mail.outbox) == len(notices)


def test_every_notice_of_the_table_is_subscribed() -> None:
    """A kind that no consumer writes would never be heard of."""
    told = {c.name.rpartition(".")[2] for row in TABLE.values() for c in row if ".notifications." in c.name}
    assert len(told) >= 25
