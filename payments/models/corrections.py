"""What takes an invoice back, in part or whole: credit note, trade dispute, clawback from the supplier."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.models import Supplier
from marketplace.core.models import PublicIdField, Stamped

from .invoices import Instalment, Invoice, InvoiceLine
from .payouts import PayoutItem


class TradeDispute(Stamped):
    """A buyer's complaint about delivered goods. It stops the clock for the claimed amount (P9).

    The instalments it stops point to it. `claimed` and `agreed` are gross, minor units.
    """

    class State(models.TextChoices):
        OPENED = "opened", _("Waiting for the factory")
        REPLIED = "replied", _("The factory has answered")
        AGREED = "agreed", _("Agreed")
        REJECTED = "rejected", _("Refused by the factory")
        ESCALATED = "escalated", _("With the platform")
        DECIDED = "decided", _("Decided")
        CLOSED = "closed", _("Closed")

    class Reason(models.TextChoices):
        MISSING = "missing", _("Pieces are missing")
        DAMAGED = "damaged", _("Damaged on the way")
        QUALITY = "quality", _("Not as described")
        WRONG = "wrong", _("Wrong goods")

    OPEN_STATES = ("opened", "replied", "rejected", "escalated", "agreed", "decided")

    public_id = PublicIdField()
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="disputes")
    reason = models.CharField(max_length=8, choices=Reason)
    text = models.CharField(max_length=1000)
    reply = models.CharField(max_length=1000, blank=True)
    decision = models.CharField(max_length=1000, blank=True)
    claimed = models.BigIntegerField()
    offered = models.BigIntegerField(default=0)
    agreed = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.OPENED)
    opened_on = models.DateField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resolved_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "opened_on"], name="dispute_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=~Q(state="closed"), name="one_open_dispute_per_invoice"
            ),
            models.CheckConstraint(
                condition=Q(claimed__gt=0, offered__gte=0, agreed__gte=0, agreed__lte=F("claimed")),
                name="dispute_amounts",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Standstill(models.Model):
    """The days [since, until) in which an instalment was disputed: it was not overdue and bore no fee."""

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="standstills")
    dispute = models.ForeignKey(TradeDispute, on_delete=models.PROTECT, related_name="standstills")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instalment", "dispute"], name="one_standstill_per_dispute")
        ]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.since} – {self.until}"


class CreditNote(Stamped):
    """Takes back goods of an invoice. Never changed. Minor units.

    `gross = net + vat = platform_share + offset + refund + credit`: what the platform's discount
    takes back, what lowers the debt, what is paid back, what is kept for the buyer. On the other side
    `gross = supplier_share + commission + commission_vat`.
    """

    class Document(models.TextChoices):
        CREDIT_NOTE = "credit_note", _("Credit note")
        RED_LETTER = "red_letter", _("Red-letter VAT invoice")

    class Reason(models.TextChoices):
        RETURN = "return", _("Goods returned")
        PRICE = "price", _("Price reduced")
        DISPUTE = "dispute", _("Complaint settled")

    public_id = PublicIdField()
    key = models.CharField(max_length=80, unique=True)
    number = models.CharField(max_length=32)
    document = models.CharField(max_length=12, choices=Document)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    dispute = models.ForeignKey(
        TradeDispute, null=True, on_delete=models.PROTECT, related_name="credit_notes"
    )
    reason = models.CharField(max_length=8, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    vat = models.BigIntegerField()
    gross = models.BigIntegerField()
    platform_share = models.BigIntegerField(default=0)
    offset = models.BigIntegerField(default=0)
    refund = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)
    commission = models.BigIntegerField(default=0)
    commission_vat = models.BigIntegerField(default=0)
    supplier_share = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["invoice", "id"], name="credit_note_of_invoice")]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="credit_note_number_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("vat")), name="credit_note_gross"),
            models.CheckConstraint(
                condition=Q(gross=F("platform_share") + F("offset") + F("refund") + F("credit")),
                name="credit_note_buyer_side",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("supplier_share") + F("commission") + F("commission_vat")),
                name="credit_note_supplier_side",
            ),
            models.CheckConstraint(
                condition=Q(
                    net__gte=0,
                    vat__gte=0,
                    gross__gt=0,
                    platform_share__gte=0,
                    offset__gte=0,
                    refund__gte=0,
                    credit__gte=0,
                    commission__gte=0,
                    commission_vat__gte=0,
                    supplier_share__gte=0,
                ),
                name="credit_note_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def buyer_total(self) -> int:
        """What the buyer gets of it."""
        return self.gross - self.platform_share


class CreditNoteLine(models.Model):
    """What is taken back of one invoice line: pieces (0 for a lower price), their net and VAT."""

    note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    invoice_line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="credited")
    quantity = models.PositiveIntegerField(default=0)
    net = models.BigIntegerField()
    vat = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["note", "invoice_line"], name="line_once_per_credit_note"),
            models.CheckConstraint(
                condition=Q(net__gte=0, vat__gte=0) & (Q(net__gt=0) | Q(vat__gt=0)),
                name="credit_note_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}/{self.invoice_line_id}"


class Clawback(Stamped):
    """What a supplier owes us: paid early for goods that were taken back, or a payment charged back.

    `recovered` of it came back, from later payouts or by reversing a transfer. The account 1400 has the sum.
    """

    public_id = PublicIdField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="clawbacks")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="clawbacks")
    credit_note = models.OneToOneField(
        CreditNote, null=True, on_delete=models.PROTECT, related_name="clawback"
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    recovered = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["supplier", "id"],
                name="clawback_open",
                condition=Q(amount__gt=F("recovered")),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, recovered__gte=0, recovered__lte=F("amount")),
                name="clawback_amounts",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def open(self) -> int:
        """Not recovered yet, minor units."""
        return self.amount - self.recovered


class TransferReversal(Stamped):
    """Part of a paid transfer taken back from a supplier's account at the payment service."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("On its way")
        SUCCEEDED = "succeeded", _("Taken back")
        FAILED = "failed", _("Failed")

    public_id = PublicIdField()
    item = models.ForeignKey(PayoutItem, on_delete=models.PROTECT, related_name="reversals")
    clawback = models.ForeignKey(Clawback, on_delete=models.PROTECT, related_name="reversals")
    amount = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    provider_id = models.CharField(max_length=100, unique=True, null=True)
    failure_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clawback"], condition=Q(state="submitted"), name="one_reversal_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reversal_positive"),
        ]

    def __str__(self) -> str:
        return self.public_id
