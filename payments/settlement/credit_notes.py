"""Taking back goods of an invoice (P8): one action from the note's rows to what becomes of the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Max, Sum

from marketplace.core import audit, clock, outbox
from marketplace.core.actors import Actor
from marketplace.orders.models import Order

from ..credit.models import CreditLine
from ..credit.reserve import lock_line, repay
from ..errors import NotCreditable
from ..invoices.numbering import CREDIT_NOTE, next_number
from ..ledger.posting import post
from ..models import CreditNote, CreditNoteLine, Instalment, Invoice, InvoiceLine, TradeDispute
from ..rules.credit_notes import Owed, Shares, Sold, Sums, Taken, TooMuch, offset, shares_of
from ..rules.credit_notes import take_amount as lower_price
from ..rules.credit_notes import take_pieces as give_back
from . import correction_journals as journals
from .clawbacks import claim, take_from_supplier
from .give_back import plan_refunds, refund_for_note
from .late_fees import accrue_to
from .receipts import review_holds, settle_if_paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What shall be taken back: pieces by key of the invoice line, or a gross amount of it all.

    `as_credit` keeps for the buyer what else would be paid back. `key` names the occasion, booked once.
    """

    key: str
    reason: str
    note: str = ""
    pieces: Mapping[int, int] | None = None
    amount: int = 0
    as_credit: bool = False
    dispute: TradeDispute | None = None


def issue_credit_note(*, acting_user: Actor, invoice_id: int, ask: Ask) -> CreditNote:
    """Write a note, lower the debt, give back the rest; the same key is the same note.

    Joins the caller's transaction. Raises NotCreditable.
    """
    plain = Invoice.objects.get(pk=invoice_id)
    line = lock_line(plain.buyer_id, plain.currency)
    Order.objects.select_for_update(of=("self",)).get(pk=plain.order_id)
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("supplier__company", "buyer", "order")
        .get(pk=invoice_id)
    )
    known = CreditNote.objects.filter(key=ask.key).first()
    if known is not None:
        return known
    if invoice.state not in (Invoice.State.ISSUED, Invoice.State.SETTLED):
        raise NotCreditable
    sold = sold_lines(invoice)
    try:
        taken = _taken(sold, ask)
        net, gross = sum(t.net for t in taken), sum(t.net + t.vat for t in taken)
        shares = shares_of(_sums(invoice), sums_gone(invoice), net=net, gross=gross)
    except TooMuch as error:
        raise NotCreditable(left=error.left) from error
    return _issue(acting_user, line, invoice, ask, taken, shares)


def sold_lines(invoice: Invoice) -> list[Sold]:
    """The lines of an invoice with what earlier notes took of each."""
    gone = {
        row["invoice_line_id"]: row
        for row in CreditNoteLine.objects.filter(note__invoice=invoice)
        .values("invoice_line_id")
        .annotate(q=Sum("quantity"), n=Sum("net"), v=Sum("vat"))
    }
    none = {"q": 0, "n": 0, "v": 0}
    return [
        Sold(
            row.pk,
            row.quantity,
            row.net,
            row.vat,
            *(gone.get(row.pk, none)[name] for name in ("q", "n", "v")),
        )
        for row in InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    ]


def _taken(sold: Sequence[Sold], ask: Ask) -> list[Taken]:
    if ask.pieces is None:
        return lower_price(sold, ask.amount)
    by_key = {line.key: line for line in sold}
    wanted = {key: count for key, count in ask.pieces.items() if count}
    if not wanted or not wanted.keys() <= by_key.keys():
        raise TooMuch(0)
    return [give_back(by_key[key], count) for key, count in wanted.items()]


def _sums(invoice: Invoice) -> Sums:
    return Sums(invoice.net, invoice.gross, invoice.discount, invoice.commission, invoice.commission_vat)


def sums_gone(invoice: Invoice) -> Sums:
    """What earlier notes took of an invoice."""
    names = ("net", "gross", "platform_share", "commission", "commission_vat")
    row = CreditNote.objects.filter(invoice=invoice).aggregate(
        **{f"s_{name}": Sum(name, default=0) for name in names}
    )
    return Sums(*(int(row[f"s_{name}"]) for name in names))


def _issue(
    acting_user: Actor,
    line: CreditLine | None,
    invoice: Invoice,
    ask: Ask,
    taken: Sequence[Taken],
    shares: Shares,
) -> CreditNote:
    day = clock.today()
    rows = list(Instalment.objects.select_for_update().filter(invoice=invoice).order_by("seq"))
    for row in rows:
        row.invoice = invoice
    if line is not None:
        accrue_to(acting_user=acting_user, line=line, instalments=rows, until=day)
    parts, rest = offset(
        [Owed(r.pk, r.due_on, r.outstanding, r.dispute_id is not None) for r in rows], shares.buyer
    )
    back = [] if ask.as_credit else plan_refunds(invoice, rest)
    note = _write(invoice, ask, taken, shares, rest, sum(amount for _, amount in back))
    sources = take_from_supplier(invoice, shares.supplier)
    by_key = {row.pk: row for row in rows}
    post(journals.credited(note, [(by_key[k], a) for k, a in parts], sources, actor=acting_user))
    for key, amount in parts:
        Instalment.objects.filter(pk=key).update(credited=F("credited") + amount, updated_at=clock.now())
    claim(acting_user, invoice, sources, note)
    if line is not None:
        repay(line.pk, principal=sum(amount for _, amount in parts))
        settle_if_paid(invoice, day=day, actor=acting_user)
        review_holds(acting_user=acting_user, line=line, day=day)
    for payment, amount in back:
        refund_for_note(acting_user=acting_user, note=note, payment=payment, amount=amount)
    audit.record(
        note,
        "credit_note.issued",
        actor=acting_user,
        company_id=invoice.buyer_id,
        reason=ask.note,
        facts={"number": note.number, "gross": note.gross, "offset": note.offset, "refund": note.refund},
    )
    outbox.publish("credit_note.issued", {"note": note.pk, "invoice": invoice.pk}, key=str(note.pk))
    return note


def _write(
    invoice: Invoice, ask: Ask, taken: Sequence[Taken], shares: Shares, rest: int, refund: int
) -> CreditNote:
    day = clock.today()
    is_red = invoice.document in (Invoice.Document.VAT_GENERAL, Invoice.Document.VAT_SPECIAL)
    net, vat = sum(t.net for t in taken), sum(t.vat for t in taken)
    note = CreditNote.objects.create(
        key=ask.key,
        number=next_number(invoice.supplier.company, CREDIT_NOTE, day.year),
        document=CreditNote.Document.RED_LETTER if is_red else CreditNote.Document.CREDIT_NOTE,
        supplier=invoice.supplier,
        invoice=invoice,
        dispute=ask.dispute,
        reason=ask.reason,
        note=ask.note[:300],
        issued_on=day,
        currency=invoice.currency,
        net=net,
        vat=vat,
        gross=net + vat,
        platform_share=shares.platform,
        offset=shares.buyer - rest,
        refund=refund,
        credit=rest - refund,
        commission=shares.commission,
        commission_vat=shares.commission_vat,
        supplier_share=shares.supplier,
    )
    CreditNoteLine.objects.bulk_create(
        [
            CreditNoteLine(note=note, invoice_line_id=t.key, quantity=t.quantity, net=t.net, vat=t.vat)
            for t in taken
        ]
    )
    return note


def next_seq(invoice: Invoice) -> int:
    """The number of the next instalment of an invoice."""
    last = Instalment.objects.filter(invoice=invoice).aggregate(m=Max("seq"))["m"]
    return int(last or 0) + 1
