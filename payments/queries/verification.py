"""The invariants of RELIABILITY §4.2 that are kept here: each proof answers the ids that break it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from marketplace.core import audit, clock
from marketplace.core.models import AuditRecord, OutboxDelivery, OutboxEvent
from marketplace.orders.models import Order, OrderLine

from ..credit.models import Authorisation, AuthorisationPart, CreditLine
from ..ledger import checks
from ..ledger.queries import balance
from ..models import (
    Allocation,
    Clawback,
    CreditNote,
    Instalment,
    Invoice,
    InvoiceLine,
    NumberSeries,
    Payment,
    PayoutItem,
    Refund,
    WebhookEvent,
)

Proof = Callable[[], list[str]]


def _sum(rows: QuerySet[Any], column: str) -> Coalesce:
    """The sum of a column of rows already filtered and grouped by an outer reference."""
    return Coalesce(
        Subquery(rows.annotate(s=Sum(column)).values("s"), output_field=BigIntegerField()), Value(0)
    )


def order_money() -> list[str]:
    """I3: per card order, what was taken less what went back is in its invoices and its deposit account."""
    wrong = []
    taken = Allocation.objects.filter(order__isnull=False, reversed_by__isnull=True)
    for row in taken.values("order_id", "order__currency").annotate(s=Sum("amount")):
        order = row["order_id"]
        back = Refund.objects.filter(order=order).exclude(state=Refund.State.REJECTED)
        used = Invoice.objects.filter(order=order).aggregate(s=Sum("prepaid", default=0))["s"]
        left = balance(row["order__currency"], "2100", order)
        if row["s"] - back.aggregate(s=Sum("amount", default=0))["s"] - used != left:
            wrong.append(str(order))
    return wrong


def paid_twice() -> list[str]:
    """I3: groups with more than one payment kept."""
    kept = Payment.objects.filter(group__isnull=False, state=Payment.State.SUCCEEDED)
    rows = kept.values("group_id").annotate(n=Count("id")).filter(n__gt=1)
    surplus = set(
        Refund.objects.filter(key__startswith="surplus:").values_list("payment__group_id", flat=True)
    )
    return [str(row["group_id"]) for row in rows if row["group_id"] not in surplus]


def credit_lines() -> list[str]:
    """I6: lines whose held, owed or fees differ from their authorisations, instalments or accounts."""
    wrong = []
    for line in CreditLine.objects.order_by("pk"):
        parts = AuthorisationPart.objects.filter(
            authorisation__line=line, authorisation__state__in=Authorisation.OPEN_STATES
        )
        held = parts.aggregate(s=Sum(F("amount") - F("captured") - F("released"), default=0))["s"]
        rows = Instalment.objects.filter(invoice__buyer=line.buyer_id, invoice__currency=line.currency)
        owed = rows.aggregate(s=Sum(F("amount") - F("paid") - F("credited") - F("written_off"), default=0))[
            "s"
        ]
        fees = rows.aggregate(
            s=Sum(
                F("fee_posted")
                - F("fee_paid")
                - F("fee_waived")
                + F("comp_posted")
                - F("comp_paid")
                - F("comp_waived"),
                default=0,
            )
        )["s"]
        books = tuple(balance(line.currency, code, line.buyer_id) for code in ("9000", "1200", "1210"))
        if not (line.held, line.owed, line.fees_owed) == (held, owed, fees) == books:
            wrong.append(str(line.pk))
    return wrong


def authorisations() -> list[str]:
    """I7: authorisations whose parts do not add up to them."""
    parts = AuthorisationPart.objects.filter(authorisation=OuterRef("pk")).values("authorisation")
    rows = Authorisation.objects.annotate(
        a=_sum(parts, "amount"), c=_sum(parts, "captured"), r=_sum(parts, "released")
    )
    wrong = rows.exclude(a=F("amount"), c=F("captured"), r=F("released"))
    return [str(key) for key in wrong.values_list("pk", flat=True)]


def invoices() -> list[str]:
    """I8, I10: invoices whose instalments or lines do not add up to them."""
    instalments = Instalment.objects.filter(invoice=OuterRef("pk")).values("invoice")
    lines = InvoiceLine.objects.filter(invoice=OuterRef("pk")).values("invoice")
    rows = Invoice.objects.exclude(state=Invoice.State.VOID).annotate(
        f=_sum(instalments, "amount"), n=_sum(lines, "net"), v=_sum(lines, "vat")
    )
    uneven = rows.exclude(f=F("financed") + F("revived"), n=F("net"), v=F("vat"))
    return [str(key) for key in uneven.values_list("pk", flat=True)]


def orders() -> list[str]:
    """I10: orders whose net is not the sum of their lines."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).values("order")
    rows = Order.objects.annotate(n=_sum(lines, "net")).exclude(n=F("net"))
    return [str(key) for key in rows.values_list("pk", flat=True)]


def numbers() -> list[str]:
    """Invoice numbers with gaps: suppliers and years whose last number is not their count."""
    wrong = []
    for series in NumberSeries.objects.filter(kind="invoice"):
        issued = Invoice.objects.filter(
            supplier__company=series.issuer_id, number__startswith=f"{series.year}-"
        )
        if issued.count() != series.last:
            wrong.append(f"{series.issuer_id}/{series.year}")
    return wrong


def credit_numbers() -> list[str]:
    """Credit note numbers with gaps, and notes that take more than their invoice has."""
    wrong = []
    for series in NumberSeries.objects.filter(kind="credit_note"):
        issued = CreditNote.objects.filter(
            supplier__company=series.issuer_id, number__startswith=f"C{series.year}-"
        )
        if issued.count() != series.last:
            wrong.append(f"{series.issuer_id}/C{series.year}")
    notes = CreditNote.objects.filter(invoice=OuterRef("pk")).values("invoice")
    above = Invoice.objects.annotate(g=_sum(notes, "gross"), c=_sum(notes, "commission")).filter(
        Q(g__gt=F("gross")) | Q(c__gt=F("commission"))
    )
    return [*wrong, *(str(key) for key in above.values_list("pk", flat=True))]


def receipts() -> list[str]:
    """I9: repayments whose live allocations are not their amount (nothing, once charged back)."""
    live = Allocation.objects.filter(
        payment=OuterRef("pk"), reversed_by__isnull=True, reverses__isnull=True
    ).values("payment")
    rows = Payment.objects.filter(purpose=Payment.Purpose.REPAYMENT).annotate(a=_sum(live, "amount"))
    taken = ["succeeded", "partially_refunded", "refunded", "disputed"]
    wrong = rows.filter(state__in=taken).exclude(a=F("amount")) | rows.filter(
        state__in=["created", "failed", "canceled"], a__gt=0
    )
    return [str(key) for key in wrong.values_list("pk", flat=True)]


def claims() -> list[str]:
    """I11: suppliers whose open claims are not what the books say they owe us."""
    wrong = []
    open_claims: dict[tuple[int, str], int] = {}
    for row in Clawback.objects.all():
        key = (row.supplier_id, row.currency)
        open_claims[key] = open_claims.get(key, 0) + row.open
    for (supplier, currency), amount in sorted(open_claims.items()):
        if amount != balance(currency, "1400", supplier):
            wrong.append(f"{supplier}/{currency}")
    return wrong


def payouts() -> list[str]:
    """I11: suppliers paid more than their invoices brought."""
    out = PayoutItem.objects.filter(invoice=OuterRef("pk")).values("invoice")
    rows = Invoice.objects.annotate(g=_sum(out, "gross")).filter(g__gt=F("supplier_net"))
    return [str(key) for key in rows.values_list("pk", flat=True)]


def events() -> list[str]:
    """I7: applied events that were never marked, or are stuck.

    The key (account, event) is unique by constraint.
    """
    old = clock.now() - timedelta(hours=1)
    stuck = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED, received_at__lt=old)
    return list(stuck.values_list("event_id", flat=True))


def outbox() -> list[str]:
    """I8: events not handed on, or deliveries not done, for more than five minutes; parked ones count."""
    old = clock.now() - timedelta(minutes=5)
    waiting = OutboxEvent.objects.filter(fanned_out_at__isnull=True, created_at__lt=old)
    undone = OutboxDelivery.objects.filter(
        Q(state=OutboxDelivery.State.PARKED)
        | Q(state__in=[OutboxDelivery.State.WAITING, OutboxDelivery.State.SENT], event__created_at__lt=old)
    )
    return [
        *(f"event {key}" for key in waiting.values_list("pk", flat=True)),
        *(f"delivery {key}" for key in undone.values_list("pk", flat=True)),
    ]


def unaudited() -> list[str]:
    """I14: money actions without an audit record that names who."""
    wrong = []
    kinds: tuple[tuple[type, QuerySet[Any]], ...] = (
        (Authorisation, Authorisation.objects.all()),
        (Invoice, Invoice.objects.all()),
        (Payment, Payment.objects.filter(state__in=["succeeded", "refunded", "partially_refunded"])),
        (PayoutItem, PayoutItem.objects.filter(state="paid")),
        (Refund, Refund.objects.exclude(state="requested")),
        (CreditLine, CreditLine.objects.all()),
    )
    for model, rows in kinds:
        seen = AuditRecord.objects.filter(subject_type=audit.subject_type(model), subject_id=OuterRef("pk"))
        named = seen.exclude(actor_label="").values("subject_id").annotate(n=Count("id")).values("n")
        bare = rows.annotate(n=Coalesce(Subquery(named), Value(0))).filter(n=0)
        wrong += [f"{audit.subject_type(model)} {key}" for key in bare.values_list("pk", flat=True)]
    return wrong


PROOFS: dict[str, tuple[Proof, ...]] = {
    "I1 every transaction is balanced, every balance is its entries": (
        checks.uneven_transactions,
        checks.wrong_balances,
        checks.uneven_currencies,
        checks.negative_accounts,
    ),
    "I2 entries are as they were booked, reversals exact, guards in place": (
        checks.changed_transactions,
        checks.inexact_reversals,
        checks.absent_guards,
    ),
    "I3 money of an order is whole, captured once": (order_money, paid_twice),
    "I6 credit lines equal their authorisations, instalments and accounts": (credit_lines, authorisations),
    "I7 every event of the card service had its one effect": (events,),
    "I8 nothing is stuck in the outbox": (outbox,),
    "I9 every repayment is where its allocations say": (receipts,),
    "I10 totals are the sums of their lines, numbers have no gaps": (
        invoices,
        orders,
        numbers,
        credit_numbers,
        payouts,
    ),
    "I11 what suppliers owe us is what the books say": (claims,),
    "I21 closed months are as they were closed": (checks.changed_months,),
    "I14 every money action names who did it": (unaudited,),
}


def verify() -> dict[str, list[str]]:
    """Run every proof: name → the ids that break it."""
    return {name: [found for proof in proofs for found in proof()] for name, proofs in PROOFS.items()}
