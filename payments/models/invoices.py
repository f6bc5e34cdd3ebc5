"""Invoice per shipment, its lines and instalments, and the series its number comes from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.companies.models import Company, Supplier
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order, OrderLine


class NumberSeries(models.Model):
    """The last number given, per issuer, kind of document and year.

    Taken under its row lock, so without gaps.
    """

    issuer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "kind", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.issuer_id} {self.kind} {self.year}: {self.last}"


class Invoice(Stamped):
    """What a shipment costs the buyer and brings the supplier. Amounts in minor units.

    Never changed once issued.

    `gross = net + vat + freight`; `financed = gross − discount − prepaid` falls due in instalments, and so
    does what of the prepaid was charged back (`revived`);
    `supplier_net = gross − commission − commission_vat`. Overdue, part-paid and the like are derived, not
    stored.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Not settled")
        SETTLED = "settled", _("Settled")
        WRITTEN_OFF = "written_off", _("Written off")
        VOID = "void", _("Void")

    class Document(models.TextChoices):
        VAT_GENERAL = "vat_general", _("General VAT invoice (fapiao)")
        VAT_SPECIAL = "vat_special", _("Special VAT invoice (fapiao)")
        INVOICE = "invoice", _("Invoice")

    public_id = PublicIdField()
    number = models.CharField(max_length=32)
    document = models.CharField(max_length=12, choices=Document, default=Document.INVOICE)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="invoices")
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    shipment = models.OneToOneField(Shipment, on_delete=models.PROTECT, related_name="invoice")
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    vat = models.BigIntegerField()
    freight = models.BigIntegerField(default=0)
    gross = models.BigIntegerField()
    discount = models.BigIntegerField(default=0, help_text=_("Paid by the platform."))
    prepaid = models.BigIntegerField(default=0)
    financed = models.BigIntegerField()
    revived = models.BigIntegerField(default=0, help_text=_("Prepaid, charged back and owed again."))
    commission = models.BigIntegerField()
    commission_vat = models.BigIntegerField()
    supplier_net = models.BigIntegerField()
    term = models.CharField(max_length=16, blank=True)
    policy = models.CharField(max_length=16, help_text=_("The policy set in force, e.g. cn/1."))
    # Names and addresses of both sides as they were on the day.
    parties = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.ISSUED)
    settled_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["buyer", "state", "-id"], name="invoice_of_buyer"),
            models.Index(fields=["supplier", "-id"], name="invoice_of_supplier"),
            models.Index(fields=["order"], name="invoice_of_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="invoice_number_once"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("vat") + F("freight")), name="invoice_gross_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("financed") + F("discount") + F("prepaid")),
                name="invoice_financed_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("supplier_net") + F("commission") + F("commission_vat")),
                name="invoice_supplier_net_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    net__gt=0,
                    vat__gte=0,
                    freight__gte=0,
                    discount__gte=0,
                    prepaid__gte=0,
                    financed__gte=0,
                    revived__gte=0,
                    commission__gte=0,
                    commission_vat__gte=0,
                    supplier_net__gte=0,
                ),
                name="invoice_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """Pieces of one order line on an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=240)
    title_en = models.CharField(max_length=240)
    quantity = models.PositiveIntegerField()
    unit_zh = models.CharField(max_length=12, blank=True)
    unit_en = models.CharField(max_length=20, blank=True)
    unit_price = models.BigIntegerField()
    net = models.BigIntegerField()
    vat_rate_bp = models.PositiveSmallIntegerField()
    vat = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "order_line"], name="order_line_once_per_invoice"),
            models.CheckConstraint(condition=Q(net=F("unit_price") * F("quantity")), name="invoice_line_net"),
            models.CheckConstraint(condition=Q(quantity__gte=1, vat__gte=0), name="invoice_line_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class Instalment(Stamped):
    """A part of an invoice due on one day. `amount = paid + credited + written_off + outstanding`.

    Late fees: `fee_exact` is the exact sum over `rules.late_fees.DENOMINATOR` up to and including
    `fee_through`; `fee_posted` of it is in the books. `comp_posted` are flat fees: the compensation (once per
    invoice, `is_compensated`) and that of an extension. An instalment with a `dispute` stands still: not
    overdue, not dunned, paid by no receipt (P9).
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="instalments")
    seq = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0)
    written_off = models.BigIntegerField(default=0)
    fee_exact = models.BigIntegerField(default=0)
    fee_through = models.DateField()
    fee_posted = models.BigIntegerField(default=0)
    fee_paid = models.BigIntegerField(default=0)
    comp_posted = models.BigIntegerField(default=0)
    comp_paid = models.BigIntegerField(default=0)
    fee_waived = models.BigIntegerField(default=0)
    comp_waived = models.BigIntegerField(default=0)
    is_compensated = models.BooleanField(default=False)
    # The instalment it was taken out of, when a part of that one was disputed.
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="split_parts")
    # Made of what a charged-back payment had paid ahead.
    is_revived = models.BooleanField(default=False)
    dispute = models.ForeignKey(
        "TradeDispute", null=True, on_delete=models.PROTECT, related_name="instalments"
    )

    class Meta:
        ordering = ["invoice", "seq"]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="instalment_open",
                condition=Q(amount__gt=F("paid") + F("credited") + F("written_off")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "seq"], name="instalment_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, paid__gte=0, credited__gte=0, written_off__gte=0)
                & Q(amount__gte=F("paid") + F("credited") + F("written_off")),
                name="instalment_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    fee_exact__gte=0, fee_paid__gte=0, comp_paid__gte=0, fee_waived__gte=0, comp_waived__gte=0
                )
                & Q(
                    fee_posted__gte=F("fee_paid") + F("fee_waived"),
                    comp_posted__gte=F("comp_paid") + F("comp_waived"),
                ),
                name="instalment_fees_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.seq}"

    @property
    def outstanding(self) -> int:
        """Principal still owed."""
        return self.amount - self.paid - self.credited - self.written_off

    @property
    def payable(self) -> int:
        """Principal still owed and not disputed."""
        return 0 if self.dispute_id else self.outstanding

    @property
    def interest_outstanding(self) -> int:
        """Late fees in the books, neither paid nor waived."""
        return self.fee_posted - self.fee_paid - self.fee_waived

    @property
    def flat_outstanding(self) -> int:
        """Flat fees in the books, neither paid nor waived."""
        return self.comp_posted - self.comp_paid - self.comp_waived

    @property
    def fees_outstanding(self) -> int:
        """Flat and late fees in the books, neither paid nor waived."""
        return self.interest_outstanding + self.flat_outstanding

    def is_overdue(self) -> bool:
        """Whether principal that nobody disputes is open after the due date."""
        return self.payable > 0 and self.due_on < clock.today()


class DueChange(models.Model):
    """A due date that moved: by an extension, or by the time a complaint took. Never changed."""

    class Cause(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        DISPUTE = "dispute", _("Complaint")
        CHARGEBACK = "chargeback", _("Payment charged back")

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="due_changes")
    due_before = models.DateField()
    due_after = models.DateField()
    changed_on = models.DateField()
    cause = models.CharField(max_length=10, choices=Cause)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.instalment_id}: {self.due_before} → {self.due_after}"
