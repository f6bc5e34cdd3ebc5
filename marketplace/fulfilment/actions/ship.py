"""Goods leave, in part or whole; or the rest of a partly shipped order is called off."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.actions import consume_stock
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox, states
from marketplace.orders.actions.cancel import give_back_lines
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.rules import (
    ORDER_TRANSITIONS,
    PARTIALLY_SHIPPED,
    SHIPPED,
    TO_SHIP,
    ShippedPart,
    Sums,
    shipment_sums,
)
from marketplace.ui.formats import format_count

from ..errors import NothingToShip, NotToShip, SubmissionReused, TooMany
from ..models import Shipment, ShipmentLine
from ..rules import field_of
from .answer import lock_for_supplier


@transaction.atomic
def ship_order(
    *,
    acting_user: User,
    acting: Acting,
    order_public_id: str,
    quantities: Mapping[int, int],
    carrier: str,
    tracking: str,
    cartons: int,
    submission_key: str,
) -> Shipment:
    """Hand pieces of an order over for transport: {position of the line: pieces}.

    The shipment takes its cumulative share of net, VAT and freight; stock that was set aside leaves the
    warehouse; the order is then partly or wholly shipped. The same submission again is the same shipment.
    Publishes `shipment.handed_over`. Raises NotFound, Forbidden, NotToShip, NothingToShip, TooMany (fields
    `n_<position>`), SubmissionReused.
    """
    order = lock_for_supplier(acting, order_public_id)
    known = Shipment.objects.filter(submission_key=submission_key).first()
    if known is not None:
        if known.order_id != order.pk:
            raise SubmissionReused
        return known
    if order.state not in TO_SHIP:
        raise NotToShip
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    going = {line.pk: quantities.get(line.position, 0) for line in lines}
    _check(lines, quantities)
    is_last = all(line.outstanding == going[line.pk] for line in lines)
    sums = _share(order, lines, going)
    shipment = Shipment.objects.create(
        order=order,
        number=Shipment.objects.filter(order=order).count() + 1,
        carrier=carrier,
        tracking=tracking,
        cartons=cartons,
        net=sums.net,
        vat=sums.vat,
        freight=sums.freight,
        is_last=is_last,
        submission_key=submission_key,
    )
    _write(shipment, lines, going)
    _move_on(order, shipment, acting_user=acting_user, acting=acting)
    outbox.publish("shipment.handed_over", {"shipment": shipment.pk, "order": order.pk}, key=str(shipment.pk))
    return shipment


def _check(lines: Sequence[OrderLine], quantities: Mapping[int, int]) -> None:
    by_position = {line.position: line for line in lines}
    if not any(quantities.values()):
        raise NothingToShip
    fields = {}
    for position, pieces in quantities.items():
        line = by_position.get(position)
        most = line.outstanding if line else 0
        if not 0 <= pieces <= most:
            fields[field_of(position)] = _("At most %(n)s are still to be shipped.") % {
                "n": format_count(most)
            }
    if fields:
        raise TooMany(fields=fields)


def _share(order: Order, lines: Sequence[OrderLine], going: Mapping[int, int]) -> Sums:
    return shipment_sums(
        Sums(order.net, order.vat, order.freight),
        [
            ShippedPart(line.unit_price, line.vat_rate_bp, line.quantity, line.shipped, going[line.pk])
            for line in lines
        ],
    )


def _write(shipment: Shipment, lines: Sequence[OrderLine], going: Mapping[int, int]) -> None:
    moving = [line for line in lines if going[line.pk]]
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=shipment, order_line=line, quantity=going[line.pk]) for line in moving]
    )
    whens = [When(pk=line.pk, then=Value(going[line.pk])) for line in moving]
    OrderLine.objects.filter(pk__in=[line.pk for line in moving]).update(
        shipped=F("shipped") + Case(*whens, default=Value(0), output_field=IntegerField())
    )
    consume_stock({line.variant_id: going[line.pk] for line in moving if line.is_stock_reserved})


def _move_on(order: Order, shipment: Shipment, *, acting_user: User, acting: Acting) -> None:
    target = SHIPPED if shipment.is_last else PARTIALLY_SHIPPED
    facts = {"carrier": shipment.carrier, "tracking": shipment.tracking, "shipment": shipment.number}
    if order.state == target:
        audit.record(
            order,
            "order.shipped",
            actor=acting_user,
            company_id=acting.company.pk,
            from_state=target,
            to_state=target,
            facts=facts,
        )
        return
    states.transition(
        order,
        target,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.shipped",
        company_id=acting.company.pk,
        facts=facts,
    )


def _shipped_total(order: Order) -> int:
    """What the order's shipments have claimed of it: net, VAT and freight, minor units."""
    rows = Shipment.objects.filter(order=order).values_list("net", "vat", "freight")
    return sum(net + vat + freight for net, vat, freight in rows)


@transaction.atomic
def refuse_rest(*, acting_user: User, acting: Acting, order_public_id: str, reason: str) -> Order:
    """Call off what is still to be shipped of a partly shipped order; its stock is free again. Twice is once.

    Publishes `order.rest_cancelled` with the `amount`, minor units, that no shipment will ever claim: it
    holds whether or not the shipments' invoices have been issued by then. Raises NotFound, Forbidden,
    NotToShip when nothing has shipped yet or all has.
    """
    order = lock_for_supplier(acting, order_public_id)
    if order.state == SHIPPED and order.state_reason:
        return order
    if order.state != PARTIALLY_SHIPPED:
        raise NotToShip
    lines = OrderLine.objects.filter(order=order)
    called_off = {line.position: line.outstanding for line in lines if line.outstanding}
    give_back_lines(order)
    states.transition(
        order,
        SHIPPED,
        table=ORDER_TRANSITIONS,
        actor=acting_user,
        action="order.rest_cancelled",
        reason=reason,
        company_id=acting.company.pk,
        facts={"pieces": {str(position): pieces for position, pieces in called_off.items()}},
        state_reason=reason[:300],
        updated_at=clock.now(),
    )
    payload = {"order": order.pk, "group": order.group_id, "amount": order.total - _shipped_total(order)}
    outbox.publish("order.rest_cancelled", payload, key=str(order.pk))
    return order
