"""Account, its balance, transaction, entry. Written only by `posting`; read only inside this package."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock

from .chart import CHART


class Side(models.TextChoices):
    """Debit or credit."""

    DEBIT = "D"
    CREDIT = "C"


class LedgerAccount(models.Model):
    """A line of the chart in a currency, of an owner where the chart says so. Never changed."""

    path = models.CharField(max_length=48, unique=True)
    code = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    owner_id = models.BigIntegerField(default=0)
    normal = models.CharField(max_length=1, choices=Side)
    is_guarded = models.BooleanField(default=False)
    shards = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "ledger_account"
        constraints = [
            models.UniqueConstraint(fields=["code", "owner_id", "currency"], name="ledger_account_once"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def name(self) -> str:
        """The name of the chart line in the active language."""
        return str(CHART[self.code].name)


class AccountBalance(models.Model):
    """Debits and credits of an account so far; several rows (shards) for accounts every sale touches.

    The CHECK is the last word on guarded accounts: whatever a caller forgot, the database refuses to go below
    zero.
    """

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="balances")
    shard = models.PositiveSmallIntegerField(default=0)
    normal = models.CharField(max_length=1, choices=Side)
    is_guarded = models.BooleanField(default=False)
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_balance"
        constraints = [
            models.UniqueConstraint(fields=["account", "shard"], name="ledger_balance_once"),
            models.CheckConstraint(
                condition=Q(is_guarded=False)
                | Q(normal="D", debits__gte=F("credits"))
                | Q(normal="C", credits__gte=F("debits")),
                name="ledger_balance_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.shard}"


class LedgerTx(models.Model):
    """A balanced set of entries. `key` names the event for ever, so that it is booked once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    ref_type = models.CharField(max_length=64, blank=True)
    ref_id = models.BigIntegerField(default=0)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=254)
    legs = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    # Why finance posts into a month that is soft closed; empty for every other transaction.
    late_reason = models.CharField(max_length=300, blank=True, default="")
    meta = models.JSONField(default=dict)

    class Meta:
        db_table = "ledger_tx"
        indexes = [
            models.Index(fields=["ref_type", "ref_id"], name="ledger_tx_ref"),
            models.Index(fields=["effective_at"], name="ledger_tx_effective"),
        ]
        constraints = [models.CheckConstraint(condition=Q(legs__gte=2), name="ledger_tx_two_legs")]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(models.Model):
    """One leg. The keys of order, invoice, instalment and supplier let every figure be traced."""

    tx = models.ForeignKey(LedgerTx, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    side = models.CharField(max_length=1, choices=Side)
    amount = models.BigIntegerField()
    order_id = models.BigIntegerField(null=True)
    invoice_id = models.BigIntegerField(null=True)
    instalment_id = models.BigIntegerField(null=True)
    supplier_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_entry"
        indexes = [
            models.Index(fields=["account", "id"], name="ledger_entry_account"),
            models.Index(fields=["order_id"], name="ledger_entry_order", condition=Q(order_id__isnull=False)),
            models.Index(
                fields=["invoice_id"], name="ledger_entry_invoice", condition=Q(invoice_id__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_entry_positive")]

    def __str__(self) -> str:
        return f"{self.side} {self.amount}"


class LedgerPeriod(models.Model):
    """A month of the books that is no longer open.

    Months without a row are open unless a later one is closed.

    A closed month keeps the sums it was closed with (`totals`: currency → code → [debits, credits]) and
    the head of the chain of hashes over its entries, which goes on from the month before.
    """

    class State(models.TextChoices):
        SOFT_CLOSED = "soft_closed", _("Closed for all but finance")
        CLOSED = "closed", _("Closed for good")

    month = models.DateField(unique=True)  # its first day
    state = models.CharField(max_length=12, choices=State)
    soft_closed_at = models.DateTimeField()
    soft_closed_by_id = models.BigIntegerField(null=True)
    soft_closed_by_label = models.CharField(max_length=254)
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    closed_by_label = models.CharField(max_length=254, blank=True)
    entries = models.PositiveBigIntegerField(default=0)
    totals = models.JSONField(default=dict)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "ledger_period"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.state}"
