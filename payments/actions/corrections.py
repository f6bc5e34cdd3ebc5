"""Doors of what is taken back: a supplier's credit note, staff reversing a transfer, refunds by bank."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit
from marketplace.core.actors import Actor
from marketplace.core.errors import Forbidden, InvalidInput, NotFound

from ..errors import BooksShort, NegativeBalance, NotCreditable, ReversalNotPossible
from ..models import Clawback, CreditNote, Invoice, InvoiceLine, Payment, PayoutItem, Rail, Refund
from ..models import TransferReversal as Reversal
from ..settlement import commands
from ..settlement.credit_notes import Ask, issue_credit_note
from ..settlement.refunds import refund_taken


@transaction.atomic
def credit_invoice(
    *,
    acting_user: User,
    acting: Acting,
    invoice_public_id: str,
    pieces: Mapping[int, int],
    note: str,
    submission_key: str,
) -> CreditNote:
    """A supplier takes pieces back, by the position of their invoice line; the same submission once.

    Raises Forbidden, NotFound, NotCreditable.
    """
    if not acting.may("sell") or acting.supplier is None:
        raise Forbidden
    invoice = Invoice.objects.filter(supplier=acting.supplier, public_id=invoice_public_id).first()
    if invoice is None:
        raise NotFound
    keys = dict(InvoiceLine.objects.filter(invoice=invoice).values_list("position", "pk"))
    if not any(pieces.values()) or not pieces.keys() <= keys.keys():
        raise NotCreditable(fields={"pieces": NotCreditable.sentence})
    return issue_credit_note(
        acting_user=acting_user,
        invoice_id=invoice.pk,
        ask=Ask(
            key=f"return:{invoice.pk}:{submission_key}",
            reason=CreditNote.Reason.RETURN,
            note=note,
            pieces={keys[position]: count for position, count in pieces.items()},
        ),
    )


@transaction.atomic
def reverse_transfer(*, acting_user: Actor, clawback_public_id: str) -> Reversal:
    """Take a claim back from the newest transfer of its invoice that still holds enough.

    One at a time. Raises NotFound, ReversalNotPossible.
    """
    clawback = (
        Clawback.objects.select_for_update(of=("self",))
        .select_related("supplier")
        .filter(public_id=clawback_public_id)
        .first()
    )
    if clawback is None:
        raise NotFound
    under_way = Reversal.objects.filter(clawback=clawback, state=Reversal.State.SUBMITTED).first()
    if under_way is not None:
        return under_way
    sent = PayoutItem.objects.filter(
        supplier=clawback.supplier,
        currency=clawback.currency,
        rail=Rail.SERVICE,
        state__in=[PayoutItem.State.PAID, PayoutItem.State.PARTLY_REVERSED],
        net__gte=F("taken_back") + clawback.open,
    )
    mine = sent.filter(invoice=clawback.invoice_id).order_by("-pk").first()
    item = mine or sent.order_by("-pk").first()
    if not clawback.open or item is None:
        raise ReversalNotPossible
    reversal = Reversal.objects.create(item=item, clawback=clawback, amount=clawback.open)
    commands.owe(commands.REVERSAL, reversal.pk)
    audit.record(
        reversal,
        "transfer.reversal_asked",
        actor=acting_user,
        company_id=clawback.supplier.company_id,
        facts={"amount": reversal.amount},
    )
    return reversal


@transaction.atomic
def confirm_bank_refund(*, acting_user: Actor, refund_public_id: str, reference: str) -> Refund:
    """Our bank has sent a refund under `reference`. Harmless twice.

    Raises NotFound, InvalidInput, BooksShort.
    """
    if not reference.strip():
        raise InvalidInput(fields={"reference": _("Enter the bank's reference.")})
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment", "order__group")
        .filter(public_id=refund_public_id, payment__rail=Payment.Rail.BANK)
        .first()
    )
    if refund is None:
        raise NotFound
    try:
        refund_taken(
            acting_user=acting_user, refund=refund, provider_id=reference.strip()[:100], is_final=True
        )
    except NegativeBalance as error:
        raise BooksShort from error
    return refund
