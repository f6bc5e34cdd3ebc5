"""The platform's own money, and what its finance staff do by hand: bank receipts and bank payouts."""

import hashlib
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.companies.models import Company, Supplier
from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor
from marketplace.core.errors import InvalidInput, NotFound

from ..errors import BooksShort, NegativeBalance
from ..ledger.posting import post
from ..models import Invoice, Payment, PaymentTarget, PayoutItem, Rail, SupplierAccount
from ..rules.days import start_of
from ..rules.late_fees import MAX_AMOUNT
from ..rules.states import PAYMENT
from ..settlement import journals
from ..settlement.payouts import enable_account, locked_item, payout_accepted
from ..settlement.receipts import apply_repayment


@transaction.atomic
def pay_in_equity(*, acting_user: Actor, key: str, amount: int, currency: str) -> None:
    """Owners pay `amount` minor units into our bank account; `key` names the occasion, booked once."""
    post(journals.equity_paid_in(key, amount, currency, actor=acting_user))


@transaction.atomic
def top_up_processor(*, acting_user: Actor, key: str, amount: int, currency: str) -> None:
    """Move money from our bank account to our balance at the card processor."""
    post(journals.processor_topped_up(key, amount, currency, actor=acting_user))


@transaction.atomic
def open_supplier_account(
    *,
    acting_user: Actor,
    supplier: Supplier,
    rail: str,
    plan: str = SupplierAccount.Plan.EARLY,
    provider_account: str = "",
    bank_account: str = "",
) -> SupplierAccount:
    """Let a supplier be paid: by bank at once, at the payment service once it names an account.

    Once per supplier.
    """
    account, is_new = SupplierAccount.objects.get_or_create(
        supplier=supplier,
        defaults={"currency": supplier.currency, "rail": rail, "plan": plan, "bank_account": bank_account},
    )
    if is_new:
        audit.record(
            account,
            "payout_account.opened",
            actor=acting_user,
            company_id=supplier.company_id,
            to_state=account.state,
            facts={"rail": rail, "plan": plan},
        )
        outbox.publish("payout_account.opened", {"account": account.pk}, key=str(account.pk))
    if rail == Rail.BANK or provider_account:
        enable_account(acting_user=acting_user, account=account, provider_account=provider_account)
    return account


@transaction.atomic
def receive_bank_transfer(
    *,
    acting_user: Actor,
    buyer: Company,
    currency: str,
    amount: int,
    reference: str,
    received_on: date | None = None,
    invoices: Sequence[Invoice] = (),
) -> Payment:
    """Money from a buyer on our bank account, spread over what they owe; the same line of the bank once.

    Undirected, it follows the waterfall; with `invoices` it pays those first. Raises InvalidInput.
    """
    if not 0 < amount <= MAX_AMOUNT or not reference.strip():
        raise InvalidInput(fields={"amount": _("Enter the amount and the bank's reference.")})
    line = f"{reference.strip()}\n{buyer.pk}\n{amount}\n{currency}"
    key = f"bank:{hashlib.sha256(line.encode()).hexdigest()[:48]}"
    payment, is_new = Payment.objects.get_or_create(
        submission_key=key,
        defaults={
            "buyer": buyer,
            "purpose": Payment.Purpose.REPAYMENT,
            "amount": amount,
            "currency": currency,
            "rail": Payment.Rail.BANK,
            "user_id": acting_user.pk,
        },
    )
    if not is_new:
        return payment
    day = received_on or clock.today()
    PaymentTarget.objects.bulk_create(
        [PaymentTarget(payment=payment, invoice=invoice) for invoice in invoices]
    )
    states.transition(
        payment,
        Payment.State.SUCCEEDED,
        table=PAYMENT,
        actor=acting_user,
        action="payment.succeeded",
        company_id=buyer.pk,
        reason=reference,
        succeeded_at=clock.now(),
        facts={"amount": amount, "currency": currency, "rail": payment.rail},
    )
    post(journals.bank_received(payment, actor=acting_user, effective_at=start_of(day)))
    apply_repayment(
        acting_user=acting_user, payment=payment, directed_to=[i.pk for i in invoices], received_on=day
    )
    outbox.publish("payment.received", {"payment": payment.pk}, key=str(payment.pk))
    return payment


@transaction.atomic
def confirm_bank_payout(*, acting_user: Actor, item_public_id: str, reference: str) -> PayoutItem:
    """Our bank has sent a scheduled payout under `reference`. Harmless twice.

    Raises NotFound, InvalidInput, BooksShort.
    """
    if not reference.strip():
        raise InvalidInput(fields={"reference": _("Enter the bank's reference.")})
    found = PayoutItem.objects.filter(public_id=item_public_id, rail=Rail.BANK).first()
    if found is None:
        raise NotFound
    item = locked_item(found.pk)
    try:
        payout_accepted(acting_user=acting_user, item=item, provider_id=reference.strip()[:100])
    except NegativeBalance as error:
        raise BooksShort from error
    return item
