"""Cluster, factory, handover."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.companies.models import Company, PriceVisibility, Supplier
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped


class Cluster(Stamped):
    """A town that makes one thing better than anyone, and its portal."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        PLATFORM_RUN = "platform_run", _("Run by the platform")
        HANDED_OVER = "handed_over", _("Handed over")
        TAKEN_BACK = "taken_back", _("Taken back")
        ARCHIVED = "archived", _("Archived")

    code = models.SlugField(max_length=40, unique=True, help_text=_("First part of the portal's address."))
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    region_zh = models.CharField(max_length=80)
    region_en = models.CharField(max_length=80)
    focus_zh = models.CharField(max_length=80)
    focus_en = models.CharField(max_length=80)
    tagline_zh = models.CharField(max_length=160, blank=True)
    tagline_en = models.CharField(max_length=160, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    accent = models.CharField(max_length=7, default="#1f6f78", help_text=_("The cluster's colour, #rrggbb."))
    since_year = models.PositiveSmallIntegerField(null=True, blank=True)
    picture = models.CharField(
        max_length=200, blank=True, help_text=_("16:9 picture, path under static files.")
    )
    operator = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.PROTECT, related_name="clusters"
    )
    state = models.CharField(max_length=12, choices=State, default=State.PLATFORM_RUN)
    price_visibility = models.CharField(
        max_length=10, choices=PriceVisibility, default=PriceVisibility.PUBLIC
    )
    listing_count = models.PositiveIntegerField(default=0, help_text=_("Published listings; kept by a job."))
    factory_count = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.code


class Factory(Stamped):
    """A supplier's works in a cluster."""

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("Not verified")
        SCHEDULED = "scheduled", _("Visit scheduled")
        VERIFIED = "verified", _("Verified")
        EXPIRED = "expired", _("Verification expired")

    public_id = PublicIdField()
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="factories")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="factories")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    intro_zh = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    address_zh = models.CharField(max_length=200, blank=True)
    address_en = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    processes_zh = models.JSONField(default=list, blank=True)
    processes_en = models.JSONField(default=list, blank=True)
    capacity_per_day = models.PositiveIntegerField(null=True, blank=True)
    capacity_unit_zh = models.CharField(max_length=20, blank=True)
    capacity_unit_en = models.CharField(max_length=20, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.UNVERIFIED)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "factories"
        indexes = [models.Index(fields=["cluster", "state"], name="factory_of_cluster")]

    def __str__(self) -> str:
        return self.name_en


class Handover(models.Model):
    """The deed by which a portal is handed to an operator; append-only, ended by setting `until` once."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="handovers")
    operator = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="handovers")
    rights = models.JSONField(default=list)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster"], condition=models.Q(until__isnull=True), name="one_open_handover"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster} → {self.operator}"
