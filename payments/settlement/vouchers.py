"""Discounts the platform pays for: taken once at checkout, shared by orders, then by their shipments."""

from collections.abc import Sequence

from django.db.models import Sum

from marketplace.core import audit, clock
from marketplace.core.actors import Actor
from marketplace.core.money import allocate
from marketplace.orders.models import Order, OrderGroup

from ..errors import VoucherNotValid
from ..models import Invoice, OrderDiscount, Voucher
from ..queries.vouchers import find_voucher
from ..rules.credit_notes import part_of


def use_voucher(*, acting_user: Actor, group: OrderGroup, orders: Sequence[Order], code: str) -> None:
    """Take a voucher for a group and share it by the totals of its orders; of two uses at once one wins.

    Joins the caller's transaction. Raises VoucherNotValid.
    """
    voucher = find_voucher(code, buyer_id=group.company_id, currency=group.currency, total=group.total)
    taken = Voucher.objects.filter(pk=voucher.pk, used_for__isnull=True).update(
        used_for=group, updated_at=clock.now()
    )
    if not taken:
        raise VoucherNotValid(fields={"voucher": VoucherNotValid.sentence})
    OrderGroup.objects.filter(pk=group.pk).update(discount=voucher.amount, updated_at=clock.now())
    group.discount = voucher.amount
    parts = allocate(voucher.amount, [order.total for order in orders])
    OrderDiscount.objects.bulk_create(
        [
            OrderDiscount(order=order, voucher=voucher, amount=part)
            for order, part in zip(orders, parts, strict=True)
            if part
        ]
    )
    audit.record(
        voucher,
        "voucher.used",
        actor=acting_user,
        company_id=group.company_id,
        facts={"group": group.public_id, "amount": voucher.amount},
    )


def discounts_of(orders: Sequence[Order]) -> dict[int, int]:
    """What the platform pays of each order, by its key; one query."""
    rows = OrderDiscount.objects.filter(order__in=orders)
    return dict(rows.values_list("order_id", "amount"))


def discount_of_shipment(order: Order, gross: int) -> int:
    """The part of an order's discount that falls to its next shipment of `gross` (P2)."""
    amount = discounts_of([order]).get(order.pk, 0)
    if not amount:
        return 0
    sent = Invoice.objects.filter(order=order).aggregate(
        g=Sum("gross", default=0), d=Sum("discount", default=0)
    )
    return part_of(amount, sent["g"] + gross, order.total, sent["d"])


def without_discount(order: Order, rest: int) -> int:
    """What the buyer would have paid of the last `rest` of an order's total, less its share of discount."""
    amount = discounts_of([order]).get(order.pk, 0)
    return rest - (amount - part_of(amount, order.total - rest, order.total, 0))
