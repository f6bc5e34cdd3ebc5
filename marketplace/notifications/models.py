"""One notice to one person about one event."""

from django.db import models

from marketplace.accounts.models import User
from marketplace.companies.models import Company
from marketplace.core import clock
from marketplace.core.models import PublicIdField


class Notice(models.Model):
    """What a person is told, kept as a kind and its facts so that it reads in any language."""

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    company = models.ForeignKey(Company, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    # Name and argument of the page it leads to; its address is made when shown, in the reader's language.
    page = models.CharField(max_length=60)
    page_id = models.CharField(max_length=40, blank=True)
    # The event it tells of: the same event tells the same person once.
    event_key = models.CharField(max_length=160)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event_key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
