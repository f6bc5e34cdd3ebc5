"""Statements as they were sent: frozen with a hash that goes on from the one before."""

from django.db import models
from django.db.models import F, Q

from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.models import PublicIdField


class FrozenStatement(models.Model):
    """What a buyer owed over a month, as it was known at its end. Never changed."""

    public_id = PublicIdField()
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="statements")
    currency = models.CharField(max_length=3)
    since = models.DateField()
    until = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    # Lines: day, effective, kind, reference, change, balance. Ageing: bucket → amount.
    lines = models.JSONField()
    ageing = models.JSONField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "currency", "until"], name="one_statement_per_period"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="statement_period"),
        ]

    def __str__(self) -> str:
        return self.public_id
