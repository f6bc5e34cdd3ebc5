"""From shipment to invoice.

The hold becomes a receivable, the supplier's share a payable, a payout is planned.
"""

from django.db import connection
from django.db.models import Sum

from marketplace.core import audit, clock, outbox
from marketplace.core.actors import Actor
from marketplace.core.clock import add_business_days
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order, PaymentMethod

from .. import policies
from ..credit.models import CreditLine
from ..credit.reserve import capture, lock_line
from ..errors import LedgerFault
from ..invoices.build import Financing, make_invoice
from ..ledger.posting import post_all
from ..models import Allocation, Invoice, PayoutItem, Refund, SupplierAccount
from ..policies import Policy, Term
from ..rules.fees import early_payout
from . import journals
from .own_terms import term_code_of
from .vouchers import discount_of_shipment


def prepaid_left(order: Order) -> int:
    """What the buyer has paid ahead for an order and neither an invoice nor a refund has used."""
    paid = Allocation.objects.filter(order=order, reversed_by__isnull=True).aggregate(
        s=Sum("amount", default=0)
    )["s"]
    used = Invoice.objects.filter(order=order).aggregate(s=Sum("prepaid", default=0))["s"]
    back = (
        Refund.objects.filter(order=order)
        .exclude(state=Refund.State.REJECTED)
        .aggregate(s=Sum("amount", default=0))
    )
    return int(paid - used - back["s"])


def invoice_shipment(*, acting_user: Actor, shipment_id: int) -> Invoice:
    """Issue the invoice of a shipment, once: a second call returns the same one.

    Joins the caller's transaction. Key: the shipment (unique), and `inv:{id}` in the books.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an invoice is issued in the transaction of the event it follows from")
    shipment = Shipment.objects.select_related(
        "order__supplier__company", "order__buyer", "order__group"
    ).get(pk=shipment_id)
    order = shipment.order
    on_account = order.group.payment_method == PaymentMethod.CREDIT
    line = lock_line(order.buyer_id, order.currency) if on_account else None
    Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    known = Invoice.objects.filter(shipment=shipment).first()
    if known is not None:
        return known
    policy = policies.current()
    gross = shipment.net + shipment.vat + shipment.freight
    discount = discount_of_shipment(order, gross)
    prepaid = 0 if on_account else min(gross - discount, prepaid_left(order))
    term = policy.term(term_code_of(order)) if on_account else None
    if line is None and gross != prepaid + discount:
        rest = gross - prepaid - discount
        raise LedgerFault(f"shipment {shipment.pk}: {rest} are neither paid nor on account")
    invoice = make_invoice(shipment, policy=policy, financing=Financing(prepaid, discount, term))
    _book(invoice, line, acting_user)
    plan_payout(invoice, policy=policy, term=term)
    if not invoice.financed:
        Invoice.objects.filter(pk=invoice.pk).update(state=Invoice.State.SETTLED, settled_on=clock.today())
        invoice.state = Invoice.State.SETTLED
    audit.record(
        invoice,
        "invoice.issued",
        actor=acting_user,
        company_id=invoice.buyer_id,
        to_state=invoice.state,
        facts={"number": invoice.number, "gross": invoice.gross, "financed": invoice.financed},
    )
    outbox.publish(
        "invoice.issued",
        {"invoice": invoice.pk, "order": order.pk, "shipment": shipment.pk},
        key=str(invoice.pk),
    )
    return invoice


def _book(invoice: Invoice, line: CreditLine | None, actor: Actor) -> None:
    postings = [journals.invoice_issued(invoice, invoice.instalments.order_by("seq"), actor=actor)]
    if line is not None:
        captured = capture(line=line, order=invoice.order, amount=invoice.financed)
        if captured.from_hold:
            postings.append(journals.commitment_used(invoice, captured.from_hold, actor=actor))
    post_all(postings)


def plan_payout(invoice: Invoice, *, policy: Policy, term: Term | None) -> None:
    """The supplier's items: paid early less the fee, and the reserve later.

    Or all of it when the buyer has paid.
    """
    account = SupplierAccount.objects.filter(supplier=invoice.supplier).first()
    early = account is None or account.plan == SupplierAccount.Plan.EARLY
    day = add_business_days(invoice.issued_on, policy.payout_business_days)
    common = {"supplier": invoice.supplier, "invoice": invoice, "currency": invoice.currency}
    if not early:
        waits = term is not None
        PayoutItem.objects.create(
            kind=PayoutItem.Kind.MATURITY,
            gross=invoice.supplier_net,
            net=invoice.supplier_net,
            available_on=None if waits else day,
            **common,
        )
        return
    terms = early_payout(invoice.supplier_net, policy, term)
    PayoutItem.objects.create(
        kind=PayoutItem.Kind.EARLY,
        gross=terms.advance,
        fee=terms.fee,
        net=terms.payout,
        available_on=day,
        **common,
    )
    if terms.reserve:
        PayoutItem.objects.create(
            kind=PayoutItem.Kind.RESERVE, gross=terms.reserve, net=terms.reserve, available_on=None, **common
        )
