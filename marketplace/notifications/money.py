"""Events of money become notices to those who pay and those who are paid."""

from typing import Any

from marketplace.companies.queries import members_to_tell
from marketplace.core.models import OutboxEvent
from marketplace.core.outbox import consumer
from payments.models import DunningNotice, Invoice, Payment, PayoutItem, Refund

from .actions import tell
from .consumers import EARNS, named, sum_of

PAYS = frozenset({"buy", "see_money", "pay"})


def _invoice_facts(invoice: Invoice) -> dict[str, Any]:
    due = invoice.instalments.order_by("due_on").values_list("due_on", flat=True).first()
    return {
        "number": invoice.number,
        "total": sum_of(invoice.gross, invoice.currency),
        "supplier": named(invoice.supplier),
        "date": {"date": (due or invoice.issued_on).isoformat()},
    }


@consumer()
def invoice_issued(event: OutboxEvent) -> None:
    """Goods were shipped and invoiced: the buyer hears when it is due, the supplier what it earns."""
    rows = Invoice.objects.select_related("buyer", "supplier", "supplier__company")
    invoice = rows.get(pk=event.payload["invoice"])
    facts = _invoice_facts(invoice)
    tell(
        members_to_tell(invoice.buyer, PAYS),
        kind="invoice_issued" if invoice.financed else "invoice_paid",
        facts=facts,
        event_key=event.key,
        page="payments:invoice",
        page_id=invoice.public_id,
        company=invoice.buyer,
    )
    item = invoice.payout_items.order_by("pk").first()
    if item is None or item.available_on is None:
        return
    seller = invoice.supplier.company
    planned = {"total": sum_of(item.net, item.currency), "date": {"date": item.available_on.isoformat()}}
    tell(
        members_to_tell(seller, EARNS),
        kind="payout_planned",
        facts={"number": invoice.number, **planned},
        event_key=event.key,
        page="payments:earnings",
        company=seller,
    )


@consumer()
def payment_received(event: OutboxEvent) -> None:
    """Money of a buyer arrived."""
    _tell_payer(event, "payment_received")


def _tell_payer(event: OutboxEvent, kind: str) -> None:
    payment = Payment.objects.select_related("buyer").get(pk=event.payload["payment"])
    tell(
        members_to_tell(payment.buyer, PAYS),
        kind=kind,
        facts={"total": sum_of(payment.amount, payment.currency)},
        event_key=event.key,
        page="payments:finance",
        company=payment.buyer,
    )


@consumer()
def payment_failed(event: OutboxEvent) -> None:
    """The card service would not make a page to pay on."""
    _tell_payer(event, "payment_failed")


@consumer()
def refund_paid(event: OutboxEvent) -> None:
    """Money went back to a buyer."""
    refund = Refund.objects.select_related("payment__buyer").get(pk=event.payload["refund"])
    tell(
        members_to_tell(refund.payment.buyer, PAYS),
        kind="refund_paid",
        facts={"total": sum_of(refund.amount, refund.currency)},
        event_key=event.key,
        page="payments:finance",
        company=refund.payment.buyer,
    )


@consumer()
def dunning_notice(event: OutboxEvent) -> None:
    """A day's notice of what is due or late: one per buyer and currency, with all its items."""
    notice = DunningNotice.objects.select_related("buyer").get(pk=event.payload["notice"])
    late = notice.case_id is not None
    first = min(notice.items, key=lambda item: str(item["due_on"]))
    facts: dict[str, Any] = {
        "number": first["number"],
        "total": sum_of(notice.principal + notice.fees, notice.currency),
        "date": {"date": first["due_on"]},
    }
    kind = "instalment_overdue" if late else "instalment_due"
    if len(notice.items) > 1:
        kind, facts["count"] = ("invoices_overdue" if late else "invoices_due"), str(len(notice.items))
    else:
        invoice = Invoice.objects.select_related("supplier").get(public_id=first["invoice"])
        facts["supplier"] = named(invoice.supplier)
    tell(
        members_to_tell(notice.buyer, PAYS),
        kind=kind,
        facts=facts,
        event_key=event.key,
        page="payments:finance",
        company=notice.buyer,
    )


@consumer()
def payout_failed(event: OutboxEvent) -> None:
    """A payout came back."""
    _tell_earner(event, "payout_failed")


@consumer()
def payout_paid(event: OutboxEvent) -> None:
    """Money went out to a supplier."""
    _tell_earner(event, "payout_paid")


def _tell_earner(event: OutboxEvent, kind: str) -> None:
    rows = PayoutItem.objects.select_related("supplier__company", "invoice")
    item = rows.get(pk=event.payload["item"])
    seller = item.supplier.company
    tell(
        members_to_tell(seller, EARNS),
        kind=kind,
        facts={"total": sum_of(item.net, item.currency), "number": item.invoice.number},
        event_key=event.key,
        page="payments:earnings",
        company=seller,
    )
