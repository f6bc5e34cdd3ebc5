"""What no factory answers in 72 hours is called off: credit and goods are free, both sides are told, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from marketplace.core import clock, outbox
from marketplace.fulfilment.actions.answer import accept_order
from marketplace.fulfilment.actions.lapse import cancel_unanswered
from marketplace.fulfilment.tasks import cancel_unanswered_orders
from marketplace.notifications.models import Notice
from marketplace.notifications.rules import words_of
from marketplace.orders.models import Order
from payments.credit.models import CreditLine
from tests.factories.companies import selling_for
from tests.factories.payments import make_credit_buyer, make_goods, make_paid_supplier, order_on_account

pytestmark = pytest.mark.django_db
LATE = timedelta(hours=72, minutes=1)


def test_an_unanswered_order_is_called_off_once() -> None:
    buyer, supplier = make_credit_buyer(), make_paid_supplier()
    seller = selling_for(supplier)
    goods = make_goods(supplier)
    order = order_on_account(buyer, {goods: 10}).orders.get()
    now = clock.now()
    with clock.at(now + LATE - timedelta(minutes=2)):
        assert cancel_unanswered() == 0, "the time is not over"
    with clock.at(now + LATE):
        assert cancel_unanswered_orders() == 1
        outbox.drain()
        assert cancel_unanswered() == 0
    order.refresh_from_db()
    goods.refresh_from_db()
    line = CreditLine.objects.get(buyer=buyer.company)
    assert (order.state, line.held, goods.stock_reserved) == ("cancelled", 0, 0)
    told = {notice.user_id: notice for notice in Notice.objects.filter(kind="order_cancelled")}
    assert set(told) >= {buyer.user.pk, seller.user.pk}
    with translation.override("zh-hans"):
        assert "工厂没有按时答复" in words_of("order_cancelled", told[buyer.user.pk].facts).sentence
    client = Client()
    client.force_login(buyer.user)
    assert "工厂没有按时答复" in client.get(f"/orders/{order.public_id}/").content.decode()
    assert (
        "the factory did not answer in time" in client.get(f"/en/orders/{order.public_id}/").content.decode()
    )


def test_an_accepted_order_stays() -> None:
    buyer, supplier = make_credit_buyer(), make_paid_supplier()
    seller = selling_for(supplier)
    order = order_on_account(buyer, {make_goods(supplier): 10}).orders.get()
    accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id)
    with clock.at(clock.now() + LATE):
        assert cancel_unanswered() == 0
    assert Order.objects.get(pk=order.pk).state == "confirmed"
