"""Events of the trade become notices. Each consumer runs in one transaction with its delivery mark."""

from collections.abc import Iterable
from typing import Any

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.companies.queries import members_to_tell
from marketplace.core.models import OutboxEvent
from marketplace.core.outbox import consumer
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order, OrderGroup
from marketplace.sourcing.models import Inquiry

from .actions import mail_notice, tell

BUYS = frozenset({"buy", "see_money"})
SELLS = frozenset({"sell"})
EARNS = frozenset({"see_money", "sell"})


def named(source: Any) -> dict[str, str]:
    """The two names of something, as a fact."""
    return {"zh": source.name_zh, "en": source.name_en}


def _company_named(company: Company) -> dict[str, str]:
    return {"zh": company.name_zh or company.legal_name, "en": company.name_en or company.legal_name}


def sum_of(amount: int, currency: str) -> dict[str, list[Any]]:
    """An amount, as a fact."""
    return {"money": [amount, currency]}


def _joined(names: Iterable[dict[str, str]]) -> dict[str, str]:
    rows = list(names)
    return {"zh": "、".join(n["zh"] for n in rows), "en": ", ".join(n["en"] for n in rows)}


def _order(event: OutboxEvent) -> Order:
    rows = Order.objects.select_related("group", "buyer", "supplier", "supplier__company")
    return rows.get(pk=event.payload["order"])


def _order_facts(order: Order) -> dict[str, Any]:
    return {
        "buyer": _company_named(order.buyer),
        "supplier": named(order.supplier),
        "total": sum_of(order.total, order.currency),
        "reason": {"said": order.state_reason},
    }


@consumer()
def welcome(event: OutboxEvent) -> None:
    """A company was opened: greet its owner."""
    company = Company.objects.get(pk=event.payload["company"])
    owner = User.objects.get(pk=event.payload["user"])
    facts = {"company": _company_named(company)}
    tell([owner], kind="welcome", facts=facts, event_key=event.key, page="accounts:welcome", company=company)


@consumer()
def order_group_placed(event: OutboxEvent) -> None:
    """An order group was placed: tell the buyer's people."""
    group = OrderGroup.objects.select_related("company").get(pk=event.payload["group"])
    suppliers = [o.supplier for o in group.orders.select_related("supplier")]
    tell(
        members_to_tell(group.company, BUYS),
        kind="order_placed",
        facts={"total": sum_of(group.total, group.currency), "suppliers": _joined(map(named, suppliers))},
        event_key=event.key,
        page="orders:group",
        page_id=group.public_id,
        company=group.company,
    )


@consumer()
def orders_to_accept(event: OutboxEvent) -> None:
    """Orders of a group wait for their suppliers' answers: tell each supplier's people, once per order."""
    waiting = Order.objects.filter(group=event.payload["group"], state=Order.State.AWAITING_ACCEPTANCE)
    for order in waiting.select_related("buyer", "supplier", "supplier__company"):
        seller = order.supplier.company
        tell(
            members_to_tell(seller, SELLS),
            kind="order_to_accept",
            facts=_order_facts(order),
            event_key=str(order.pk),
            page="orders:order",
            page_id=order.public_id,
            company=seller,
        )


def _tell_buyer(event: OutboxEvent, kind: str, **more: Any) -> None:
    order = _order(event)
    tell(
        members_to_tell(order.buyer, BUYS),
        kind=kind,
        facts={**_order_facts(order), **more},
        event_key=event.key,
        page="orders:order",
        page_id=order.public_id,
        company=order.buyer,
    )


def _tell_seller(event: OutboxEvent, kind: str) -> None:
    order = _order(event)
    seller = order.supplier.company
    tell(
        members_to_tell(seller, SELLS),
        kind=kind,
        facts=_order_facts(order),
        event_key=event.key,
        page="orders:order",
        page_id=order.public_id,
        company=seller,
    )


@consumer()
def order_accepted(event: OutboxEvent) -> None:
    """The supplier accepted."""
    order = _order(event)
    promise = {"date": order.promise_date.isoformat()} if order.promise_date else "—"
    _tell_buyer(event, "order_accepted", date=promise)


@consumer()
def order_rejected(event: OutboxEvent) -> None:
    """The supplier refused."""
    _tell_buyer(event, "order_rejected")


@consumer()
def order_cancelled(event: OutboxEvent) -> None:
    """An order was cancelled: both sides hear of it."""
    _tell_buyer(event, "order_cancelled")
    _tell_seller(event, "order_cancelled")


@consumer()
def shipped(event: OutboxEvent) -> None:
    """Goods are on the road."""
    rows = Shipment.objects.select_related("order", "order__buyer", "order__supplier")
    shipment = rows.get(pk=event.payload["shipment"])
    order = shipment.order
    tell(
        members_to_tell(order.buyer, BUYS),
        kind="shipped",
        facts={
            "supplier": named(order.supplier),
            "carrier": shipment.carrier,
            "tracking": shipment.tracking,
        },
        event_key=event.key,
        page="orders:order",
        page_id=order.public_id,
        company=order.buyer,
    )


def _inquiry(event: OutboxEvent) -> Inquiry:
    rows = Inquiry.objects.select_related(
        "buyer", "supplier", "supplier__company", "cluster", "cluster__operator"
    )
    return rows.get(pk=event.payload["inquiry"])


@consumer()
def rest_cancelled(event: OutboxEvent) -> None:
    """The supplier ships no more of a partly shipped order."""
    _tell_buyer(event, "rest_cancelled")


@consumer()
def order_completed(event: OutboxEvent) -> None:
    """The buyer has the goods: the supplier hears of it."""
    _tell_seller(event, "order_completed")


@consumer()
def portal_handed_over(event: OutboxEvent) -> None:
    """A company runs a town's portal from now on: its operators hear of it."""
    cluster = Cluster.objects.get(pk=event.payload["cluster"])
    operator = Company.objects.get(pk=event.payload["operator"])
    tell(
        members_to_tell(operator, frozenset({"operate"})),
        kind="portal_handed_over",
        facts={"cluster": named(cluster), "company": _company_named(operator)},
        event_key=event.key,
        page="portal:home",
        page_id=cluster.code,
        company=operator,
    )


@consumer()
def inquiry_opened(event: OutboxEvent) -> None:
    """A question arrived: tell the factory, or the cluster's operator when it names no factory."""
    _ask(event, "inquiry_opened")


@consumer()
def inquiry_asked_again(event: OutboxEvent) -> None:
    """The buyer wrote again."""
    _ask(event, "inquiry_asked_again")


def _ask(event: OutboxEvent, kind: str) -> None:
    inquiry = _inquiry(event)
    company = inquiry.supplier.company if inquiry.supplier else inquiry.cluster.operator
    if company is None:
        return
    tell(
        members_to_tell(company, frozenset({"sell", "operate"})),
        kind=kind,
        facts={"buyer": _company_named(inquiry.buyer), "subject": inquiry.subject},
        event_key=event.key,
        page="sourcing:thread",
        page_id=inquiry.public_id,
        company=company,
    )


@consumer()
def inquiry_answered(event: OutboxEvent) -> None:
    """The answer came: tell the buyer."""
    inquiry = _inquiry(event)
    answerer = named(inquiry.supplier) if inquiry.supplier else named(inquiry.cluster)
    tell(
        members_to_tell(inquiry.buyer, BUYS),
        kind="inquiry_answered",
        facts={"supplier": answerer, "subject": inquiry.subject},
        event_key=event.key,
        page="sourcing:thread",
        page_id=inquiry.public_id,
        company=inquiry.buyer,
    )


@consumer(outside=True)
def mail(event: OutboxEvent) -> None:
    """A notice was written: mail it."""
    mail_notice(notice_id=event.payload["notice"])
