"""Credit line, decision, hold, authorisation and its part per order. Amounts in minor units of the line."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped
from marketplace.orders.models import Order, OrderGroup


class CreditLine(Stamped):
    """What a buyer may owe in one currency.

    `available = limit − held − owed − fees_owed`, never shown below zero.

    `held` is promised to orders not shipped yet, `owed` is booked principal, `fees_owed` booked late fees.
    All three are changed only by `credit.reserve` and equal the buyer's accounts 9000, 1200 and 1210.
    """

    class Status(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACTIVE = "active", _("Active")
        ON_HOLD = "on_hold", _("On hold")
        FROZEN = "frozen", _("Frozen")
        CLOSING = "closing", _("Being closed")
        CLOSED = "closed", _("Closed")

    public_id = PublicIdField()
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="credit_lines")
    currency = models.CharField(max_length=3)
    base_limit = models.BigIntegerField()
    temp_limit = models.BigIntegerField(default=0)
    temp_until = models.DateField(null=True, blank=True)
    tolerance_bp = models.PositiveSmallIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    owed = models.BigIntegerField(default=0)
    fees_owed = models.BigIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    grade = models.CharField(max_length=2, blank=True)
    allowed_terms = models.JSONField(default=list)
    review_due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "currency"], name="one_credit_line_per_currency"),
            models.CheckConstraint(
                condition=Q(base_limit__gte=0, temp_limit__gte=0, held__gte=0, owed__gte=0, fees_owed__gte=0),
                name="credit_line_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_id} {self.currency}"

    @property
    def limit(self) -> int:
        """The limit today: base, a dated raise while it lasts, and the tolerance."""
        raised = self.temp_until is not None and self.temp_until >= clock.today()
        plain = self.base_limit + (self.temp_limit if raised else 0)
        return plain + plain * self.tolerance_bp // 10_000

    @property
    def buyer_key(self) -> str:
        """The buyer's key as it stands in the paths of its ledger accounts."""
        return str(self.buyer_id)

    @property
    def used(self) -> int:
        """Held, owed and fees together."""
        return self.held + self.owed + self.fees_owed

    @property
    def available(self) -> int:
        """What a new order may still take; zero where more is owed than the limit allows."""
        return max(0, self.limit - self.used)


class CreditDecision(models.Model):
    """Why a line has its limit and terms. Immutable; a limit changes only through one of these."""

    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="decisions")
    limit_before = models.BigIntegerField()
    limit_after = models.BigIntegerField()
    terms = models.JSONField(default=list)
    grade = models.CharField(max_length=2, blank=True)
    note = models.CharField(max_length=500)
    inputs = models.JSONField(default=dict)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by_label = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["line", "-id"], name="decision_of_line")]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_before__gte=0, limit_after__gte=0), name="decision_limits"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="decision_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.limit_before} → {self.limit_after}"


class CreditHold(models.Model):
    """A reason why a line takes no new orders. One open hold per reason."""

    class Reason(models.TextChoices):
        OVERDUE = "overdue", _("Overdue invoices")
        OVER_LIMIT = "over_limit", _("Over the limit")
        MANUAL = "manual", _("Set by staff")
        KYC = "kyc", _("Company data not verified")
        BOUNCED = "bounced", _("A payment was returned")
        CHARGEBACK = "chargeback", _("A payment was charged back")
        INSOLVENCY = "insolvency", _("Insolvency")

    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.CharField(max_length=254)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "reason"],
                condition=Q(closed_at__isnull=True),
                name="one_open_hold_per_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.reason}"


class Authorisation(Stamped):
    """Credit set aside for a group of orders. `amount = captured + released + remaining`.

    `released` is what was given back: voided by a cancellation or expired.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACTIVE = "active", _("Active")
        PARTIALLY_CAPTURED = "partially_captured", _("Partly used")
        CAPTURED = "captured", _("Used")
        VOIDED = "voided", _("Released")
        EXPIRED = "expired", _("Expired")

    OPEN_STATES = ("active", "partially_captured")

    public_id = PublicIdField()
    line = models.ForeignKey(CreditLine, on_delete=models.PROTECT, related_name="authorisations")
    group = models.ForeignKey(OrderGroup, on_delete=models.PROTECT, related_name="authorisations")
    key = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=18, choices=State, default=State.ACTIVE)

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="authorisation_open",
                condition=Q(state__in=["active", "partially_captured"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, captured__gte=0, released__gte=0)
                & Q(amount__gte=F("captured") + F("released")),
                name="authorisation_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def remaining(self) -> int:
        """Still set aside."""
        return self.amount - self.captured - self.released


class AuthorisationPart(models.Model):
    """The part of an authorisation for one supplier's order."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="parts")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="authorisation_parts")
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    released = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "order"], name="one_part_per_order"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, captured__gte=0, released__gte=0)
                & Q(amount__gte=F("captured") + F("released")),
                name="authorisation_part_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authorisation_id}/{self.order_id}"

    @property
    def remaining(self) -> int:
        """Still set aside for this order."""
        return self.amount - self.captured - self.released
