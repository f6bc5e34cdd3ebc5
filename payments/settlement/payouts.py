"""Paying suppliers: released on its day, scheduled when there is an account, booked when accepted.

By the payment service a transfer is a call of ours; by bank it is a person's: the item waits as scheduled
until staff say under which reference the bank has sent it.
"""

from datetime import date

from marketplace.core import audit, clock, outbox, states
from marketplace.core.actors import Actor

from ..ledger.posting import post
from ..models import PayoutItem, Rail, SupplierAccount
from ..rules.states import PAYOUT_ITEM, SUPPLIER_ACCOUNT
from . import commands, journals
from .clawbacks import count_recouped, recoupable

State = PayoutItem.State


def due_items(day: date) -> list[PayoutItem]:
    """Items whose day has come and that are not on their way, locked, in key order."""
    rows = PayoutItem.objects.select_for_update(of=("self",)).filter(
        available_on__lte=day, state__in=[State.PENDING, State.AVAILABLE, State.FAILED]
    )
    return list(rows.select_related("invoice", "supplier__payout_account").order_by("id"))


def release_item(*, acting_user: Actor, item: PayoutItem) -> None:
    """The day has come: pending → available, or a failed one back to it for another try."""
    reserve = reserve_behind(item)
    if item.state == State.PENDING and item.gross + reserve:
        post(journals.payout_released(item, reserve, actor=acting_user))
    if states.transition(
        item,
        State.AVAILABLE,
        table=PAYOUT_ITEM,
        actor=acting_user,
        action="payout.released",
        company_id=item.supplier.company_id,
    ):
        outbox.publish("payout.released", {"item": item.pk}, key=f"{item.pk}:{item.attempt}")


def reserve_behind(item: PayoutItem) -> int:
    """What is kept back of an invoice while its early payout is on its way, minor units."""
    if item.kind != PayoutItem.Kind.EARLY:
        return 0
    rows = PayoutItem.objects.filter(invoice=item.invoice_id, kind=PayoutItem.Kind.RESERVE)
    return int(rows.values_list("gross", flat=True).first() or 0)


def account_of(item: PayoutItem) -> SupplierAccount | None:
    """The supplier's account, if money can be paid to it now."""
    account = getattr(item.supplier, "payout_account", None)
    if account is None or account.state != SupplierAccount.State.ENABLED or account.currency != item.currency:
        return None
    return account if account.rail == Rail.BANK or account.provider_account else None


def schedule_item(*, acting_user: Actor, item: PayoutItem) -> bool:
    """Send an available item on its way; False when the supplier has no account to pay to.

    The money waits.
    """
    account = account_of(item)
    if account is None:
        return False
    if item.attempt == 1:
        reserve = reserve_behind(item)
        item.recouped = min(item.gross - item.fee, recoupable(item.currency, item.supplier_id))
        item.net = item.gross - item.fee - item.recouped
        if item.gross + reserve:
            post(journals.payout_scheduled(item, reserve, actor=acting_user))
        count_recouped(item.supplier_id, item.currency, item.recouped)
    states.transition(
        item,
        State.SCHEDULED,
        table=PAYOUT_ITEM,
        actor=acting_user,
        action="payout.scheduled",
        company_id=item.supplier.company_id,
        recouped=item.recouped,
        net=item.net,
        rail=account.rail,
    )
    if not item.net:
        states.transition(item, State.SUBMITTED, table=PAYOUT_ITEM, actor=acting_user)
        states.transition(item, State.PAID, table=PAYOUT_ITEM, actor=acting_user, paid_at=clock.now())
        return True
    if account.rail == Rail.SERVICE:
        commands.owe(
            commands.TRANSFER, item.pk, attempt=item.attempt, args={"account": account.provider_account}
        )
    return True


def payout_accepted(*, acting_user: Actor, item: PayoutItem, provider_id: str) -> None:
    """The service took the transfer: booked and told once (`tr:{item}`)."""
    if item.state == State.PAID:
        return
    if item.state == State.SCHEDULED:
        states.transition(item, State.SUBMITTED, table=PAYOUT_ITEM, actor=acting_user)
    states.transition(
        item,
        State.PAID,
        table=PAYOUT_ITEM,
        actor=acting_user,
        action="payout.paid",
        company_id=item.supplier.company_id,
        provider_id=provider_id,
        paid_at=clock.now(),
        failure_code="",
    )
    post(journals.payout_paid(item, actor=acting_user))
    outbox.publish("payout.paid", {"item": item.pk}, key=str(item.pk))


def payout_refused(*, acting_user: Actor, item: PayoutItem, code: str) -> None:
    """A definite no: the money stays in transit and is tried again the next day under a new key."""
    if item.state == State.SCHEDULED:
        states.transition(item, State.SUBMITTED, table=PAYOUT_ITEM, actor=acting_user)
    states.transition(
        item,
        State.FAILED,
        table=PAYOUT_ITEM,
        actor=acting_user,
        action="payout.failed",
        reason=code,
        company_id=item.supplier.company_id,
        failure_code=code[:60],
        attempt=item.attempt + 1,
    )
    audit.record(
        item, "payout.retry_planned", actor=acting_user, reason=code, company_id=item.supplier.company_id
    )
    outbox.publish("payout.failed", {"item": item.pk, "code": code}, key=f"{item.pk}:{item.attempt}")


def locked_item(item_id: int) -> PayoutItem:
    """An item, locked, with invoice and supplier."""
    rows = PayoutItem.objects.select_for_update(of=("self",)).select_related(
        "invoice", "supplier__payout_account"
    )
    return rows.get(pk=item_id)


def item_to_send(item_id: int) -> PayoutItem:
    """An item with its invoice, for the call; not locked, because the call runs outside any transaction."""
    return PayoutItem.objects.select_related("invoice").get(pk=item_id)


def enable_account(*, acting_user: Actor, account: SupplierAccount, provider_account: str) -> SupplierAccount:
    """The payment service can pay this supplier now."""
    account.provider_account = provider_account
    account.save(update_fields=["provider_account"])
    for step in (SupplierAccount.State.ONBOARDING, SupplierAccount.State.ENABLED):
        if account.state != step and step in SUPPLIER_ACCOUNT[account.state]:
            states.transition(
                account,
                step,
                table=SUPPLIER_ACCOUNT,
                actor=acting_user,
                company_id=account.supplier.company_id,
            )
    return account
