"""What staff read: credit lines, payouts that wait, journals behind an object, the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from marketplace.companies.models import Company, Supplier
from marketplace.core import audit
from marketplace.core.errors import NotFound
from marketplace.core.models import AuditRecord
from marketplace.orders.models import Order

from ..credit.models import Authorisation, CreditDecision, CreditHold, CreditLine
from ..ledger.chart import CHART
from ..ledger.queries import Journal, journals_of
from ..models import Invoice, Payment, PayoutItem, Rail, WebhookEvent

PAGE = 50


def credit_lines() -> QuerySet[CreditLine]:
    """All credit lines, those with most in use first."""
    return CreditLine.objects.select_related("buyer").order_by("-owed", "-held", "pk")


@dataclass(frozen=True, slots=True)
class LinePage:
    """A credit line with the decisions, holds and authorisations behind its figures."""

    line: CreditLine
    decisions: Sequence[CreditDecision]
    holds: Sequence[CreditHold]
    authorisations: Sequence[Authorisation]
    trail: Sequence[AuditRecord]


def line_page(public_id: str) -> LinePage:
    """One credit line. Raises NotFound."""
    line = CreditLine.objects.select_related("buyer").filter(public_id=public_id).first()
    if line is None:
        raise NotFound
    return LinePage(
        line=line,
        decisions=list(CreditDecision.objects.filter(line=line).order_by("-id")[:PAGE]),
        holds=list(CreditHold.objects.filter(line=line).order_by("-id")[:PAGE]),
        authorisations=list(
            Authorisation.objects.filter(line=line).select_related("group").order_by("-id")[:PAGE]
        ),
        trail=list(audit.trail(line).order_by("-id")[:PAGE]),
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """The journals behind an object, and what happened to it."""

    title: str
    journals: Sequence[Journal]
    trail: Sequence[AuditRecord]


def behind_order(public_id: str) -> Behind:
    """Journals and trail of an order and its group's payments. Raises NotFound."""
    order = Order.objects.filter(public_id=public_id).select_related("group").first()
    if order is None:
        raise NotFound
    payments = Payment.objects.filter(group=order.group)
    refs = [(audit.subject_type(Payment), key) for key in payments.values_list("pk", flat=True)]
    return Behind(order.public_id, journals_of(order=order.pk, refs=refs), list(audit.trail(order)))


def behind_invoice(public_id: str) -> Behind:
    """Journals and trail of an invoice. Raises NotFound."""
    invoice = Invoice.objects.filter(public_id=public_id).first()
    if invoice is None:
        raise NotFound
    return Behind(invoice.number, journals_of(invoice=invoice.pk), list(audit.trail(invoice)))


def payouts_to_send() -> QuerySet[PayoutItem]:
    """Bank payouts scheduled and not sent yet, oldest first."""
    rows = PayoutItem.objects.filter(rail=Rail.BANK, state=PayoutItem.State.SCHEDULED)
    return rows.select_related("supplier__payout_account", "invoice").order_by("id")


def payouts_in_trouble() -> QuerySet[PayoutItem]:
    """Payouts refused, or waiting because the supplier has no account to pay to."""
    rows = PayoutItem.objects.filter(state__in=[PayoutItem.State.FAILED, PayoutItem.State.AVAILABLE])
    return rows.select_related("supplier", "invoice").order_by("id")


def events_to_look_at() -> QuerySet[WebhookEvent]:
    """Events of the card service that a person has to look at."""
    return WebhookEvent.objects.filter(state__in=["parked", "failed", "dead"]).order_by("-id")


def company_by_public_id(public_id: str) -> Company | None:
    """A company by its outward id."""
    return Company.objects.filter(public_id=public_id).first()


def names_of_owners(accounts: Sequence[Any]) -> dict[tuple[str, int], str]:
    """Names of what sub-accounts belong to, by (code, owner).

    Companies and suppliers by name, orders by id.
    """
    wanted: dict[str, set[int]] = {}
    for account in accounts:
        wanted.setdefault(CHART[account.code].owner, set()).add(account.owner_id)
    names: dict[tuple[str, int], str] = {}
    for key, name in Company.objects.filter(pk__in=wanted.get("company", ())).values_list("pk", "legal_name"):
        names["company", key] = name
    for key, name in Supplier.objects.filter(pk__in=wanted.get("supplier", ())).values_list("pk", "name_zh"):
        names["supplier", key] = name
    for key, name in Order.objects.filter(pk__in=wanted.get("order", ())).values_list("pk", "public_id"):
        names["order", key] = name
    return {(a.code, a.owner_id): names.get((CHART[a.code].owner, a.owner_id), "") for a in accounts}
