"""Payment state, release, cancellation: steps other stages call, each once."""

import pytest
from django.db import transaction

from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import Forbidden, IllegalTransition, NotFound
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.orders.actions import (
    cancel_order,
    cancel_own_order,
    record_payment_state,
    release_to_suppliers,
)
from marketplace.orders.errors import NotCancellable
from marketplace.orders.models import Order
from marketplace.orders.queries import (
    group_for_buyer,
    order_for_buyer,
    order_for_supplier,
    orders_of_supplier,
)
from marketplace.orders.rules import ANSWER_WITHIN
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_buyer, selling_for
from tests.factories.orders import make_group, make_order, place

pytestmark = pytest.mark.django_db


def test_release_sends_all_orders_on_once_and_sets_the_deadline() -> None:
    buyer = make_buyer()
    group = place(buyer, {variants_of(make_listing())[0]: 120, variants_of(make_listing())[0]: 240})
    with clock.at(clock.now()), transaction.atomic():
        deadline = clock.now() + ANSWER_WITHIN
        record_payment_state(acting_user=SYSTEM, group=group, payment_state="authorised")
        released = release_to_suppliers(acting_user=SYSTEM, group=group)
        again = release_to_suppliers(acting_user=SYSTEM, group=group)

    assert (released, again) == (2, 0)
    assert {(o.state, o.payment_state, o.answer_by) for o in group.orders.all()} == {
        ("awaiting_acceptance", "authorised", deadline)
    }
    group.refresh_from_db()
    assert group.payment_state == "authorised"
    assert OutboxEvent.objects.filter(name="orders.released").count() == 1
    assert AuditRecord.objects.filter(action="order.released", actor_label="system:system").count() == 2


def test_payment_states_follow_their_table() -> None:
    group = make_group()
    with transaction.atomic():
        assert record_payment_state(acting_user=SYSTEM, group=group, payment_state="paid")
        assert not record_payment_state(acting_user=SYSTEM, group=group, payment_state="paid")
    with pytest.raises(IllegalTransition), transaction.atomic():
        record_payment_state(acting_user=SYSTEM, group=group, payment_state="pending")

    group.refresh_from_db()
    assert group.payment_state == "paid"


def test_one_orders_payment_may_go_its_own_way() -> None:
    buyer = make_buyer()
    group = make_group(buyer, {variants_of(make_listing())[0]: 120, variants_of(make_listing())[0]: 240})
    first, _second = group.orders.order_by("pk")
    with transaction.atomic():
        record_payment_state(acting_user=SYSTEM, group=group, payment_state="refunded", order_ids=[first.pk])

    assert list(group.orders.order_by("pk").values_list("payment_state", flat=True)) == [
        "refunded",
        "authorised",
    ]
    group.refresh_from_db()
    assert group.payment_state == "authorised"


def test_steps_of_payments_demand_a_transaction(transactional_db: None) -> None:
    group = make_group()

    with pytest.raises(RuntimeError):
        record_payment_state(acting_user=SYSTEM, group=group, payment_state="paid")
    with pytest.raises(RuntimeError):
        release_to_suppliers(acting_user=SYSTEM, group=group)


def test_cancelling_frees_the_stock_once() -> None:
    buyer = make_buyer()
    listing = make_listing(stock=500)
    one, two, *_ = variants_of(listing)
    order = make_order(buyer, {one: 120, two: 60})

    for _press in range(2):
        cancel_own_order(
            acting_user=buyer.user, acting=buyer, order_public_id=order.public_id, reason="Wrong colour"
        )

    order.refresh_from_db()
    assert (order.state, order.state_reason) == ("cancelled", "Wrong colour")
    assert [ln.outstanding for ln in order.lines.all()] == [0, 0]
    assert not Variant.objects.filter(stock_reserved__gt=0).exists()
    assert OutboxEvent.objects.filter(name="order.cancelled").count() == 1
    record = AuditRecord.objects.get(action="order.cancelled")
    assert (record.reason, record.actor_id, record.company_id) == (
        "Wrong colour",
        buyer.user.pk,
        buyer.company.pk,
    )


@pytest.mark.parametrize("state", ["partially_shipped", "shipped", "completed", "rejected"])
def test_what_has_left_or_ended_is_not_cancelled(state: str) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(state=state)

    with pytest.raises(NotCancellable):
        cancel_order(acting_user=SYSTEM, order=order, reason="late")

    order.refresh_from_db()
    assert order.state == state
    assert Variant.objects.filter(stock_reserved=120).count() == 1
    assert not OutboxEvent.objects.filter(name="order.cancelled").exists()


def test_strangers_and_absent_orders_answer_alike() -> None:
    order = make_order()
    stranger = make_buyer()
    supplier = selling_for(order.supplier)
    rival = selling_for(make_listing().supplier)

    for acting, public_id in ((stranger, order.public_id), (stranger, "0" * 13)):
        with pytest.raises(NotFound):
            order_for_buyer(acting, public_id)
        with pytest.raises(NotFound):
            group_for_buyer(acting, public_id)
        with pytest.raises(NotFound):
            cancel_own_order(acting_user=acting.user, acting=acting, order_public_id=public_id, reason="x")
    for public_id in (order.public_id, "0" * 13):
        with pytest.raises(NotFound):
            order_for_supplier(rival, public_id)
    assert order_for_supplier(supplier, order.public_id).pk == order.pk


def test_a_supplier_sees_nothing_of_an_order_not_paid_for() -> None:
    buyer, listing = make_buyer(), make_listing()
    group = place(buyer, {variants_of(listing)[0]: 120})
    supplier = selling_for(listing.supplier)

    assert not orders_of_supplier(supplier).exists()
    with pytest.raises(NotFound):
        order_for_supplier(supplier, group.orders.get().public_id)


def test_a_role_without_buying_cancels_nothing() -> None:
    buyer = make_buyer()
    order = make_order(buyer)

    with pytest.raises(Forbidden):
        cancel_own_order(
            acting_user=buyer.user,
            acting=acting_for(buyer.company, role="finance"),
            order_public_id=order.public_id,
            reason="x",
        )
    order.refresh_from_db()
    assert order.state == "awaiting_acceptance"
