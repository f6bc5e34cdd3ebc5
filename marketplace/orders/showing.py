"""Orders in words: states as badges, the way of an order as steps, the audit trail as a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.catalog.cards import picture_of
from marketplace.catalog.units import unit_text
from marketplace.core.i18n import is_chinese, pick
from marketplace.core.models import AuditRecord
from marketplace.ui.cards import Badge, Picture

from .models import Order, OrderLine, PaymentState
from .rules import CANCELLED, PATH, REJECTED, group_state, say_reason

_TONES = {
    "awaiting_payment": ("warn", "clock"),
    "awaiting_acceptance": ("info", "clock"),
    "confirmed": ("info", "check"),
    "partially_shipped": ("info", "truck"),
    "shipped": ("ok", "truck"),
    "completed": ("ok", "package-check"),
    "rejected": ("bad", "circle-x"),
    "cancelled": ("bad", "circle-x"),
}
_PAYMENT_TONES = {
    "pending": ("warn", "clock"),
    "authorised": ("info", "hand-coins"),
    "paid": ("ok", "banknote"),
    "refunded": ("neutral", "rotate-ccw"),
    "failed": ("bad", "circle-alert"),
}


def state_badge(state: str) -> Badge:
    """The state of an order."""
    tone, icon = _TONES[state]
    return Badge(str(Order.State(state).label), tone, icon)


def payment_badge(state: str) -> Badge:
    """Where payment stands."""
    tone, icon = _PAYMENT_TONES[state]
    return Badge(str(PaymentState(state).label), tone, icon)


def group_badge(orders: Sequence[Order]) -> Badge:
    """The state of a group, from its orders'."""
    return state_badge(group_state([order.state for order in orders]))


@dataclass(frozen=True, slots=True)
class LineView:
    """An order line as it was bought, in the reader's language."""

    title: str
    variant: str
    sku: str
    unit: str
    picture: Picture | None
    listing: str
    line: OrderLine


def _said(snapshot: dict[str, object], name: str) -> str:
    first, second = ("zh", "en") if is_chinese() else ("en", "zh")
    return str(snapshot.get(f"{name}_{first}") or snapshot.get(f"{name}_{second}") or "")


def _variant(snapshot: dict[str, object]) -> str:
    return " · ".join(part for part in (_said(snapshot, "color"), str(snapshot.get("size", ""))) if part)


def line_title(line: OrderLine) -> str:
    """What was bought, with its colour and size, as it was called then."""
    return ", ".join(part for part in (_said(line.snapshot, "title"), _variant(line.snapshot)) if part)


@dataclass(frozen=True, slots=True)
class _Unit:
    unit_zh: str
    unit_en: str


def lines(order: Order) -> list[LineView]:
    """The lines of an order with their snapshots read."""
    views = []
    for line in order.lines.all():
        kept = line.snapshot
        unit = _Unit(str(kept.get("unit_zh", "")), str(kept.get("unit_en", "")))
        path = str(kept.get("picture", ""))
        views.append(
            LineView(
                title=_said(kept, "title"),
                variant=_variant(kept),
                sku=str(kept.get("sku", "")),
                unit=unit_text(unit, line.quantity),
                picture=picture_of(path, _said(kept, "picture_alt"), sizes="4rem") if path else None,
                listing=str(kept.get("listing", "")),
                line=line,
            )
        )
    return views


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order of a group."""

    order: Order
    badge: Badge
    lines: list[LineView]


def order_card(order: Order) -> OrderCard:
    """An order with its lines for the group's page."""
    return OrderCard(order, state_badge(order.state), lines(order))


def steps(order: Order) -> list[tuple[str, str]]:
    """The way of an order as (label, "done" | "now" | ""); empty once it was refused or called off."""
    if order.state in (REJECTED, CANCELLED):
        return []
    shown = [state for state in PATH if state != "partially_shipped" or order.state == state]
    at = shown.index(order.state)
    ended = order.state == PATH[-1]
    labels = {
        "awaiting_payment": _("Payment"),
        "awaiting_acceptance": _("Factory's answer"),
        "confirmed": _("In hand"),
        "partially_shipped": _("Partly shipped"),
        "shipped": _("Shipped"),
        "completed": _("Received"),
    }
    return [
        (labels[state], "done" if index < at or ended else "now" if index == at else "")
        for index, state in enumerate(shown)
    ]


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of the trail: what, to which order (a supplier's name in a group), who and when, why."""

    title: str
    whose: str
    who: str
    why: str
    at: datetime
    tone: str


def _titles() -> dict[str, str]:
    return {
        "group.placed": _("Order placed"),
        "order.placed": _("Order placed"),
        "payment_state.changed": _("Payment"),
        "order.released": _("Sent to the factory"),
        "order.accepted": _("Accepted by the factory"),
        "order.rejected": _("Refused by the factory"),
        "order.cancelled": _("Cancelled"),
        "order.shipped": _("Shipped"),
        "order.rest_cancelled": _("The rest was called off"),
        "order.completed": _("Received"),
    }


def events(
    trail: Iterable[AuditRecord], orders: Sequence[Order], reader_company_id: int | None
) -> list[Event]:
    """The trail in words, oldest first. Facts without words of their own are left to the staff's trail.

    People are named to their own company (and, without a company, to the platform's staff); the other side
    reads the name of the company.
    """
    titles = _titles()
    companies = {order.buyer_id: pick(order.buyer, "name") or order.buyer.legal_name for order in orders}
    companies |= {order.supplier.company_id: pick(order.supplier, "name") for order in orders}
    names = {order.pk: order for order in orders}
    trail = list(trail)
    has_group = any(record.action == "group.placed" for record in trail)
    shown = []
    for record in trail:
        title = titles.get(record.action)
        if title is None or (record.action == "order.placed" and has_group):
            continue
        order = names.get(record.subject_id) if record.subject_type == "orders.order" else None
        if record.action == "payment_state.changed":
            title = f"{title}: {PaymentState(record.to_state).label}"
        bad = record.action in ("order.rejected", "order.cancelled", "order.rest_cancelled")
        whose = pick(order.supplier, "name") if order is not None and len(orders) > 1 else ""
        who = _actor(record, companies, reader_company_id)
        shown.append(Event(title, whose, who, _reason(record), record.at, "bad" if bad else "done"))
    return shown


def _actor(record: AuditRecord, companies: Mapping[int, str], reader_company_id: int | None) -> str:
    if record.actor_id is None:
        return _("automatically")
    if reader_company_id is None or record.company_id == reader_company_id:
        return record.actor_label
    return companies.get(record.company_id or 0, "Chandi")


def _reason(record: AuditRecord) -> str:
    tracking = record.facts.get("tracking")
    carrier = record.facts.get("carrier")
    parcel = f"{carrier} {tracking}" if tracking else ""
    return " · ".join(part for part in (parcel, say_reason(record.reason)) if part)
