"""Orders as buyer and supplier see them. Absent and not yours raise the same NotFound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from marketplace.accounts.models import StaffRole, User
from marketplace.companies.acting import Acting
from marketplace.core import audit
from marketplace.core.errors import NotFound
from marketplace.core.frozen import Frozen, attach
from marketplace.core.ids import is_public_id
from marketplace.core.models import AuditRecord

from ..models import Order, OrderGroup, OrderLine

PAGE = 20
# The platform's people who may look at any order (they change nothing here).
_STAFF = frozenset({StaffRole.SUPPORT, StaffRole.CREDIT, StaffRole.FINANCE, StaffRole.ADMIN})
_LINES = Prefetch("lines", OrderLine.objects.order_by("position"))
_of_group = Frozen(
    lambda m: (
        Order.objects.filter(buyer=m.whole("buyer"), group__public_id=m.text("group"))
        .select_related("supplier", "group")
        .order_by("pk")
    )
)
_lines_of = Frozen(lambda m: OrderLine.objects.filter(order__in=m.wholes("orders")).order_by("position"))


def _orders() -> QuerySet[Order]:
    return Order.objects.select_related("supplier", "buyer", "group").prefetch_related(_LINES)


def groups_of_buyer(acting: Acting) -> QuerySet[OrderGroup]:
    """The acting company's order groups, newest first, with their orders and suppliers."""
    orders = Prefetch("orders", Order.objects.select_related("supplier").order_by("pk"))
    return OrderGroup.objects.filter(company=acting.company).prefetch_related(orders).order_by("-pk")


def group_for_buyer(acting: Acting, public_id: str) -> OrderGroup:
    """One group of the acting company with orders, suppliers and lines. Raises NotFound."""
    orders = Prefetch("orders", _orders().order_by("pk"))
    found = (
        OrderGroup.objects.filter(company=acting.company, public_id=public_id)
        .prefetch_related(orders)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def orders_of_group(acting: Acting, public_id: str) -> list[Order]:
    """The orders of one group of the acting company, with group, suppliers and lines. Raises NotFound."""
    found: list[Order] = _of_group(buyer=acting.company.pk, group=public_id)
    if not found:
        raise NotFound
    lines: dict[int, list[OrderLine]] = {order.pk: [] for order in found}
    for line in _lines_of(orders=list(lines)):
        lines[line.order_id].append(line)
    for order in found:
        attach(order, "lines", lines[order.pk])
    return found


def order_for_buyer(acting: Acting, public_id: str) -> Order:
    """One order the acting company placed, with lines. Raises NotFound."""
    found = _orders().filter(buyer=acting.company, public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def orders_of_supplier(acting: Acting) -> QuerySet[Order]:
    """The orders to the acting supplier, with buyer and lines; those not paid for yet are left out."""
    rows = _orders().filter(supplier=acting.supplier) if acting.supplier else _orders().none()
    return rows.exclude(state=Order.State.AWAITING_PAYMENT)


def order_for_supplier(acting: Acting, public_id: str) -> Order:
    """One order to the acting supplier, with lines. Raises NotFound."""
    found = orders_of_supplier(acting).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def order_for_reader(user: User, acting: Acting | None, public_id: str) -> tuple[Order, str]:
    """An order and the side its reader stands on: "buyer", "supplier" or "staff". Raises NotFound."""
    found = _orders().filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    if acting is not None and found.buyer_id == acting.company.pk:
        return found, "buyer"
    released = found.state != Order.State.AWAITING_PAYMENT
    if (
        acting is not None
        and acting.supplier is not None
        and found.supplier_id == acting.supplier.pk
        and released
    ):
        return found, "supplier"
    if user.is_superuser or user.staff_role in _STAFF:
        return found, "staff"
    raise NotFound


@dataclass(frozen=True, slots=True)
class Page:
    """Up to PAGE rows, newest first, and the outward id after which the next page begins ("" at the end)."""

    rows: list[Order] | list[OrderGroup]
    after: str
    is_first: bool


def bought_page(acting: Acting, before: str = "") -> Page:
    """The acting company's order groups, older than the group `before` where one is named."""
    rows = groups_of_buyer(acting)
    if is_public_id(before):
        edge = rows.filter(public_id=before).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=edge) if edge else rows
    found = list(rows[: PAGE + 1])
    return Page(
        found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "", not is_public_id(before)
    )


def sold_page(acting: Acting, before: str = "") -> Page:
    """The orders to the acting supplier, older than the order `before` where one is named."""
    rows = orders_of_supplier(acting).order_by("-pk")
    if is_public_id(before):
        edge = rows.filter(public_id=before).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=edge) if edge else rows
    found = list(rows[: PAGE + 1])
    return Page(
        found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "", not is_public_id(before)
    )


def trail_of(orders: Iterable[Order], group: OrderGroup | None = None) -> list[AuditRecord]:
    """What happened to the orders (and their group), oldest first: who, when, why. One query."""
    keys = [order.pk for order in orders]
    rows = AuditRecord.objects.filter(subject_type=audit.subject_type(Order), subject_id__in=keys)
    if group is not None:
        rows |= AuditRecord.objects.filter(subject_type=audit.subject_type(OrderGroup), subject_id=group.pk)
    return list(rows.order_by("at", "id"))
