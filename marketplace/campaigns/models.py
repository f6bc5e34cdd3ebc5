"""The campaign and its clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from marketplace.core.models import PublicIdField, Stamped


class Campaign(Stamped):
    """A festival: of one cluster (Origin Day) or of all (Merchants Festival)."""

    class Kind(models.TextChoices):
        ORIGIN_DAY = "origin_day", _("Origin Day")
        FESTIVAL = "festival", _("Merchants Festival")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        HALTED = "halted", _("Halted")

    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=Kind)
    cluster = models.ForeignKey(
        Cluster, null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns"
    )
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    summary_zh = models.CharField(max_length=200, blank=True)
    summary_en = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)

    class Meta:
        indexes = [models.Index(fields=["state", "ends_at"], name="campaign_running")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="festival") | models.Q(cluster__isnull=False),
                name="origin_day_has_cluster",
            ),
        ]

    def __str__(self) -> str:
        return self.title_en
