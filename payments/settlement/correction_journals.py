"""Journals of what is taken back: credit notes, clawbacks, refunds by bank. MONEY.md §6 as code."""

from collections.abc import Iterable

from marketplace.core.actors import Actor

from ..ledger.posting import Posting, cr, dr
from ..models import CreditNote, Instalment, TransferReversal


def credited(
    note: CreditNote,
    parts: Iterable[tuple[Instalment, int]],
    sources: Iterable[tuple[str, int]],
    *,
    actor: Actor,
) -> Posting:
    """A credit note: the supplier and we give back our shares, the buyer owes less or is owed.

    `parts` are (instalment, amount) by which the debt falls, `sources` (account, amount) of the supplier.
    """
    invoice = note.invoice
    dims = {"order": invoice.order_id, "invoice": invoice.pk}
    supplier = invoice.supplier_id
    return Posting(
        key=f"cn:{note.pk}",
        kind="credit_note.issued",
        currency=note.currency,
        actor=actor,
        ref=note,
        legs=[
            *(dr(code, amount, supplier, supplier=supplier, **dims) for code, amount in sources),
            dr("4000", note.commission, supplier=supplier, **dims),
            dr("2300", note.commission_vat, supplier=supplier, **dims),
            *(cr("1200", amount, invoice.buyer_id, instalment=row.pk, **dims) for row, amount in parts),
            cr("4900", note.platform_share, **dims),
            cr("2130", note.refund, **dims),
            cr("2110", note.credit, invoice.buyer_id, **dims),
        ],
    )


def transfer_reversed(reversal: TransferReversal, *, actor: Actor) -> Posting:
    """Money of a transfer is on our balance at the payment service again."""
    item = reversal.item
    dims = {"order": item.invoice.order_id, "invoice": item.invoice_id, "supplier": item.supplier_id}
    return Posting(
        key=f"trr:{reversal.pk}",
        kind="payout.reversed",
        currency=item.currency,
        actor=actor,
        ref=reversal,
        legs=[dr("1100", reversal.amount, **dims), cr("1400", reversal.amount, item.supplier_id, **dims)],
    )
