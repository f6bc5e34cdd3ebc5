"""Rows of the floor: audit records, outbox, job runs; and the base classes every model of ours uses."""

from typing import TYPE_CHECKING, Any

from django.db import models

from . import clock, ids

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class PublicIdField(_Text):
    """The outward id of a row: random, unique, never changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", ids.LENGTH)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("default", ids.new_public_id)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


class Stamped(models.Model):
    """When a row was made and last saved, by the injected clock."""

    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated_at = clock.now()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)


class AuditRecord(models.Model):
    """One fact of who did what to which object, when and why. Append-only."""

    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=64)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=254)
    company_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.action}"


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened. `(name, key)` is unique."""

    name = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    fanned_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "key"], name="outbox_event_once")]
        indexes = [
            models.Index(
                fields=["id"], name="outbox_to_fan_out", condition=models.Q(fanned_out_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class OutboxDelivery(models.Model):
    """One event on its way to one consumer: `waiting → sent → done`, or `parked` after repeated failure."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DONE = "done"
        PARKED = "parked"

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=128)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    running_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="outbox_delivery_once")]
        indexes = [
            models.Index(
                fields=["due_at"], name="outbox_undone", condition=models.Q(state__in=["waiting", "sent"])
            ),
            models.Index(fields=["done_at"], name="outbox_done_at"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.consumer}: {self.state}"


class JobRun(models.Model):
    """A dated job, run at most once for its date; a missed date is caught up."""

    job = models.CharField(max_length=64)
    date = models.DateField()
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "date"], name="job_run_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.date}"
