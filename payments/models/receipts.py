"""Money coming in: payment, what it is meant for, where it went; and money going back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.core.models import PublicIdField, Stamped
from marketplace.orders.models import Order, OrderGroup

from .collecting import WriteOff
from .corrections import CreditNote
from .invoices import Instalment, Invoice


class Payment(Stamped):
    """A buyer's payment from the first wish to its end."""

    class Purpose(models.TextChoices):
        ORDER = "order", _("Order")
        REPAYMENT = "repayment", _("Repayment")

    class Rail(models.TextChoices):
        CARD = "card", _("Card")
        BANK = "bank_transfer", _("Bank transfer")
        BALANCE = "balance", _("Credit balance")

    class State(models.TextChoices):
        CREATED = "created", _("Started")
        REQUIRES_METHOD = "requires_method", _("Waiting for a card")
        REQUIRES_ACTION = "requires_action", _("Waiting for confirmation")
        PROCESSING = "processing", _("Being processed")
        REQUIRES_CAPTURE = "requires_capture", _("Authorised")
        SUCCEEDED = "succeeded", _("Received")
        FAILED = "failed", _("Failed")
        CANCELED = "canceled", _("Cancelled")
        RETURNED = "returned", _("Returned")
        PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Disputed")
        CHARGED_BACK = "charged_back", _("Charged back")

    OPEN_STATES = ("created", "requires_method", "requires_action", "processing", "requires_capture")

    public_id = PublicIdField()
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="payments")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    group = models.ForeignKey(OrderGroup, null=True, on_delete=models.PROTECT, related_name="payments")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rail = models.CharField(max_length=14, choices=Rail, default=Rail.CARD)
    state = models.CharField(max_length=18, choices=State, default=State.CREATED)
    submission_key = models.CharField(max_length=64, unique=True, null=True)
    session_id = models.CharField(max_length=100, unique=True, null=True)
    session_url = models.URLField(max_length=1000, blank=True)
    session_expires_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=100, unique=True, null=True)
    fee = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    failure_code = models.CharField(max_length=60, blank=True)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["buyer", "-id"], name="payment_of_buyer")]
        constraints = [
            models.UniqueConstraint(
                fields=["group"],
                name="one_open_payment_per_group",
                condition=Q(
                    state__in=[
                        "created",
                        "requires_method",
                        "requires_action",
                        "processing",
                        "requires_capture",
                    ]
                ),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, fee__gte=0), name="payment_amounts"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0, refunded__lte=models.F("amount")), name="payment_refund_within"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class PaymentTarget(models.Model):
    """What a payment is for: the orders it pays (with the amount of each), or invoices it is directed to."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="targets")
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "invoice"],
                name="invoice_once_per_payment",
                condition=Q(invoice__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["payment", "order"], name="order_once_per_payment", condition=Q(order__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, order__isnull=True, amount__isnull=True)
                | Q(invoice__isnull=True, order__isnull=False, amount__gt=0),
                name="target_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id or self.order_id}"


class Allocation(models.Model):
    """What a part of a payment paid. Never changed; undone by pointing to the allocation that reverses it."""

    class Target(models.TextChoices):
        PRINCIPAL = "principal", _("Principal")
        INTEREST = "interest", _("Late fee")
        COMPENSATION = "comp", _("Compensation")
        ORDER = "order", _("Order")
        CREDIT = "credit", _("Credit balance")
        RECOVERY = "recovery", _("Recovery of what was written off")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    target = models.CharField(max_length=10, choices=Target)
    instalment = models.ForeignKey(
        Instalment, null=True, on_delete=models.PROTECT, related_name="allocations"
    )
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="allocations")
    write_off = models.ForeignKey(WriteOff, null=True, on_delete=models.PROTECT, related_name="allocations")
    amount = models.BigIntegerField()
    effective_on = models.DateField()
    reversed_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reverses")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_positive")]

    def __str__(self) -> str:
        return f"{self.target} {self.amount}"


class Refund(Stamped):
    """Money going back to a buyer on the rail it came by."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SUBMITTED = "submitted", _("On its way")
        PENDING = "pending", _("On its way")
        SUCCEEDED = "succeeded", _("Refunded")
        FAILED = "failed", _("Failed")
        CREDITED = "credited", _("Credited")

    public_id = PublicIdField()
    key = models.CharField(max_length=80, unique=True, help_text=_("The event that caused it, booked once."))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="refunds")
    credit_note = models.ForeignKey(CreditNote, null=True, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.APPROVED)
    attempt = models.PositiveSmallIntegerField(default=1)
    provider_id = models.CharField(max_length=100, unique=True, null=True)
    failure_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return self.public_id


class CardDispute(Stamped):
    """A card holder's bank takes a payment back, or asks about it. Amounts in the payment's currency."""

    class State(models.TextChoices):
        INQUIRY = "inquiry", _("Inquiry")
        INQUIRY_CLOSED = "inquiry_closed", _("Inquiry closed")
        OPEN = "open", _("Answer needed")
        UNDER_REVIEW = "under_review", _("Under review")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        APPEALED = "appealed", _("Appealed")
        PREVENTED = "prevented", _("Prevented")

    public_id = PublicIdField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="card_disputes")
    provider_id = models.CharField(max_length=100, unique=True)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=14, choices=State)
    evidence_due = models.DateTimeField(null=True)
    is_withdrawn = models.BooleanField(default=False)
    loss_bearer = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, fee__gte=0), name="card_dispute_amounts")
        ]

    def __str__(self) -> str:
        return self.provider_id
