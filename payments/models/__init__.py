"""Invoices, receipts, payouts, what corrects and collects them, and what speaking with a service needs."""

from .collecting import DunningCase, DunningNotice, Extension, PromiseToPay, WriteOff
from .corrections import Clawback, CreditNote, CreditNoteLine, Standstill, TradeDispute, TransferReversal
from .invoices import DueChange, Instalment, Invoice, InvoiceLine, NumberSeries
from .ordering import OrderDiscount, OrderTerm, Voucher
from .outside import OutboxCommand, WebhookEvent
from .payouts import PayoutItem, Rail, SupplierAccount
from .receipts import Allocation, CardDispute, Payment, PaymentTarget, Refund
from .statements import FrozenStatement

__all__ = [
    "Allocation",
    "CardDispute",
    "Clawback",
    "CreditNote",
    "CreditNoteLine",
    "DueChange",
    "DunningCase",
    "DunningNotice",
    "Extension",
    "FrozenStatement",
    "Instalment",
    "Invoice",
    "InvoiceLine",
    "NumberSeries",
    "OrderDiscount",
    "OrderTerm",
    "OutboxCommand",
    "Payment",
    "PaymentTarget",
    "PayoutItem",
    "PromiseToPay",
    "Rail",
    "Refund",
    "Standstill",
    "SupplierAccount",
    "TradeDispute",
    "TransferReversal",
    "Voucher",
    "WebhookEvent",
    "WriteOff",
]
