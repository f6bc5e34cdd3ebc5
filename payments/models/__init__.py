"""Invoices, receipts, payouts and what is needed to speak with a payment service."""

from .invoices import Instalment, Invoice, InvoiceLine, NumberSeries
from .outside import OutboxCommand, WebhookEvent
from .payouts import PayoutItem, Rail, SupplierAccount
from .receipts import Allocation, Payment, PaymentTarget, Refund

__all__ = [
    "Allocation",
    "Instalment",
    "Invoice",
    "InvoiceLine",
    "NumberSeries",
    "OutboxCommand",
    "Payment",
    "PaymentTarget",
    "PayoutItem",
    "Rail",
    "Refund",
    "SupplierAccount",
    "WebhookEvent",
]
