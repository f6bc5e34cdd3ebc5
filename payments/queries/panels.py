"""What the payment panel on an order or group page shows, by the side the reader stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from marketplace.companies.acting import Acting
from marketplace.core.errors import NotFound
from marketplace.orders.models import Order, OrderGroup

from ..credit.models import AuthorisationPart
from ..models import Instalment, Invoice, Payment, Refund
from .earnings import Earning, earnings_of_order


@dataclass(frozen=True, slots=True)
class BuyerPanel:
    """Payment of orders as their buyer sees it. `held` is credit still set aside, minor units."""

    group: OrderGroup
    orders: Sequence[Order]
    invoices: Sequence[Invoice]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    held: int
    waits_for_payment: bool


@dataclass(frozen=True, slots=True)
class SupplierPanel:
    """Money of an order as its supplier sees it."""

    order: Order
    earnings: Sequence[Earning]


def buyer_panel(acting: Acting, *, order_id: str = "", group_id: str = "") -> BuyerPanel:
    """The panel of one order or one group of the acting company. Raises NotFound; seven queries."""
    rows = Order.objects.filter(buyer=acting.company).select_related("group", "supplier").order_by("pk")
    orders = list(rows.filter(public_id=order_id) if order_id else rows.filter(group__public_id=group_id))
    if not orders:
        raise NotFound
    keys = [order.pk for order in orders]
    group = orders[0].group
    invoices = Invoice.objects.filter(order__in=keys).order_by("pk")
    parts = AuthorisationPart.objects.filter(order__in=keys)
    return BuyerPanel(
        group=group,
        orders=orders,
        invoices=list(
            invoices.select_related("supplier").prefetch_related(
                Prefetch("instalments", Instalment.objects.order_by("seq"))
            )
        ),
        payments=list(Payment.objects.filter(group=group).order_by("pk")),
        refunds=list(Refund.objects.filter(order__in=keys).order_by("pk")),
        held=sum(part.remaining for part in parts if part.remaining),
        waits_for_payment=any(order.state == Order.State.AWAITING_PAYMENT for order in orders),
    )


def supplier_panel(acting: Acting, order_id: str) -> SupplierPanel:
    """The panel of one order to the acting supplier. Raises NotFound."""
    found = (
        Order.objects.filter(supplier=acting.supplier, public_id=order_id).select_related("supplier").first()
    )
    if found is None or acting.supplier is None or found.state == Order.State.AWAITING_PAYMENT:
        raise NotFound
    return SupplierPanel(found, earnings_of_order(acting.supplier, found.pk))


def side_of(acting: Acting, order_id: str) -> str:
    """Whether the acting company bought ("buyer") or sells ("supplier") an order. Raises NotFound."""
    row = Order.objects.filter(public_id=order_id).values("buyer_id", "supplier_id").first()
    if row is not None and row["buyer_id"] == acting.company.pk:
        return "buyer"
    if row is not None and acting.supplier is not None and row["supplier_id"] == acting.supplier.pk:
        return "supplier"
    raise NotFound
