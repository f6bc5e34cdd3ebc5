"""What staff see first: queues with age, the health of the machinery, and the trail of any order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from marketplace.core import clock, outbox
from marketplace.core.errors import NotFound
from marketplace.core.models import AuditRecord, JobRun, OutboxDelivery
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order
from marketplace.sourcing.models import Inquiry

PAGE = 100


@dataclass(frozen=True, slots=True)
class Queue:
    """Things of one kind that wait: how many, since when the oldest, and where to act."""

    name: str
    count: int
    oldest: datetime | None

    @property
    def waited_hours(self) -> int:
        """Whole hours the oldest has waited."""
        return int((clock.now() - self.oldest).total_seconds() // 3600) if self.oldest else 0


def queues() -> list[Queue]:
    """The queues staff watch."""
    accept = Order.objects.filter(state=Order.State.AWAITING_ACCEPTANCE).aggregate(
        n=Count("pk"), at=Min("created_at")
    )
    ship = Order.objects.filter(state__in=[Order.State.CONFIRMED, Order.State.PARTIALLY_SHIPPED]).aggregate(
        n=Count("pk"), at=Min("confirmed_at")
    )
    ask = Inquiry.objects.filter(state=Inquiry.State.OPEN).aggregate(n=Count("pk"), at=Min("created_at"))
    parked = OutboxDelivery.objects.filter(state=OutboxDelivery.State.PARKED).aggregate(
        n=Count("pk"), at=Min("event__created_at")
    )
    return [
        Queue("accept", accept["n"], accept["at"]),
        Queue("ship", ship["n"], ship["at"]),
        Queue("ask", ask["n"], ask["at"]),
        Queue("parked", parked["n"], parked["at"]),
    ]


def latest_orders(*, limit: int = 20) -> list[Order]:
    """The newest orders with both sides."""
    rows = Order.objects.select_related("buyer", "supplier", "group").order_by("-pk")
    return list(rows[:limit])


def outbox_lag() -> float:
    """Seconds the oldest undelivered event has waited."""
    return outbox.lag_seconds()


def job_runs(*, limit: int = 12) -> list[JobRun]:
    """The latest dated jobs."""
    return list(JobRun.objects.order_by("-date", "-pk")[:limit])


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with its shipments and everything that was recorded about it and them."""

    order: Order
    shipments: list[Shipment]
    records: list[AuditRecord]


def order_file(public_id: str) -> OrderFile:
    """All that staff may read of one order. Raises NotFound."""
    order = (
        Order.objects.select_related("buyer", "supplier", "supplier__company", "group", "group__user")
        .prefetch_related("lines")
        .filter(public_id=public_id)
        .first()
    )
    if order is None:
        raise NotFound
    shipments = list(order.shipments.prefetch_related("lines").order_by("number"))
    about = Q(subject_type="orders.order", subject_id=order.pk)
    about |= Q(subject_type="orders.ordergroup", subject_id=order.group_id)
    if shipments:
        about |= Q(subject_type="fulfilment.shipment", subject_id__in=[s.pk for s in shipments])
    return OrderFile(order, shipments, list(AuditRecord.objects.filter(about).order_by("id")))


def audit_page(*, word: str = "", before: int | None = None) -> QuerySet[AuditRecord]:
    """Records newest first, paged by id; `word` narrows by kind of subject, action or actor."""
    rows = AuditRecord.objects.all()
    if word:
        rows = rows.filter(
            Q(subject_type__startswith=word) | Q(action__startswith=word) | Q(actor_label__startswith=word)
        )
    if before:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")[:PAGE]
