"""Calls whose answer never came: repeated under the same key for a day, then looked up."""

from dataclasses import dataclass

from django.db import transaction

from ..gateway import Gateway, RefundSnapshot, TransferSnapshot, get_gateway
from ..models import OutboxCommand, Payment, PayoutItem, Refund, TransferReversal
from ..settlement import commands, refunds
from .card import ACTOR, KINDS, run_command


@dataclass(frozen=True, slots=True)
class ReversalFound:
    """A reversal known only by how much of its transfer has come back."""

    provider_id: str


def settle_open_commands(limit: int = 200) -> int:
    """Ask again, or look up, every call without an answer; how many are answered now."""
    return sum(
        run_command(command_id=key) or recover_command(command_id=key) for key in commands.open_keys(limit)
    )


def recover_command(*, command_id: int) -> bool:
    """Clear up a call older than its key's life by what the service says happened; True when it is answered.

    Found there, it is booked as if the answer had come. Not found, it never happened: it is rejected, and
    what is still owed is asked for under a new key.
    """
    command = commands.claim_stale(command_id)
    if command is None:
        return not commands.is_open(command_id)
    found = _look_up(command, get_gateway())
    _call, done, refused = KINDS[command.kind]
    with transaction.atomic():
        if found is not None:
            if commands.confirm(command, {"id": found.provider_id}):
                done(command, found)
        elif commands.reject(command, "not found after a day"):
            if command.kind == commands.REFUND:
                refunds.try_again(acting_user=ACTOR, refund_id=command.subject_id)
            else:
                refused(command, "no_answer")
    return True


def _look_up(
    command: OutboxCommand, gateway: Gateway
) -> TransferSnapshot | RefundSnapshot | ReversalFound | None:
    """What the service has under our reference, or None."""
    if command.kind == commands.REVERSAL:
        return _find_reversal(command, gateway)
    if command.kind == commands.TRANSFER:
        item = PayoutItem.objects.get(pk=command.subject_id)
        made = gateway.find_transfers(f"payout:{item.public_id}")
        return next((transfer for transfer in made if transfer.reference == item.public_id), None)
    if command.kind == commands.REFUND:
        refund = Refund.objects.select_related("payment").get(pk=command.subject_id)
        seen = gateway.fetch_payment(refund.payment.provider_id or "")
        return next((one for one in seen.refunds if one.reference == refund.public_id), None)
    # A hosted page nobody was sent to takes no money; the buyer starts a new one.
    assert Payment.objects.filter(pk=command.subject_id, session_id=None).exists()
    return None


def _find_reversal(command: OutboxCommand, gateway: Gateway) -> ReversalFound | None:
    """Whether more of the transfer has come back than we have booked: nobody but us reverses transfers."""
    reversal = TransferReversal.objects.select_related("item").get(pk=command.subject_id)
    seen = gateway.fetch_transfer(reversal.item.provider_id or "")
    if seen.reversed_amount.amount < reversal.item.taken_back + reversal.amount:
        return None
    return ReversalFound(f"reversal:{reversal.public_id}")
