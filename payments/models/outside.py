"""Calls to the payment service and calls from it, each kept as a row so that twice is harmless."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core import clock
from marketplace.core.models import Stamped


class OutboxCommand(Stamped):
    """A call we owe the payment service: written with the change, sent after commit, its answer stored.

    `provider_key` is the idempotency key of the attempt; a new one is made only after a definite rejection.
    """

    class State(models.TextChoices):
        NEW = "new", _("Not sent")
        SENDING = "sending", _("Being sent")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")
        UNKNOWN = "unknown", _("Outcome unknown")

    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    attempt = models.PositiveSmallIntegerField(default=1)
    provider_key = models.CharField(max_length=120)
    response = models.JSONField(default=dict)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id"], name="command_of_subject")]

    def __str__(self) -> str:
        return self.key


class WebhookEvent(models.Model):
    """An event as the payment service signed it; stored before anything is done with it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Applied")
        IGNORED = "ignored", _("Nothing to do")
        PARKED = "parked", _("Parked")
        FAILED = "failed", _("Failed")
        DEAD = "dead", _("Given up")

    provider = models.CharField(max_length=16, default="stripe")
    account = models.CharField(max_length=60, blank=True)
    event_id = models.CharField(max_length=100)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "account", "event_id"], name="webhook_event_once"),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="webhook_by_state")]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"
