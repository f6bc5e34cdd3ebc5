"""Journals of collecting: extension fee, waiver, write-off, split of an instalment, loss allowance."""

from collections.abc import Iterable
from datetime import date

from marketplace.core.actors import Actor

from ..ledger.posting import Leg, Posting, cr, dr
from ..models import Extension, Instalment, Invoice, WriteOff
from ..rules.days import start_of


def _dims(row: Instalment) -> dict[str, int]:
    return {"order": row.invoice.order_id, "invoice": row.invoice_id, "instalment": row.pk}


def extension_fee(extension: Extension, row: Instalment, *, actor: Actor) -> Posting:
    """A later due date costs the buyer a fee."""
    invoice = row.invoice
    return Posting(
        key=f"ext:{extension.pk}",
        kind="fee.extension",
        currency=invoice.currency,
        actor=actor,
        ref=invoice,
        legs=[
            dr("1210", extension.fee, invoice.buyer_id, **_dims(row)),
            cr("4020", extension.fee, **_dims(row)),
        ],
    )


def waived(key: str, rows: Iterable[tuple[Instalment, int]], invoice: Invoice, *, actor: Actor) -> Posting:
    """Fees given up: taken out of our income."""
    legs: list[Leg] = []
    for row, amount in rows:
        legs += [dr("4030", amount, **_dims(row)), cr("1210", amount, invoice.buyer_id, **_dims(row))]
    return Posting(key=key, kind="fee.waived", currency=invoice.currency, actor=actor, ref=invoice, legs=legs)


def split(row: Instalment, part: Instalment, *, actor: Actor) -> Posting:
    """A disputed part of an instalment stands alone: the same debt, another line."""
    invoice = row.invoice
    return Posting(
        key=f"split:{part.pk}",
        kind="instalment.split",
        currency=invoice.currency,
        actor=actor,
        ref=invoice,
        legs=[
            dr("1200", part.amount, invoice.buyer_id, **{**_dims(row), "instalment": part.pk}),
            cr("1200", part.amount, invoice.buyer_id, **_dims(row)),
        ],
    )


def written_off(
    write_off: WriteOff,
    principal: Iterable[tuple[Instalment, int]],
    fees: Iterable[tuple[Instalment, int]],
    *,
    actor: Actor,
) -> Posting:
    """Principal against the allowance as far as it goes, then as a loss; fees out of our income."""
    invoice = write_off.invoice
    dims = {"order": invoice.order_id, "invoice": invoice.pk}
    return Posting(
        key=f"wo:{write_off.pk}",
        kind="invoice.written_off",
        currency=invoice.currency,
        actor=actor,
        ref=write_off,
        legs=[
            dr("1290", write_off.from_allowance, **dims),
            dr("5200", write_off.principal - write_off.from_allowance, **dims),
            dr("4030", write_off.fees, **dims),
            *(cr("1200", amount, invoice.buyer_id, **_dims(row)) for row, amount in principal),
            *(cr("1210", amount, invoice.buyer_id, **_dims(row)) for row, amount in fees),
        ],
    )


def allowance(currency: str, month: date, change: int, *, actor: Actor) -> Posting:
    """Expected losses at a month's end: the change since they were last booked, up or down."""
    grown, shrunk = max(change, 0), max(-change, 0)
    return Posting(
        key=f"allowance:{currency}:{month:%Y-%m}",
        kind="loss.allowance",
        currency=currency,
        actor=actor,
        effective_at=start_of(month),
        carry=True,
        legs=[dr("5200", grown), cr("1290", grown), dr("1290", shrunk), cr("5200", shrunk)],
    )
