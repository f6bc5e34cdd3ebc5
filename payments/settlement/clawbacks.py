"""What a supplier gives back: out of money not paid yet, else as a claim that later payouts settle first."""

from collections.abc import Sequence

from django.db.models import F, Sum

from marketplace.core import audit, outbox, states
from marketplace.core.actors import Actor

from ..ledger.posting import post
from ..ledger.queries import balance
from ..models import Clawback, CreditNote, Invoice, PayoutItem, TransferReversal
from ..rules.states import PAYOUT_ITEM, TRANSFER_REVERSAL
from . import correction_journals as journals

State = PayoutItem.State
Kind = PayoutItem.Kind
_UNSENT = (State.PENDING, State.AVAILABLE, State.HELD)


def source_of(item: PayoutItem, early: PayoutItem | None) -> str:
    """The account in which the money of an unsent item waits."""
    if item.state != State.PENDING:
        return "2010"
    if item.kind != Kind.RESERVE or early is None or early.state == State.PENDING:
        return "2000"
    return "2010" if early.state in (State.AVAILABLE, State.HELD) else "2005"


def take_from_supplier(invoice: Invoice, amount: int) -> list[tuple[str, int]]:
    """Lower the unsent payouts of an invoice by `amount`; answers (account, amount), the rest on 1400.

    The reserve gives first. A fee not taken yet falls with its advance; one taken is kept.
    """
    rows = PayoutItem.objects.select_for_update(of=("self",)).filter(invoice=invoice).order_by("pk")
    items = list(rows)
    early = next((item for item in items if item.kind == Kind.EARLY), None)
    found: dict[str, int] = {}
    for item in sorted(items, key=lambda i: (i.kind != Kind.RESERVE, i.pk)):
        if item.state not in _UNSENT:
            continue
        part = min(item.gross, amount)
        if part <= 0:
            continue
        code = source_of(item, early)
        found[code] = found.get(code, 0) + part
        _lower(item, part)
        amount -= part
    if amount:
        found["1400"] = amount
    return list(found.items())


def _lower(item: PayoutItem, part: int) -> None:
    fee = item.fee * (item.gross - part) // item.gross if item.gross else 0
    item.gross -= part
    item.fee = fee
    item.net = item.gross - fee - item.recouped
    item.save(update_fields=["gross", "fee", "net"])


def claim(
    acting_user: Actor, invoice: Invoice, sources: Sequence[tuple[str, int]], note: CreditNote | None
) -> Clawback | None:
    """Keep what is on 1400 of a supplier as a claim; None where nothing is."""
    amount = dict(sources).get("1400", 0)
    if not amount:
        return None
    found = Clawback.objects.create(
        supplier=invoice.supplier,
        invoice=invoice,
        credit_note=note,
        currency=invoice.currency,
        amount=amount,
    )
    audit.record(
        found,
        "clawback.opened",
        actor=acting_user,
        company_id=invoice.supplier.company_id,
        facts={"amount": amount, "invoice": invoice.number},
    )
    outbox.publish("clawback.opened", {"clawback": found.pk}, key=str(found.pk))
    return found


def recoupable(currency: str, supplier_id: int) -> int:
    """What a payout may keep back of a supplier's claims: not what a reversal under way is for."""
    rows = TransferReversal.objects.filter(
        clawback__supplier_id=supplier_id,
        clawback__currency=currency,
        state=TransferReversal.State.SUBMITTED,
    )
    under_way = rows.aggregate(s=Sum("amount", default=0))["s"]
    return int(max(0, balance(currency, "1400", supplier_id) - under_way))


def count_recouped(supplier_id: int, currency: str, amount: int) -> None:
    """A payout kept `amount` back: the oldest claims are settled first."""
    rows = Clawback.objects.select_for_update().filter(
        supplier_id=supplier_id, currency=currency, amount__gt=F("recovered")
    )
    busy = set(
        TransferReversal.objects.filter(
            clawback__supplier_id=supplier_id, state=TransferReversal.State.SUBMITTED
        ).values_list("clawback_id", flat=True)
    )
    for row in sorted(rows, key=lambda r: (r.pk in busy, r.pk)):
        part = min(row.open, amount)
        if part:
            Clawback.objects.filter(pk=row.pk).update(recovered=F("recovered") + part)
            amount -= part


def locked_reversal(reversal_id: int) -> TransferReversal:
    """A reversal, locked, with the transfer it is of."""
    rows = TransferReversal.objects.select_for_update(of=("self",)).select_related(
        "item__invoice", "item__supplier", "clawback__supplier"
    )
    return rows.get(pk=reversal_id)


def reversal_accepted(*, acting_user: Actor, reversal: TransferReversal, provider_id: str) -> None:
    """The service took the money back: booked once (`trr:{reversal}`)."""
    moved = states.transition(
        reversal,
        TransferReversal.State.SUCCEEDED,
        table=TRANSFER_REVERSAL,
        actor=acting_user,
        action="transfer.reversed",
        company_id=reversal.clawback.supplier.company_id,
        provider_id=provider_id,
        facts={"amount": reversal.amount},
    )
    if not moved:
        return
    post(journals.transfer_reversed(reversal, actor=acting_user))
    Clawback.objects.filter(pk=reversal.clawback_id).update(recovered=F("recovered") + reversal.amount)
    item = PayoutItem.objects.select_for_update(of=("self",)).get(pk=reversal.item_id)
    taken = item.taken_back + reversal.amount
    target = State.REVERSED if taken == item.net else State.PARTLY_REVERSED
    if item.state == target:
        PayoutItem.objects.filter(pk=item.pk).update(taken_back=taken)
    else:
        states.transition(item, target, table=PAYOUT_ITEM, actor=acting_user, taken_back=taken)
    outbox.publish("transfer.reversed", {"reversal": reversal.pk}, key=str(reversal.pk))


def reversal_refused(*, acting_user: Actor, reversal: TransferReversal, code: str) -> None:
    """A definite no: the claim stays open and later payouts settle it."""
    states.transition(
        reversal,
        TransferReversal.State.FAILED,
        table=TRANSFER_REVERSAL,
        actor=acting_user,
        action="transfer.reversal_refused",
        reason=code,
        company_id=reversal.clawback.supplier.company_id,
        failure_code=code[:60],
    )
