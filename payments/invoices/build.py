"""The rows of an invoice, made from a shipment."""

from dataclasses import dataclass
from datetime import date

from marketplace.core import clock
from marketplace.core.money import allocate
from marketplace.fulfilment.models import Shipment

from ..models import Instalment, Invoice, InvoiceLine
from ..policies import Policy, Term
from ..rules.fees import commission_on
from ..rules.terms import schedule
from .numbering import INVOICE, next_number


@dataclass(frozen=True, slots=True)
class Financing:
    """How the gross of an invoice is covered.

    What was paid before, what the platform gives, the term of the rest.
    """

    prepaid: int
    discount: int
    term: Term | None


def make_invoice(shipment: Shipment, *, policy: Policy, financing: Financing) -> Invoice:
    """Write an invoice with lines and instalments for a shipment (order, supplier and buyer loaded)."""
    order, supplier = shipment.order, shipment.order.supplier
    gross = shipment.net + shipment.vat + shipment.freight
    fee = commission_on(shipment.net, policy)
    day = clock.business_date(shipment.shipped_at)
    invoice = Invoice.objects.create(
        number=next_number(supplier.company, INVOICE, day.year),
        document=Invoice.Document.VAT_GENERAL if policy.code == "cn" else Invoice.Document.INVOICE,
        supplier=supplier,
        buyer=order.buyer,
        order=order,
        shipment=shipment,
        issued_on=day,
        currency=order.currency,
        net=shipment.net,
        vat=shipment.vat,
        freight=shipment.freight,
        gross=gross,
        discount=financing.discount,
        prepaid=financing.prepaid,
        financed=gross - financing.discount - financing.prepaid,
        commission=fee.amount,
        commission_vat=fee.vat,
        supplier_net=gross - fee.total,
        term=financing.term.code if financing.term else "",
        policy=policy.label,
        parties=_parties(shipment),
    )
    _write_lines(invoice, shipment)
    _write_instalments(invoice, financing.term, day)
    return invoice


def _parties(shipment: Shipment) -> dict[str, dict[str, str]]:
    order = shipment.order
    seller = order.supplier.company
    return {
        "seller": {
            "name_zh": seller.name_zh or seller.legal_name,
            "name_en": seller.name_en or seller.legal_name,
            "tax_id": seller.tax_id,
            "address_zh": seller.address_zh,
            "address_en": seller.address_en,
        },
        "buyer": {
            "name_zh": order.buyer.name_zh or order.buyer.legal_name,
            "name_en": order.buyer.name_en or order.buyer.legal_name,
            "tax_id": order.buyer.tax_id,
            "address_zh": order.buyer.address_zh,
            "address_en": order.buyer.address_en,
        },
        "ship_to": {"name": order.group.ship_name, "address": order.group.ship_address},
    }


def _write_lines(invoice: Invoice, shipment: Shipment) -> None:
    """One line per order line; the VAT of the whole is spread by taxable weight, largest remainder."""
    rows = list(shipment.lines.select_related("order_line").order_by("order_line__position"))
    nets = [row.order_line.unit_price * row.quantity for row in rows]
    weights = [net * row.order_line.vat_rate_bp for net, row in zip(nets, rows, strict=True)]
    taxes = allocate(invoice.vat, weights) if sum(weights) else [0] * len(rows)
    InvoiceLine.objects.bulk_create(
        [
            InvoiceLine(
                invoice=invoice,
                order_line=row.order_line,
                position=row.order_line.position,
                title_zh=_title(row.order_line.snapshot, "zh"),
                title_en=_title(row.order_line.snapshot, "en"),
                quantity=row.quantity,
                unit_zh=row.order_line.snapshot.get("unit_zh", ""),
                unit_en=row.order_line.snapshot.get("unit_en", ""),
                unit_price=row.order_line.unit_price,
                net=net,
                vat_rate_bp=row.order_line.vat_rate_bp,
                vat=tax,
            )
            for row, net, tax in zip(rows, nets, taxes, strict=True)
        ]
    )


def _title(snapshot: dict[str, str], language: str) -> str:
    parts = (
        snapshot.get(f"title_{language}", ""),
        snapshot.get(f"color_{language}", ""),
        snapshot.get("size", ""),
    )
    return " · ".join(part for part in parts if part)[:240]


def _write_instalments(invoice: Invoice, term: Term | None, day: date) -> None:
    if term is None:
        return
    Instalment.objects.bulk_create(
        [
            Instalment(invoice=invoice, seq=seq, due_on=due.due_on, fee_through=due.due_on, amount=due.amount)
            for seq, due in enumerate(schedule(term, invoice.financed, day), start=1)
        ]
    )
