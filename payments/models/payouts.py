"""Money going out to suppliers: their payout account and one item per invoice and occasion."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.companies.models import Supplier
from marketplace.core.models import PublicIdField, Stamped

from .invoices import Invoice


class Rail(models.TextChoices):
    """How money reaches a supplier."""

    SERVICE = "service", _("Account at the payment service")
    BANK = "bank", _("Bank transfer")


class SupplierAccount(Stamped):
    """Where and when a supplier is paid."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ONBOARDING = "onboarding", _("Being set up")
        RESTRICTED = "restricted", _("Restricted")
        ENABLED = "enabled", _("Ready for payouts")
        REJECTED = "rejected", _("Rejected")
        CLOSED = "closed", _("Closed")

    class Plan(models.TextChoices):
        EARLY = "early", _("Early, less a fee")
        WHEN_PAID = "when_paid", _("When the buyer has paid")

    supplier = models.OneToOneField(Supplier, on_delete=models.PROTECT, related_name="payout_account")
    rail = models.CharField(max_length=8, choices=Rail, default=Rail.SERVICE)
    bank_account = models.CharField(
        max_length=60, blank=True, help_text=_("Account number, last digits shown only.")
    )
    provider_account = models.CharField(
        max_length=60, blank=True, help_text=_("Account at the payment service.")
    )
    currency = models.CharField(max_length=3)
    plan = models.CharField(max_length=10, choices=Plan, default=Plan.EARLY)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_account"], name="provider_account_once", condition=~Q(provider_account="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.state}"


class PayoutItem(Stamped):
    """A sum for a supplier on one occasion. `net = gross − fee − recouped` is what is transferred."""

    class Kind(models.TextChoices):
        EARLY = "early", _("Early payout")
        MATURITY = "maturity", _("Payout")
        RESERVE = "reserve", _("Release of the reserve")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for its day")
        AVAILABLE = "available", _("Waiting for a payout account")
        HELD = "held", _("Held back")
        SCHEDULED = "scheduled", _("Being paid")
        SUBMITTED = "submitted", _("On its way")
        PAID = "paid", _("Paid out")
        FAILED = "failed", _("Failed")
        PARTLY_REVERSED = "partly_reversed", _("Partly taken back")
        REVERSED = "reversed", _("Taken back")

    public_id = PublicIdField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="payout_items")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payout_items")
    kind = models.CharField(max_length=8, choices=Kind)
    currency = models.CharField(max_length=3)
    gross = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    recouped = models.BigIntegerField(default=0)
    net = models.BigIntegerField()
    taken_back = models.BigIntegerField(default=0, help_text=_("Of the transfer, by reversal."))
    rail = models.CharField(max_length=8, choices=Rail, default=Rail.SERVICE)
    # None: the day depends on the buyer's payment.
    available_on = models.DateField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempt = models.PositiveSmallIntegerField(default=1)
    # The transfer at the payment service, or the reference of the bank.
    provider_id = models.CharField(max_length=100, unique=True, null=True)
    paid_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["available_on"],
                name="payout_due",
                condition=Q(state__in=["pending", "available", "scheduled"]),
            ),
            models.Index(fields=["supplier", "-id"], name="payout_of_supplier"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind"], name="payout_once_per_invoice"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("fee") + F("recouped"))
                & Q(gross__gte=0, fee__gte=0, recouped__gte=0, net__gte=0)
                & Q(taken_back__gte=0, taken_back__lte=F("net")),
                name="payout_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
