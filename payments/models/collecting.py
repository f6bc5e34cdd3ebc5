"""Asking for what is overdue: case, notices, promises, extension, write-off."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped

from .invoices import Instalment, Invoice


class DunningCase(Stamped):
    """What is overdue of one buyer in one currency, from the first reminder to its end.

    `state` is the level; a paused case remembers its level in `paused_at_level`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        L1 = "L1", _("Reminded")
        L2 = "L2", _("Credit stopped")
        L3 = "L3", _("Final notice")
        COLLECTIONS = "collections", _("Collections")
        PAUSED = "paused", _("Paused")
        RESOLVED = "resolved", _("Settled")
        WRITTEN_OFF = "written_off", _("Written off")

    class Pause(models.TextChoices):
        DISPUTE = "dispute", _("Complaint about goods")
        PROMISE = "promise", _("Promise to pay")
        INSOLVENCY = "insolvency", _("Insolvency")
        MANUAL = "manual", _("Set by staff")

    ENDED = ("resolved", "written_off")

    public_id = PublicIdField()
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="dunning_cases")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=11, choices=State, default=State.OPEN)
    paused_at_level = models.CharField(max_length=11, blank=True)
    pause_reason = models.CharField(max_length=10, choices=Pause, blank=True)
    paused_until = models.DateField(null=True)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "opened_on"], name="case_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "currency"],
                condition=~Q(state__in=["resolved", "written_off"]),
                name="one_open_case_per_buyer_currency",
            ),
            models.CheckConstraint(
                condition=(~Q(state="paused") & Q(paused_at_level=""))
                | (Q(state="paused") & ~Q(paused_at_level="") & ~Q(pause_reason="")),
                name="paused_case_remembers_its_level",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def level(self) -> str:
        """The level, also while paused."""
        return self.paused_at_level or self.state


class DunningNotice(models.Model):
    """What a buyer was told on a day, as it was: one per buyer, currency and day. Never changed."""

    public_id = PublicIdField()
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="dunning_notices")
    case = models.ForeignKey(DunningCase, null=True, on_delete=models.PROTECT, related_name="notices")
    currency = models.CharField(max_length=3)
    sent_on = models.DateField()
    template = models.CharField(max_length=16)
    level = models.CharField(max_length=11, blank=True)
    principal = models.BigIntegerField()
    fees = models.BigIntegerField()
    # Per instalment: invoice, number, seq, due_on, principal, fees, step.
    items = models.JSONField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="notice_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "currency", "sent_on"], name="one_notice_per_day"),
            models.CheckConstraint(condition=Q(principal__gte=0, fees__gte=0), name="notice_amounts"),
        ]

    def __str__(self) -> str:
        return self.public_id


class PromiseToPay(Stamped):
    """A buyer's word to pay an amount by a day. While it holds the case is paused."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    case = models.ForeignKey(DunningCase, on_delete=models.PROTECT, related_name="promises")
    amount = models.BigIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    made_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_promise_per_case"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.amount} {self.due_on}"


class Extension(Stamped):
    """A later due date for an instalment, for a fee; once per invoice."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="extension")
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="+")
    due_before = models.DateField()
    due_after = models.DateField()
    fee = models.BigIntegerField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fee__gte=0, due_after__gt=F("due_before")), name="extension_is_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.due_before} → {self.due_after}"


class WriteOff(Stamped):
    """The proposal of one person, approved by another, to give up what is open of an invoice."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Written off")
        REJECTED = "rejected", _("Rejected")

    public_id = PublicIdField()
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="write_offs")
    principal = models.BigIntegerField(default=0)
    fees = models.BigIntegerField(default=0)
    from_allowance = models.BigIntegerField(default=0)
    recovered = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=300)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=~Q(state="rejected"), name="one_write_off_per_invoice"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="write_off_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(principal__gte=0, fees__gte=0, recovered__gte=0)
                & Q(recovered__lte=F("principal") + F("fees")),
                name="write_off_amounts",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def open(self) -> int:
        """Given up and not recovered, minor units."""
        return self.principal + self.fees - self.recovered
