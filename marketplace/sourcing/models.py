"""Inquiry and its messages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from marketplace.accounts.models import User
from marketplace.catalog.models import Listing
from marketplace.companies.models import Company, Supplier
from marketplace.core import clock
from marketplace.core.models import PublicIdField, Stamped


class Inquiry(Stamped):
    """A buyer's question to a factory about a listing, or to a cluster's operator about what it needs."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    public_id = PublicIdField()
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="inquiries")
    supplier = models.ForeignKey(
        Supplier, null=True, blank=True, on_delete=models.PROTECT, related_name="inquiries"
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="inquiries")
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.PROTECT, related_name="inquiries"
    )
    subject = models.CharField(max_length=160)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    first_reply_at = models.DateTimeField(null=True, blank=True)
    # One submission of the form is one inquiry, however often it arrives.
    submission_key = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = [
            models.Index(fields=["buyer", "-id"], name="inquiry_of_buyer"),
            models.Index(fields=["supplier", "state", "-id"], name="inquiry_of_supplier"),
            models.Index(fields=["cluster", "state", "-id"], name="inquiry_of_cluster"),
        ]

    def __str__(self) -> str:
        return self.subject


class InquiryMessage(models.Model):
    """One message in the thread. Append-only."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.inquiry_id}: {self.body[:40]}"
