"""Reads of inquiries: the buyer its own, the factory those to it, the operator those to its towns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from clusters.models import Factory
from marketplace.companies.acting import Acting
from marketplace.companies.models import Supplier
from marketplace.core.errors import NotFound
from marketplace.core.ids import is_public_id

from .models import Inquiry, InquiryMessage

PAGE = 30


def _rows() -> QuerySet[Inquiry]:
    return Inquiry.objects.select_related(
        "buyer", "supplier", "supplier__company", "cluster", "cluster__operator", "listing"
    )


def asked_by(acting: Acting) -> QuerySet[Inquiry]:
    """What the acting company asked."""
    return _rows().filter(buyer=acting.company)


def asked_of(acting: Acting) -> QuerySet[Inquiry]:
    """What the acting company was asked: a factory, a town's operator, or the platform for its own towns."""
    mine = Q(pk__in=[])
    if acting.supplier is not None:
        mine |= Q(supplier=acting.supplier)
    if acting.company.is_operator:
        mine |= Q(supplier__isnull=True, cluster__operator=acting.company)
    if acting.company.is_platform:
        mine |= Q(supplier__isnull=True, cluster__operator__isnull=True)
    return _rows().filter(mine)


def inquiry_for_reader(
    acting: Acting | None, public_id: str, *, cluster_id: int | None = None
) -> tuple[Inquiry, str]:
    """An inquiry and the side the acting company stands on: "buyer" or "answerer". Raises NotFound."""
    if acting is None:
        raise NotFound
    for rows, side in ((asked_by(acting), "buyer"), (asked_of(acting), "answerer")):
        if cluster_id is not None:
            rows = rows.filter(cluster_id=cluster_id)
        messages = Prefetch(
            "messages", InquiryMessage.objects.select_related("author", "author_company").order_by("pk")
        )
        found = rows.filter(public_id=public_id).prefetch_related(messages).first()
        if found is not None:
            return found, side
    raise NotFound


@dataclass(frozen=True, slots=True)
class Page:
    """Up to PAGE inquiries, newest first, and the outward id before which the next page begins, or ""."""

    rows: list[Inquiry]
    after: str
    is_first: bool


def page_of(rows: QuerySet[Inquiry], before: str = "") -> Page:
    """The inquiries older than `before`, where one is named."""
    rows = rows.order_by("-pk")
    if is_public_id(before):
        edge = rows.filter(public_id=before).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=edge) if edge else rows
    found = list(rows[: PAGE + 1])
    after = found[PAGE - 1].public_id if len(found) > PAGE else ""
    return Page(found[:PAGE], after, not is_public_id(before))


def factories_to_ask(cluster_id: int, *, limit: int = 50) -> list[Factory]:
    """A town's verified factories that take orders, largest first."""
    rows = Factory.objects.filter(
        cluster_id=cluster_id, state=Factory.State.VERIFIED, supplier__state=Supplier.State.APPROVED
    )
    return list(rows.select_related("supplier").order_by("-capacity_per_day", "pk")[:limit])


def supplier_of_factory(factories: Iterable[Factory], public_id: str) -> Supplier | None:
    """The supplier of one of the factories, by the factory's outward id."""
    return next((f.supplier for f in factories if f.public_id == public_id), None)
