"""Speaking with the card service after commit: the calls we owe, and the events it sends."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction

from marketplace.core import clock, failpoints, outbox
from marketplace.core.actors import SystemActor
from marketplace.core.money import Money

from ..gateway import (
    CheckoutLine,
    CheckoutSpec,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    PaymentSnapshot,
    ProviderEvent,
    RefundSpec,
    RefundState,
    ReversalSpec,
    TransferSpec,
    get_gateway,
)
from ..models import OutboxCommand, Payment, Refund, TransferReversal, WebhookEvent
from ..settlement import clawbacks, commands, payouts, refunds
from ..settlement.card import Applied, Outcome, apply_snapshot

log = structlog.get_logger(__name__)
ACTOR = SystemActor("card-service")
EVENT = "payments.webhook"


class CommandOpen(Exception):
    """The outcome of a call is not known yet: ask again later. A fault, so that the outbox repeats it."""


def run_command(*, command_id: int) -> bool:
    """Make a call we owe and store its answer; True when the command is answered (now or before).

    Never inside a transaction. A definite no is stored and told to whoever owes; no answer leaves the command
    open under the same key.
    """
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("no call leaves inside a transaction")
    command = commands.claim(command_id)
    if command is None:
        return not commands.is_open(command_id)
    call, done, refused = KINDS[command.kind]
    try:
        answer = call(command, get_gateway())
    except GatewayRefused as error:
        with transaction.atomic():
            if commands.reject(command, f"{error.code}: {error}"):
                refused(command, error.decline_code or error.code or "refused")
        return True
    except GatewayUnavailable as error:
        commands.leave_unknown(command, f"{error.code}: {error}")
        log.warning("payment_service_no_answer", command=command.key, error=str(error))
        return False
    failpoints.hit(f"command.after_call.{command.kind}")
    with transaction.atomic():
        if commands.confirm(command, {"id": getattr(answer, "provider_id", "")}):
            done(command, answer)
    return True


def _call_checkout(command: OutboxCommand, gateway: Gateway) -> Any:
    payment = Payment.objects.select_related("group", "buyer").get(pk=command.subject_id)
    args = command.args
    lines = tuple(
        CheckoutLine(name=name, unit_price=Money(amount, payment.currency)) for name, amount in args["lines"]
    )
    return gateway.create_checkout(
        CheckoutSpec(
            key=command.provider_key,
            reference=payment.public_id,
            lines=lines,
            success_url=args["success_url"],
            cancel_url=args["cancel_url"],
            language=args.get("language", ""),
            email=args.get("email", ""),
            group=f"payment:{payment.public_id}",
            metadata={"purpose": payment.purpose},
        )
    )


def _checkout_made(command: OutboxCommand, answer: Any) -> None:
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=command.subject_id)
    payment.session_id, payment.session_url = answer.provider_id, answer.url
    payment.session_expires_at = answer.expires_at
    if payment.state == Payment.State.CREATED:
        payment.state = Payment.State.REQUIRES_METHOD
    payment.save(update_fields=["session_id", "session_url", "session_expires_at", "state"])


def _checkout_refused(command: OutboxCommand, code: str) -> None:
    payment = Payment.objects.get(pk=command.subject_id)
    Payment.objects.filter(pk=payment.pk, state=Payment.State.CREATED).update(
        state=Payment.State.FAILED, failure_code=code[:60], updated_at=clock.now()
    )
    outbox.publish("payment.failed", {"payment": payment.pk, "code": code}, key=str(payment.pk))


def _call_refund(command: OutboxCommand, gateway: Gateway) -> Any:
    refund = Refund.objects.select_related("payment").get(pk=command.subject_id)
    return gateway.refund(
        RefundSpec(
            key=command.provider_key,
            reference=refund.public_id,
            intent_id=refund.payment.provider_id or "",
            amount=Money(refund.amount, refund.currency),
        )
    )


def _refund_made(command: OutboxCommand, answer: Any) -> None:
    if answer.state in (RefundState.FAILED, RefundState.CANCELED):
        _refund_refused(command, answer.failure_reason or str(answer.state))
        return
    refunds.refund_taken(
        acting_user=ACTOR,
        refund=_locked_refund(command),
        provider_id=answer.provider_id,
        is_final=answer.state == RefundState.SUCCEEDED,
    )


def _refund_refused(command: OutboxCommand, code: str) -> None:
    refunds.refund_refused(acting_user=ACTOR, refund=_locked_refund(command), code=code)


def _locked_refund(command: OutboxCommand) -> Refund:
    rows = Refund.objects.select_for_update(of=("self",)).select_related("payment", "order__group")
    return rows.get(pk=command.subject_id)


def _call_transfer(command: OutboxCommand, gateway: Gateway) -> Any:
    item = payouts.item_to_send(command.subject_id)
    return gateway.transfer(
        TransferSpec(
            key=command.provider_key,
            reference=item.public_id,
            account_id=command.args["account"],
            amount=Money(item.net, item.currency),
            group=f"payout:{item.public_id}",
            description=item.invoice.number,
        )
    )


def _transfer_made(command: OutboxCommand, answer: Any) -> None:
    item = payouts.locked_item(command.subject_id)
    payouts.payout_accepted(acting_user=ACTOR, item=item, provider_id=answer.provider_id)


def _transfer_refused(command: OutboxCommand, code: str) -> None:
    payouts.payout_refused(acting_user=ACTOR, item=payouts.locked_item(command.subject_id), code=code)


def _call_reversal(command: OutboxCommand, gateway: Gateway) -> Any:
    reversal = TransferReversal.objects.select_related("item").get(pk=command.subject_id)
    return gateway.reverse_transfer(
        ReversalSpec(
            key=command.provider_key,
            reference=reversal.public_id,
            transfer_id=reversal.item.provider_id or "",
            amount=Money(reversal.amount, reversal.item.currency),
        )
    )


def _reversal_made(command: OutboxCommand, answer: Any) -> None:
    reversal = clawbacks.locked_reversal(command.subject_id)
    clawbacks.reversal_accepted(acting_user=ACTOR, reversal=reversal, provider_id=answer.provider_id)


def _reversal_refused(command: OutboxCommand, code: str) -> None:
    reversal = clawbacks.locked_reversal(command.subject_id)
    clawbacks.reversal_refused(acting_user=ACTOR, reversal=reversal, code=code)


_Call = Callable[[OutboxCommand, Gateway], Any]
KINDS: dict[str, tuple[_Call, Callable[[OutboxCommand, Any], None], Callable[[OutboxCommand, str], None]]] = {
    commands.CHECKOUT: (_call_checkout, _checkout_made, _checkout_refused),
    commands.REFUND: (_call_refund, _refund_made, _refund_refused),
    commands.TRANSFER: (_call_transfer, _transfer_made, _transfer_refused),
    commands.REVERSAL: (_call_reversal, _reversal_made, _reversal_refused),
}


@transaction.atomic
def receive_event(*, event: ProviderEvent) -> bool:
    """Keep a signed event, once per (account, event id), and have it worked on; False when it is known."""
    row, is_new = WebhookEvent.objects.get_or_create(
        provider="stripe",
        account=event.account,
        event_id=event.event_id,
        defaults={
            "type": event.kind[:80],
            "object_id": event.object_id[:100],
            "received_at": clock.now(),
            "payload": {**event.payload, "_payment_id": event.payment_id, "_reference": event.reference},
        },
    )
    if is_new:
        outbox.publish(EVENT, {"event": row.pk}, key=str(row.pk))
    return is_new


def process_event(*, event_id: int) -> None:
    """Work on a kept event: fetch the payment it hints at and bring ours to it.

    Raises CommandOpen to come again.

    An event of a payment we do not know (our own answer may not be stored yet) is parked and asked again; one
    of a kind that means nothing to us is ignored.
    """
    row = WebhookEvent.objects.get(pk=event_id)
    if row.state in (WebhookEvent.State.APPLIED, WebhookEvent.State.IGNORED):
        return
    provider_id = row.payload.get("_payment_id", "")
    if not provider_id:
        _finish(row, Applied(Outcome.IGNORED, "not of a payment"))
        return
    payment = find_payment(provider_id, row.payload.get("_reference", ""))
    if payment is None:
        _finish(row, Applied(Outcome.PARKED, "no such payment here"))
        raise CommandOpen(f"event {row.event_id}: payment {provider_id} is not known yet")
    seen = get_gateway().fetch_payment(payment.session_id or provider_id)
    with transaction.atomic():
        _finish(row, apply_snapshot(acting_user=ACTOR, payment_id=payment.pk, seen=seen))
        failpoints.hit("webhook.before_commit")
    failpoints.hit("webhook.after_apply")


def find_payment(provider_id: str, reference: str) -> Payment | None:
    """Our payment by checkout id, intent id or the reference we gave it."""
    rows = Payment.objects.all()
    return (
        rows.filter(session_id=provider_id).first()
        or rows.filter(provider_id=provider_id).first()
        or (rows.filter(public_id=reference).first() if reference else None)
    )


def _finish(row: WebhookEvent, applied: Applied) -> None:
    WebhookEvent.objects.filter(pk=row.pk).exclude(state=WebhookEvent.State.APPLIED).update(
        state=applied.outcome.value,
        note=applied.note[:300],
        applied_at=clock.now(),
        attempts=row.attempts + 1,
    )


def look_at_payment(*, payment_id: int) -> Applied | None:
    """Ask the service how a payment stands, without waiting for an event; None before it has a page there."""
    payment = Payment.objects.get(pk=payment_id)
    known = payment.session_id or payment.provider_id
    if not known:
        return None
    seen: PaymentSnapshot = get_gateway().fetch_payment(known)
    with transaction.atomic():
        return apply_snapshot(acting_user=ACTOR, payment_id=payment.pk, seen=seen)


def stop_group_payment(*, group_id: int) -> None:
    """Close the hosted page of a group whose orders changed; a payment made in the meantime is taken in."""
    for payment in Payment.objects.filter(group_id=group_id, state__in=Payment.OPEN_STATES):
        if payment.session_id is None:
            continue
        seen = get_gateway().expire_checkout(payment.session_id)
        with transaction.atomic():
            apply_snapshot(acting_user=ACTOR, payment_id=payment.pk, seen=seen)
