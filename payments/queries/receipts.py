"""What a buyer reads after ordering and paying; absent and not yours raise the same NotFound."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.accounts.models import StaffRole, User
from marketplace.companies.acting import Acting
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.orders.models import Order, OrderGroup, PaymentMethod
from marketplace.orders.queries import orders_of_group

from .. import policies
from ..models import Invoice, OrderDiscount, OrderTerm, Payment
from ..rules.terms import schedule

STAFF_READERS = (StaffRole.ADMIN, StaffRole.FINANCE, StaffRole.CREDIT, StaffRole.SUPPORT)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come for one order, if it ships after its lead time. Amounts in minor units."""

    order: Order
    ships_on: date
    dues: tuple[tuple[date, int], ...]


def receipt_page(acting: Acting, public_id: str) -> dict[str, Any]:
    """A group with its orders and what lies ahead of each. Raises NotFound."""
    orders = orders_of_group(acting, public_id)
    group = orders[0].group
    paid_by_us, own_terms = _special(group, orders)
    alive = [order for order in orders if order.state not in (Order.State.CANCELLED, Order.State.REJECTED)]
    by_card = group.payment_method == PaymentMethod.CARD
    payment = Payment.objects.filter(group=group).order_by("-id").first() if by_card else None
    return {
        "group": group,
        "orders": orders,
        "ahead": [
            _ahead(
                order,
                own_terms.get(order.pk, group.payment_term),
                order.total - paid_by_us.get(order.pk, 0),
            )
            for order in alive
        ],
        "discount": sum(paid_by_us.values()),
        "payment": payment,
        "waits_for_payment": any(order.state == Order.State.AWAITING_PAYMENT for order in orders),
        "to_pay": sum(
            order.total - paid_by_us.get(order.pk, 0)
            for order in orders
            if order.state == Order.State.AWAITING_PAYMENT
        ),
        "answer_by": max((order.answer_by for order in alive if order.answer_by), default=None),
        "by_card": by_card,
    }


def _special(group: OrderGroup, orders: list[Order]) -> tuple[dict[int, int], dict[int, str]]:
    """What the platform pays of each order, and own terms; asked for only where there are any."""
    discounts = OrderDiscount.objects.filter(order__in=orders).values_list("order_id", "amount")
    terms = OrderTerm.objects.filter(order__in=orders).values_list("order_id", "code")
    return (
        dict(discounts) if group.discount else {},
        dict(terms) if group.payment_term == policies.MIXED else {},
    )


def _ahead(order: Order, term_code: str, amount: int) -> Ahead:
    leads = [int(line.snapshot.get("lead_days", 7)) for line in order.lines.all()]
    ships_on = order.promise_date or clock.business_date(order.created_at) + timedelta(
        days=max(leads, default=7)
    )
    terms = policies.current().terms
    term = terms.get(term_code)
    dues = tuple((due.due_on, due.amount) for due in schedule(term, amount, ships_on)) if term else ()
    return Ahead(order, ships_on, dues)


def payment_for_buyer(acting: Acting, public_id: str) -> Payment:
    """A payment of the acting company with its group. Raises NotFound."""
    found = Payment.objects.filter(buyer=acting.company, public_id=public_id).select_related("group").first()
    if found is None:
        raise NotFound
    return found


def invoice_for_reader(user: User, acting: Acting | None, public_id: str) -> tuple[Invoice, str]:
    """An invoice and the reader's side: "buyer", "supplier" or "staff". Raises NotFound for everyone else."""
    rows = Invoice.objects.select_related("supplier__company", "buyer", "order__group", "shipment")
    found = rows.prefetch_related("lines", "instalments").filter(public_id=public_id).first()
    if found is not None and acting is not None and found.buyer_id == acting.company.pk:
        return found, "buyer"
    if found is not None and acting is not None and acting.supplier == found.supplier:
        return found, "supplier"
    if found is not None and (user.is_superuser or user.staff_role in STAFF_READERS):
        return found, "staff"
    raise NotFound
