"""Every journal of the platform, as one function each.

Which accounts an event moves, under which permanent key.

The text of MONEY.md §6 as code. Amounts in minor units: G gross, K platform discount, D prepaid share,
C commission, V VAT on it, P = G − C − V what the supplier gets.
"""

from collections.abc import Iterable
from datetime import date, datetime

from marketplace.core.actors import Actor

from ..ledger.posting import Leg, Posting, cr, dr
from ..models import Instalment, Invoice, Payment, PayoutItem, Rail, Refund
from ..rules.days import start_of


def invoice_issued(invoice: Invoice, instalments: Iterable[Instalment], *, actor: Actor) -> Posting:
    """Goods shipped → receivable, per instalment."""
    dims = {"order": invoice.order_id, "invoice": invoice.pk}
    supplier = invoice.supplier_id
    return Posting(
        key=f"inv:{invoice.pk}",
        kind="invoice.issued",
        currency=invoice.currency,
        actor=actor,
        ref=invoice,
        legs=[
            *(dr("1200", row.amount, invoice.buyer_id, instalment=row.pk, **dims) for row in instalments),
            dr("4900", invoice.discount, **dims),
            dr("2100", invoice.prepaid, invoice.order_id, **dims),
            cr("2000", invoice.supplier_net, supplier, supplier=supplier, **dims),
            cr("4000", invoice.commission, supplier=supplier, **dims),
            cr("2300", invoice.commission_vat, supplier=supplier, **dims),
        ],
    )


def commitment_used(invoice: Invoice, amount: int, *, actor: Actor) -> Posting:
    """What was held for the invoiced goods is no longer a commitment."""
    dims = {"order": invoice.order_id, "invoice": invoice.pk}
    return Posting(
        key=f"inv:{invoice.pk}:cap",
        kind="credit.captured",
        currency=invoice.currency,
        actor=actor,
        ref=invoice,
        legs=[dr("9001", amount, **dims), cr("9000", amount, invoice.buyer_id, **dims)],
    )


def order_paid(payment: Payment, parts: Iterable[tuple[int, int]], *, actor: Actor) -> Posting:
    """A card payment for orders arrived; `parts` are (order key, amount)."""
    return Posting(
        key=f"pi:{payment.pk}:succeeded",
        kind="payment.order",
        currency=payment.currency,
        actor=actor,
        ref=payment,
        legs=[
            dr("1100", payment.amount),
            *(cr("2100", amount, order, order=order) for order, amount in parts),
        ],
    )


def repaid(
    payment: Payment, legs: Iterable[Leg], *, actor: Actor, effective_at: datetime | None = None
) -> Posting:
    """A buyer's repayment: to the processor's balance, or out of unapplied cash or the credit balance."""
    key, source = {
        Payment.Rail.CARD: (f"pi:{payment.pk}:succeeded", dr("1100", payment.amount)),
        Payment.Rail.BANK: (f"bank:{payment.pk}:match", dr("2120", payment.amount)),
        Payment.Rail.BALANCE: (f"bal:{payment.pk}", dr("2110", payment.amount, payment.buyer_id)),
    }[Payment.Rail(payment.rail)]
    return Posting(
        key=key,
        kind="payment.repayment",
        currency=payment.currency,
        actor=actor,
        ref=payment,
        effective_at=effective_at,
        carry=True,
        legs=[source, *legs],
    )


def bank_received(payment: Payment, *, actor: Actor, effective_at: datetime | None = None) -> Posting:
    """Money on the bank account, not yet matched."""
    return Posting(
        key=f"bank:{payment.pk}",
        kind="bank.received",
        currency=payment.currency,
        actor=actor,
        ref=payment,
        effective_at=effective_at,
        carry=True,
        legs=[dr("1000", payment.amount), cr("2120", payment.amount)],
    )


def processing_fee(payment: Payment, *, actor: Actor) -> Posting:
    """What the card processor kept of a payment."""
    return Posting(
        key=f"txn:{payment.pk}:fee",
        kind="payment.fee",
        currency=payment.currency,
        actor=actor,
        ref=payment,
        legs=[dr("5000", payment.fee), cr("1100", payment.fee)],
    )


def late_fee(instalment: Instalment, invoice: Invoice, amount: int, until: date, *, actor: Actor) -> Posting:
    """Late fee of an instalment up to a date: the growth since it was last booked."""
    return _fee(f"int:{instalment.pk}:{until}", "fee.interest", instalment, invoice, amount, until, actor)


def compensation(instalment: Instalment, invoice: Invoice, amount: int, on: date, *, actor: Actor) -> Posting:
    """The flat compensation, once per invoice."""
    return _fee(f"comp:{invoice.pk}", "fee.compensation", instalment, invoice, amount, on, actor)


def _fee(
    key: str, kind: str, instalment: Instalment, invoice: Invoice, amount: int, on: date, actor: Actor
) -> Posting:
    dims = {"order": invoice.order_id, "invoice": invoice.pk, "instalment": instalment.pk}
    return Posting(
        key=key,
        kind=kind,
        currency=invoice.currency,
        actor=actor,
        ref=invoice,
        effective_at=start_of(on),
        carry=True,
        legs=[dr("1210", amount, invoice.buyer_id, **dims), cr("4030", amount, **dims)],
    )


def payout_released(item: PayoutItem, reserve: int, *, actor: Actor) -> Posting:
    """The supplier's money may be paid: pending → available. A reserve waits in its own account."""
    source = "2005" if item.kind == PayoutItem.Kind.RESERVE else "2000"
    dims = {"order": item.invoice.order_id, "invoice": item.invoice_id, "supplier": item.supplier_id}
    amount = item.gross + reserve
    return Posting(
        key=f"pay:{item.pk}:rel",
        kind="payout.released",
        currency=item.currency,
        actor=actor,
        ref=item,
        legs=[dr(source, amount, item.supplier_id, **dims), cr("2010", amount, item.supplier_id, **dims)],
    )


def payout_scheduled(item: PayoutItem, reserve: int, *, actor: Actor) -> Posting:
    """Available → in transit, less fee, reserve and what the supplier owes us."""
    dims = {"order": item.invoice.order_id, "invoice": item.invoice_id, "supplier": item.supplier_id}
    supplier = item.supplier_id
    early = item.kind == PayoutItem.Kind.EARLY
    return Posting(
        key=f"pay:{item.pk}:{'early' if early else 'out'}",
        kind="payout.scheduled",
        currency=item.currency,
        actor=actor,
        ref=item,
        legs=[
            dr("2010", item.gross + reserve, supplier, **dims),
            cr("2020", item.net, supplier, **dims),
            cr("4010", item.fee, **dims),
            cr("2005", reserve, supplier, **dims),
            cr("1400", item.recouped, supplier, **dims),
        ],
    )


def payout_paid(item: PayoutItem, *, actor: Actor) -> Posting:
    """The transfer was accepted, or our bank has sent it."""
    source = "1100" if item.rail == Rail.SERVICE else "1000"
    dims = {"order": item.invoice.order_id, "invoice": item.invoice_id, "supplier": item.supplier_id}
    return Posting(
        key=f"tr:{item.pk}",
        kind="payout.paid",
        currency=item.currency,
        actor=actor,
        ref=item,
        legs=[dr("2020", item.net, item.supplier_id, **dims), cr(source, item.net, **dims)],
    )


def refund_owed(refund: Refund, *, actor: Actor) -> Posting:
    """A prepaid order will not be delivered: its money goes back."""
    order = refund.order_id
    assert order is not None
    return Posting(
        key=f"refund:{refund.pk}",
        kind="refund.owed",
        currency=refund.currency,
        actor=actor,
        ref=refund,
        legs=[dr("2100", refund.amount, order, order=order), cr("2130", refund.amount, order=order)],
    )


def surplus_owed(refund: Refund, *, actor: Actor) -> Posting:
    """Money arrived for nothing that is still to be paid: it is taken in and owed back."""
    return Posting(
        key=f"pi:{refund.payment_id}:succeeded",
        kind="payment.surplus",
        currency=refund.currency,
        actor=actor,
        ref=refund,
        legs=[dr("1100", refund.amount), cr("2130", refund.amount)],
    )


def refund_sent(refund: Refund, *, actor: Actor, account: str = "1100") -> Posting:
    """The refund was taken from the processor's balance, or from `account`: "1000" is our bank."""
    return Posting(
        key=f"re:{refund.pk}:created",
        kind="refund.sent",
        currency=refund.currency,
        actor=actor,
        ref=refund,
        legs=[
            dr("2130", refund.amount, order=refund.order_id),
            cr(account, refund.amount, order=refund.order_id),
        ],
    )


def refund_failed(refund: Refund, *, actor: Actor) -> Posting:
    """A refund came back: the money is on the processor's balance again and still owed."""
    return Posting(
        key=f"re:{refund.pk}:failed:{refund.attempt}",
        kind="refund.failed",
        currency=refund.currency,
        actor=actor,
        ref=refund,
        legs=[
            dr("1100", refund.amount, order=refund.order_id),
            cr("2130", refund.amount, order=refund.order_id),
        ],
    )


def equity_paid_in(key: str, amount: int, currency: str, *, actor: Actor) -> Posting:
    """Owners' money on the bank account."""
    return Posting(
        key=f"equity:{key}",
        kind="treasury.equity",
        currency=currency,
        actor=actor,
        legs=[dr("1000", amount), cr("3000", amount)],
    )


def processor_topped_up(key: str, amount: int, currency: str, *, actor: Actor) -> Posting:
    """Bank → balance at the card processor."""
    return Posting(
        key=f"topup:{key}",
        kind="treasury.top_up",
        currency=currency,
        actor=actor,
        legs=[dr("1100", amount), cr("1000", amount)],
    )
